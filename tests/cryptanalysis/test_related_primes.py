import itertools
import math

import gmpy2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.cryptanalysis.factoring import pair, root_modulo_power_of_two
from jwtctl.cryptanalysis.related_primes import GAP_BITS, expected_gap, near_guess, shared_ends
from tests.cryptanalysis.weak_keys import Maker


@pytest.fixture(scope="module")
def maker():
    return Maker("related primes")


@pytest.mark.parametrize("bits", [1024, 2048])
def test_a_guess_within_the_sixth_root(maker, bits):
    for sign in (1, -1):
        p, q = maker.primes(bits)
        near, far = (p + sign * (1 << (bits // 6 + more)) for more in (-3, 8))
        assert near_guess(p * q, near) == (max(p, q), min(p, q))
        assert near_guess(p * q, far) is None


def test_a_guess_may_be_worse_for_simple_ratios(maker):
    p = maker.prime(512)
    q = maker.prime_near(p // 3 * 2)
    assert near_guess(p * q, p + (1 << 250)) == (p, q)


@given(st.integers(-5, 10**6), st.integers(1, 10**9).map(lambda x: 2 * x + 1))
def test_no_guess_gives_anything_but_factors(guess, n):
    found = near_guess(n, guess)
    assert found is None or (found[0] * found[1] == n and found[1] > 1)


@pytest.mark.parametrize("gap", GAP_BITS)
def test_expected_gaps(maker, gap):
    q = maker.prime(1024)
    p = maker.prime_near(q + (1 << (1024 - gap)))
    assert expected_gap(p * q) == (p, q)
    p = maker.prime_near(q + (1 << (1024 - gap)) + (1 << 335))
    assert expected_gap(p * q) == (p, q)
    p = maker.prime_near(q + (1 << (1024 - gap)) + (3 << (1022 - gap)))
    assert expected_gap(p * q) is None


def test_other_gaps_and_tiny_numbers(maker):
    assert expected_gap(math.prod(maker.primes(2048))) is None
    assert [expected_gap(n) for n in (3, 15, 1001)] == [None, None, None]


@pytest.mark.parametrize(("high", "low"), [(20, 236), (100, 156), (128, 128), (200, 56), (251, 5)])
def test_shared_ends_of_a_quarter_of_all_bits(maker, high, low):
    p, q = maker.primes_sharing_ends(1024, high, low)
    assert (p - q) % (1 << low) == 0
    assert (p - q) % (2 << low) != 0
    assert shared_ends(p * q) == (max(p, q), min(p, q))


@pytest.mark.parametrize(("high", "low"), [(20, 226), (100, 146), (200, 46)])
def test_ten_bits_fewer_are_not_enough(maker, high, low):
    assert shared_ends(math.prod(maker.primes_sharing_ends(1024, high, low))) is None


def test_shared_ends_at_2048_bits(maker):
    p, q = maker.primes_sharing_ends(2048, 256, 256)
    assert shared_ends(p * q) == (max(p, q), min(p, q))


@given(st.integers(0, 10**9).map(lambda x: 2 * x + 3))
def test_shared_ends_gives_nothing_but_factors(n):
    found = shared_ends(n)
    assert found is None or (found[0] * found[1] == n and found[1] > 1)


def plain_shared_ends(n):
    """What shared_ends finds, by trying every candidate instead of those that a sieve leaves."""
    if n % 8 != 1:
        return None
    size = n.bit_length() // 2 + 2
    low = root_modulo_power_of_two(gmpy2.mpz(n), size)
    start = math.isqrt(n - 1) + 1
    for ending in (low, (1 << size) - low):
        missing = (ending - start) % (1 << size)
        for known, i in itertools.product(range(3, size), (2, 3)):
            a = start + missing % (1 << known) + (i << known)
            if gmpy2.is_square(a * a - n) and (found := pair(a + gmpy2.isqrt(a * a - n), n)):
                return found
    return None


@given(st.integers(1, 10**12).map(lambda n: 8 * n + 1))
def test_the_sieve_of_shared_ends_loses_nothing_of_small_numbers(n):
    assert (shared_ends(n) is None) == (plain_shared_ends(n) is None)


@given(st.data())
def test_the_sieve_of_shared_ends_loses_nothing_of_weak_numbers(data):
    half = data.draw(st.integers(12, 80))
    p = data.draw(st.integers(1 << (half - 1), (1 << half) - 1)) | 1
    low = data.draw(st.integers(1, half - 2))
    q = p + (data.draw(st.integers(1, 1 << max(half // 2 - low, 1))) << low)
    assert (shared_ends(p * q) is None) == (plain_shared_ends(p * q) is None)


def plain_near_guess(n, p0):
    """What near_guess finds, with every convergent carried along from the first one on."""
    if not 1 < p0 < n:
        return None
    q0 = n // p0
    late = (2 * max(p0.bit_length(), q0.bit_length()) + n.bit_length()) // 6 + 2
    x, y, u0, u, v0, v = p0, q0, 0, 1, 1, 0
    while y:
        quotient = x // y
        x, y, u0, u, v0, v = y, x % y, u, quotient * u + u0, v, quotient * v + v0
        if u and y.bit_length() <= late and 4 * y.bit_length() <= u.bit_length() + v.bit_length() + n.bit_length():
            a = math.isqrt(4 * u * v * n - 1) + 1
            square = a * a - 4 * u * v * n
            return pair(math.gcd(a + math.isqrt(square), n), n) if gmpy2.is_square(square) else None
    return None


@given(st.data())
def test_convergents_that_were_skipped_are_missed_nowhere(data):
    bits = data.draw(st.integers(2, 90))
    odd = st.integers(0, 1 << bits).map(lambda x: 2 * x + 1)
    p, q = data.draw(odd), data.draw(odd)
    near = st.integers(-(1 << bits // 3), 1 << bits // 3).map(lambda x: p + x)
    guess = data.draw(near | st.integers(0, p * q + 1))
    assert near_guess(p * q, guess) == plain_near_guess(p * q, guess)
