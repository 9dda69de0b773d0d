import math
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jwtctl.cryptanalysis import coppersmith
from jwtctl.cryptanalysis.coppersmith import (
    MAX_DIMENSION,
    coppersmith_reach,
    divisor_in_residue_class,
    lattice_dimension,
    prime_from_gap,
    prime_from_high_bits,
    prime_from_low_bits,
)
from jwtctl.errors import MissingExtraError
from tests.cryptanalysis.weak_keys import Maker

RSA = {bits: tuple(sorted(Maker(f"coppersmith {bits}").primes(bits), reverse=True)) for bits in (512, 1024, 2048)}
# At the bound of a lattice, its dimension is all that is allowed.
BOUNDS = pytest.mark.parametrize(
    ("bits", "dimension"), [(512, 5), (512, 9), (1024, 3), (1024, 11), (2048, 5), (2048, 9)]
)


def parts(p, low_bits, gap_bits):
    """What is known of p around a gap."""
    return p >> (low_bits + gap_bits), p & ((1 << low_bits) - 1), low_bits, gap_bits


def low_part(p, known_bits):
    return p & ((1 << known_bits) - 1), known_bits, p.bit_length()


def force(monkeypatch, dimension):
    """Let a lattice of that dimension be tried, whatever its predicted reach."""
    log2 = coppersmith._log2
    monkeypatch.setattr(coppersmith, "_dimensions", lambda n, p, _: coppersmith._shape(log2(n), log2(p), dimension)[:2])


@BOUNDS
def test_high_bits_up_to_the_bound_and_not_beyond(bits, dimension, monkeypatch):
    monkeypatch.setattr(coppersmith, "MAX_DIMENSION", dimension)
    n, unknown = math.prod(RSA[bits]), coppersmith_reach(bits, dimension)
    for p in RSA[bits]:
        assert prime_from_high_bits(n, p >> unknown, unknown) == RSA[bits]
        assert prime_from_high_bits(n, (p >> unknown) ^ 4, unknown) == ()
        assert prime_from_high_bits(n, p >> (unknown + 3), unknown + 3) == ()
    force(monkeypatch, dimension)
    for p in RSA[bits]:
        assert prime_from_high_bits(n, p >> (unknown + 8), unknown + 8) == ()


