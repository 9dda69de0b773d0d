import math
import sys

import gmpy2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.cryptanalysis import patterned_primes
from jwtctl.cryptanalysis.lattice_reduction import has_flint
from jwtctl.cryptanalysis.patterned_primes import (
    QUICK_PERIODS,
    bit_pattern,
    longest_period,
    low_weight,
    near_fraction,
    period,
    sparse_limbs,
)
from jwtctl.errors import MissingExtraError
from tests.cryptanalysis.weak_keys import Maker

# The prime that Bernstein and others print, and Paranoid takes apart: seven bits over and over, and every two words
# of 16 bits swapped.
SWAPPED = int(
    "c28550a128500a14850aa14250a114280a144285a14228501428850a428550a1"
    "28500a14850aa14250a114280a144285a14228501428850a428550a128500a6f",
    16,
)


@pytest.fixture(scope="module")
def maker():
    return Maker("patterned primes")


@pytest.mark.parametrize("bits", [1024, 2048])
def test_common_periods(maker, bits):
    q = maker.prime(bits // 2)
    for length in (length for length in QUICK_PERIODS if length <= longest_period(bits)):
        for exceptions in (0, 12) if length > longest_period(bits) - 32 else (0, 32):
            p = maker.periodic_prime(bits // 2, length, exceptions)
            assert bit_pattern(p * q) == (max(p, q), min(p, q)), length


def test_every_period_up_to_the_longest(maker):
    # Of 2047 bits: a product of 2048 reaches one further.
    q, longest = maker.prime(1024), longest_period(2047)
    for length in (longest - 1, longest):
        p = maker.periodic_prime(1024, length, 12)
        assert bit_pattern(p * q, every=True) == (max(p, q), min(p, q))
    assert bit_pattern(maker.periodic_prime(1024, longest + 14) * q, every=True) is None


def test_swapped_words(maker):
    n = SWAPPED * maker.prime(512)
    assert SWAPPED in bit_pattern(n, every=True)
    assert bit_pattern(n) is None


def test_sound_and_tiny_moduli_have_no_pattern(maker):
    assert bit_pattern(math.prod(maker.primes(1024)), every=True) is None
    assert [bit_pattern(n) for n in (3, 15, 2**127 - 1)] == [None, None, None]


def test_a_search_for_patterns_stops_when_told(maker):
    assert bit_pattern(maker.periodic_prime(512, 8) * maker.prime(512), stop=lambda: True) is None


def test_without_flint(maker, monkeypatch):
    monkeypatch.setitem(sys.modules, "flint", None)
    assert not has_flint()
    with pytest.raises(MissingExtraError, match="lattices needs an optional part"):
        bit_pattern(math.prod(maker.primes(512)))
    found = sparse_limbs(maker.sparse_limb_prime(512, 32, 8) * maker.sparse_limb_prime(512, 32, 8))
    assert (found.limb, found.factors) == (32, None)


def test_the_period_of_a_prime(maker):
    for length in (5, 24, 100):
        assert length % period(maker.periodic_prime(512, length)) == 0
    assert period(maker.periodic_prime(512, 61, 120)) == 61
    assert period(maker.prime(512)) is None
    assert period(SWAPPED) is None


@pytest.mark.parametrize(("one", "other"), [(8, 16), (24, 24), (32, 64), (100, 100), (200, 200)])
def test_two_patterned_primes(maker, one, other):
    p, q = maker.periodic_prime(1024, one), maker.periodic_prime(1024, other)
    found = near_fraction(p * q)
    assert found is not None
    assert found.quotient_bits >= 48
    bits = (p * q).bit_length()
    off = abs(p * q * found.denominator - (found.numerator << bits))
    assert off * found.denominator < 1 << (bits - found.quotient_bits)
    assert found.factors == (max(p, q), min(p, q))


def test_a_fraction_without_factors():
    n = (1 << 2047) // 3 + (1 << 1500) + 12345
    found = near_fraction(n)
    assert (found.numerator, found.denominator, found.factors) == (2, 3, None)


def test_patterns_that_are_too_long_together(maker):
    assert near_fraction(maker.periodic_prime(1024, 260) * maker.periodic_prime(1024, 260)) is None
    assert near_fraction(maker.periodic_prime(1024, 8) * maker.prime(1024)) is None


@given(st.integers(1, 10**30))
def test_near_fractions_of_small_numbers(n):
    found = near_fraction(n)
    assert found is None or found.factors is None or math.prod(found.factors) == n


@pytest.mark.parametrize(
    ("limb", "filled", "shift"),
    [(32, 8, 0), (32, 13, 0), (64, 8, 0), (64, 24, 0), (128, 8, 0), (128, 40, 0), (128, 16, 64)],
)
def test_limbs_that_are_not_filled(maker, limb, filled, shift):
    p, q = (maker.sparse_limb_prime(1024, limb, filled, shift) for _ in range(2))
    found = sparse_limbs(p * q)
    assert found.factors == (max(p, q), min(p, q))
    assert found.zeros >= limb - 2 * filled - 6 or found.limb != limb


def test_limbs_that_overlap(maker):
    """14 bits in each of 32 limbs make coefficients of 33 bits."""
    p, q = (maker.sparse_limb_prime(1024, 32, 14) for _ in range(2))
    assert sparse_limbs(p * q) is None
    assert sparse_limbs(math.prod(maker.primes(2048))) is None


def test_zeros_that_do_not_come_from_the_primes(maker):
    n = sum(maker.random.getrandbits(16) << 32 * i for i in range(64)) | 1
    assert (sparse_limbs(n).limb, sparse_limbs(n).factors) == (32, None)
    assert [sparse_limbs(n) for n in (0, 1, 15, 1 << 700)][:3] == [None, None, None]


def found_light(maker, weight, count):
    keys = [(maker.light_prime(1024, weight), maker.light_prime(1024, weight)) for _ in range(count)]
    return sum(low_weight(p * q) == (max(p, q), min(p, q)) for p, q in keys)


@pytest.mark.parametrize("weight", [8, 16, 32])
def test_light_primes(maker, weight):
    assert found_light(maker, weight, 2) == 2


@pytest.mark.slow
@pytest.mark.parametrize(("weight", "least"), [(8, 16), (12, 16), (16, 16), (24, 16), (32, 16), (48, 16), (64, 7)])
def test_nearly_all_light_primes(maker, weight, least):
    assert found_light(maker, weight, 20) >= least


def test_heavier_primes_are_given_up_soon(maker):
    assert low_weight(maker.light_prime(1024, 160) * maker.light_prime(1024, 160), steps=200) is None
    assert low_weight(math.prod(maker.primes(1024)), steps=200) is None


def test_a_search_for_light_primes_stops_when_told(maker):
    assert low_weight(maker.light_prime(256, 8) * maker.light_prime(256, 8), stop=lambda: True) is None


@given(st.integers(1, 10**6).map(lambda x: 2 * x + 1))
def test_low_weight_gives_nothing_but_factors(n):
    found = low_weight(n, steps=10)
    assert found is None or (found[0] * found[1] == n and found[1] > 1)


def bits_taken_off(n):
    """By each step of Euclid's algorithm for n / 2^k, for the first half of its bits."""
    x, y, half = 1 << n.bit_length(), n, n.bit_length() // 2
    while y.bit_length() > half:
        yield y.bit_length() - (x % y).bit_length()
        x, y = y, x % y


@given(
    st.integers(1, 1 << 300)
    | st.builds(
        lambda word, times, q: int(word * times, 2) * q,
        st.text("01", min_size=1).map("1".__add__),
        st.integers(1, 60),
        st.integers(1, 1 << 200),
    )
)
def test_six_steps_of_euclid_at_a_time_miss_no_large_quotient(n):
    expected = any(lost >= patterned_primes._LARGE_QUOTIENT_BITS - 1 for lost in bits_taken_off(n))
    assert patterned_primes._has_large_quotient(gmpy2.mpz(n), n.bit_length()) == expected
