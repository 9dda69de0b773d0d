import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.cryptanalysis import factoring
from jwtctl.cryptanalysis.factoring import (
    carmichael,
    factor_from_exponents,
    factor_from_multiple,
    fermat,
    is_probable_prime,
    p_minus_1,
    p_plus_1,
    perfect_power,
    prime_ratio,
    small_factor,
)
from tests.cryptanalysis.weak_keys import Maker

MERSENNE_521 = 2**521 - 1
# 399165290221·798330580441, the strong pseudoprime to the first twelve prime bases of Sorenson and Webster,
# "Strong pseudoprimes to twelve prime bases", 2015.
PSI_12 = 318665857834031151167461


@pytest.fixture(scope="module")
def maker():
    return Maker("factoring")


@pytest.mark.parametrize("form", ["phi", "lambda"])
@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("e_bits", [17, 200, 760])
def test_an_exponent_pair_gives_all_primes(maker, form, count, e_bits):
    key = maker.key(maker.primes(768, count), e_bits=e_bits, form=form)
    assert factor_from_exponents(key.n, key.e, key.d) == key.primes
    assert factor_from_exponents(key.n, key.d + 5 * key.lam, key.e) == key.primes


def test_exponents_that_do_not_belong_together_give_nothing(maker):
    key = maker.key(maker.primes(512), e=65537)
    assert factor_from_exponents(key.n, key.e + 2, key.d) == ()
    assert factor_from_exponents(key.n, 1, 1) == ()
    assert factor_from_exponents(key.n, 0, key.d) == ()
    assert factor_from_exponents(2 * key.n, key.e, key.d) == ()


def test_primes_that_agree_in_all_small_symbols_are_still_told_apart(maker):
    """p ≡ q modulo 4·3·5·…: every small base is a square modulo both or modulo neither."""
    step = 4 * math.prod(p for p in range(3, 150) if is_probable_prime(p))
    p = maker.prime_with(512, 2) // step * step - 1
    primes = [x for x in range(p, p + 4000 * step, step) if is_probable_prime(x)][:2]
    key = maker.key(
        primes, e=next(e for e in range(65537, 70000, 2) if math.gcd(e, math.prod(q - 1 for q in primes)) == 1)
    )
    assert factor_from_exponents(key.n, key.e, key.d) == key.primes


def test_repeated_primes_come_out_repeated(maker):
    p, q = maker.primes(256)
    n = p * p * q
    assert factor_from_multiple(n, carmichael((p, p, q))) == tuple(sorted((p, p, q), reverse=True))
    assert factor_from_multiple(p**3, carmichael((p, p, p))) == (p, p, p)


@pytest.mark.parametrize(
    ("n", "factor"), [(2 * MERSENNE_521, 2), (65537 * MERSENNE_521, 65537), (31337 * 65521, 31337)]
)
def test_small_factor(n, factor):
    assert small_factor(n) == factor


@pytest.mark.parametrize("n", [65539 * MERSENNE_521, 65539**2, 1])
def test_no_small_factor(n):
    assert small_factor(n) is None


def test_fermat_finds_what_its_steps_reach_and_no_more(maker):
    p = maker.prime(512)
    for distance in (2, 1 << 250, 1 << 262):
        q = maker.prime_near(p + distance)
        step = (p + q) // 2 - math.isqrt(p * q - 1)
        assert fermat(p * q, step) == (q, p)
        assert fermat(p * q, step - 1) is None
    assert fermat(math.prod(maker.primes(1024))) is None


def test_fermat_gives_no_trivial_pair():
    assert fermat(15) == (5, 3)
    assert fermat(65537) is None
    assert fermat(49) == (7, 7)