@BOUNDS
def test_low_bits_up_to_the_bound_and_not_beyond(bits, dimension, monkeypatch):
    monkeypatch.setattr(coppersmith, "MAX_DIMENSION", dimension)
    n, known = math.prod(RSA[bits]), bits // 2 - coppersmith_reach(bits, dimension) - 1
    for p in RSA[bits]:
        assert prime_from_low_bits(n, *low_part(p, known)) == RSA[bits]
        assert prime_from_low_bits(n, p % (1 << known) ^ 4, known, bits // 2) == ()
        assert prime_from_low_bits(n, *low_part(p, known - 3)) == ()
    force(monkeypatch, dimension)
    for p in RSA[bits]:
        assert prime_from_low_bits(n, *low_part(p, known - 8)) == ()


@BOUNDS
def test_a_gap_anywhere_up_to_the_bound_and_not_beyond(bits, dimension, monkeypatch):
    monkeypatch.setattr(coppersmith, "MAX_DIMENSION", dimension)
    n, gap = math.prod(RSA[bits]), coppersmith_reach(bits, dimension)
    for p, low_bits in zip(RSA[bits] * 2, (1, 8, 60, bits // 2 - gap - 2), strict=True):
        high, low, _, _ = parts(p, low_bits, gap)
        assert prime_from_gap(n, high, low, low_bits, gap) == RSA[bits]
        assert prime_from_gap(n, high ^ 4, low, low_bits, gap) == ()
    force(monkeypatch, dimension)
    assert prime_from_gap(n, *parts(RSA[bits][0], 3, gap + 8)) == ()


@pytest.mark.parametrize("prime_bits", [400, 624])
def test_primes_of_unequal_length(prime_bits, monkeypatch):
    maker = Maker("coppersmith unequal")
    primes = maker.prime(624), maker.prime(400)
    n, p = math.prod(primes), primes[prime_bits == 400]
    unknown = coppersmith_reach(n.bit_length(), 12, prime_bits)
    assert 0.8 * prime_bits**2 / n.bit_length() < unknown < prime_bits**2 / n.bit_length()
    monkeypatch.setattr(coppersmith, "MAX_DIMENSION", 12)
    assert prime_from_high_bits(n, p >> unknown, unknown) == primes
    assert prime_from_low_bits(n, *low_part(p, prime_bits - unknown - 1)) == primes
    assert prime_from_high_bits(n, p >> (unknown + 4), unknown + 4) == ()


def test_the_reach_grows_with_the_lattice_and_stays_below_the_limit():
    reach = [coppersmith_reach(2048, dimension) for dimension in range(3, MAX_DIMENSION + 1)]
    assert reach == sorted(reach)
    assert reach[0] == 340
    assert 501 <= reach[-1] < 512
    assert [coppersmith_reach(bits, 9) for bits in (1024, 2048, 3072, 4096)] == [227, 454, 682, 909]


def test_a_divisor_in_a_class_modulo_any_number():
    p, q = RSA[1024]
    modulus = 3**150 * 2**50
    low, high = 1 << 511, 1 << 512
    assert lattice_dimension(p * q, low, (high - low) // modulus) <= 17
    assert divisor_in_residue_class(p * q, p % modulus, modulus, low, high) == (p, q)
    assert divisor_in_residue_class(p * q, p, modulus, low, high) == (p, q)
    assert divisor_in_residue_class(p * q, p + 1, modulus, low, high) == ()
    assert divisor_in_residue_class(p * q, p, modulus, low // 8, low // 4) == ()
    assert divisor_in_residue_class(p * q, p, 3 * p, low, high) == ()


def test_a_modulus_of_three_primes():
    primes = Maker("coppersmith three").primes(768, 3)
    n, p = math.prod(primes), primes[0]
    unknown = coppersmith_reach(768, 12, 256)
    assert unknown > 60
    assert prime_from_high_bits(n, p >> unknown, unknown) == (n // p, p)


def test_a_few_members_need_no_lattice(monkeypatch):
    monkeypatch.setitem(sys.modules, "flint", None)
    p, q = RSA[512]
    assert lattice_dimension(p * q, 1 << 255, 64) == 0
    assert prime_from_high_bits(p * q, p, 0) == (p, q)
    assert prime_from_high_bits(p * q, p >> 6, 6) == (p, q)
    assert prime_from_high_bits(p * q, (p >> 6) + 1, 6) == ()


def test_without_flint_it_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "flint", None)
    p, q = RSA[512]
    with pytest.raises(MissingExtraError) as caught:
        prime_from_high_bits(p * q, p >> 40, 40)
    assert "jwtctl[lattice]" in caught.value.hint


def test_searches_stop_when_told():
    p, q = RSA[1024]
    assert prime_from_high_bits(p * q, p >> 200, 200, stop=lambda: True) == ()
    unknown = coppersmith_reach(1024, 25)
    polls = []
    assert prime_from_high_bits(p * q, p >> unknown, unknown, stop=lambda: polls.append(0) or len(polls) > 9) == ()
    assert len(polls) == 10


SMALL = st.integers(-9, 300)


@settings(deadline=None, max_examples=50)
@given(st.integers(-9, 1 << 200), st.integers(-9, 1 << 100), st.integers(-9, 1 << 99), SMALL, SMALL)
def test_nonsense_gives_nothing_or_factors(n, a, b, s, t):
    for odd in (n, n | 1, (2 * a + 1) * (2 * b + 1)):
        for factors in (
            prime_from_high_bits(odd, a, s),
            prime_from_low_bits(odd, a, s, t),
            prime_from_gap(odd, a, b, s, t),
            divisor_in_residue_class(odd, a, b, 1 << max(s, 0), 1 << max(t, 0)),
        ):
            assert not factors or (math.prod(factors) == odd and factors[0] >= factors[1] > 1)


@pytest.mark.slow
@pytest.mark.parametrize("unknown", [400, 480, 495, 500])
def test_high_bits_of_2048(unknown):
    p, q = RSA[2048]
    for prime in RSA[2048]:
        assert prime_from_high_bits(p * q, prime >> unknown, unknown) == (p, q)
    assert prime_from_high_bits(p * q, (p >> unknown) ^ 1 << 40, unknown) == ()


@pytest.mark.slow
@pytest.mark.parametrize("unknown", [400, 480, 495, 500])
def test_low_bits_of_2048(unknown):
    p, q = RSA[2048]
    for prime in RSA[2048]:
        assert prime_from_low_bits(p * q, *low_part(prime, 1024 - unknown)) == (p, q)
    low, known, length = low_part(p, 1024 - unknown)
    assert prime_from_low_bits(p * q, low ^ 4, known, length) == ()


@pytest.mark.slow
@pytest.mark.parametrize("unknown", [480, 495, 500])
def test_a_gap_in_the_middle_of_2048(unknown):
    p, q = RSA[2048]
    for prime in RSA[2048]:
        assert prime_from_gap(p * q, *parts(prime, 300, unknown)) == (p, q)
    high, low, low_bits, gap = parts(q, 300, unknown)
    assert prime_from_gap(p * q, high, low ^ 4, low_bits, gap) == ()