@pytest.mark.parametrize(("u", "v"), [(3, 2), (64, 63), (64, 1), (41, 37)])
def test_prime_ratio(maker, u, v):
    p = maker.prime(512)
    q = maker.prime_near(p * u // v + (1 << 200))
    assert prime_ratio(p * q) == (q, p)
    far = maker.prime_near(p * u // v + (1 << 280))
    assert prime_ratio(p * far) is None


def plain_prime_ratio(n, limit):
    """What prime_ratio finds, with every step tried."""
    for uv in sorted({u * v for u in range(2, limit + 1) for v in range(1, u) if math.gcd(u, v) == 1}):
        a = math.isqrt(4 * uv * n)
        for x in (x for x in range(max(a - 1, 1), a + 5) if (x - uv - 1) % 2 == 0):
            square = x * x - 4 * uv * n
            if square >= 0 and math.isqrt(square) ** 2 == square:
                divisor = math.gcd(x + math.isqrt(square), n)
                if 1 < divisor < n:
                    return max(divisor, n // divisor), min(divisor, n // divisor)
    return None


@given(st.data())
def test_the_sieve_of_prime_ratios_loses_nothing(data):
    p = 2 * data.draw(st.integers(1, 1 << 64)) + 1
    u, v = data.draw(st.tuples(st.integers(1, 8), st.integers(1, 8)))
    q = p * u // v + data.draw(st.integers(0, 1 << 24)) | 1
    found, plain = prime_ratio(p * q, 8), plain_prime_ratio(p * q, 8)
    assert (found is None) <= (plain is None)


def test_prime_ratio_beyond_its_limit(maker):
    p = maker.prime(512)
    n = p * maker.prime_near(p * 67 // 61)
    assert prime_ratio(n, 64) is None
    assert prime_ratio(n, 67) is not None


def test_p_minus_1(maker):
    p, q = maker.smooth_neighbour(256, 1000, 1), maker.prime(256)
    assert p_minus_1(p * q, 1000) == (max(p, q), min(p, q))
    smooth = maker.smooth_neighbour(256, 1000, 1)
    assert p_minus_1(p * smooth, 1000) == (max(p, smooth), min(p, smooth))
    large = maker.prime_with(256, 2**200 + 235)
    assert p_minus_1(large * q, 1000) is None


def test_p_minus_1_looks_through_a_common_prime(maker):
    """A large prime that divides both p - 1 and q - 1 divides n - 1."""
    common = 2**200 + 235
    primes = []
    while len(primes) < 2:
        p = 2 * common * math.prod(maker.random.choice([3, 5, 7, 11, 13, 17, 19]) for _ in range(14)) + 1
        if is_probable_prime(p) and p not in primes:
            primes.append(p)
    assert p_minus_1(math.prod(primes), 1000) == (max(primes), min(primes))


def test_p_plus_1(maker):
    p, q = maker.smooth_neighbour(256, 1000, -1), maker.prime(256)
    assert p_plus_1(p * q, 1000) == (max(p, q), min(p, q))
    assert p_minus_1(p * q, 1000) is None
    assert p_plus_1(math.prod(maker.primes(512)), 1000) is None


def test_searches_stop_when_told(maker):
    n = maker.smooth_neighbour(256, 1000, 1) * maker.prime(256)
    assert p_minus_1(n, 1000, stop=lambda: True) is None
    assert p_plus_1(n, 1000, stop=lambda: True) is None


def test_probable_primes():
    assert is_probable_prime(MERSENNE_521)
    assert is_probable_prime(2)
    assert not is_probable_prime(PSI_12)
    assert not is_probable_prime(561)
    assert not is_probable_prime(1)


@given(st.integers(2, 10**9), st.integers(2, 40))
def test_perfect_powers(base, exponent):
    found = perfect_power(base**exponent)
    assert found is not None
    assert found[0] ** found[1] == base**exponent
    assert found[1] % exponent == 0
    assert perfect_power(found[0]) is None


@given(st.integers(2, 10**12))
def test_perfect_power_against_trial(n):
    brute = next(((b, k) for k in range(40, 1, -1) for b in [round(n ** (1 / k))] if b > 1 and b**k == n), None)
    assert perfect_power(n) == brute


@given(st.integers(3, 10**6).map(lambda x: 2 * x + 1))
def test_small_moduli_factor_completely(n):
    primes = []
    rest = n
    while (p := small_factor(rest)) is not None:
        primes.append(p)
        rest //= p
    if rest > 1:
        primes.append(rest)
    primes = tuple(sorted(primes, reverse=True))
    assert math.prod(primes) == n
    assert factor_from_multiple(n, carmichael(primes)) == primes


@pytest.mark.parametrize("bits", [3, 4, 5, 64, 65, 513])
def test_square_roots_modulo_powers_of_two(bits):
    maker = Maker("square roots")
    for _ in range(20):
        x = maker.random.getrandbits(bits) // 8 * 8 + 1
        root = int(factoring.root_modulo_power_of_two(x, bits))
        assert (root * root - x) % (1 << bits) == 0
