import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jwtctl.cryptanalysis import crt_exponents
from jwtctl.cryptanalysis.crt_exponents import (
    factor_from_crt_exponent,
    factor_from_crt_exponent_unknown_e,
    primes_from_crt_coefficient,
    primes_from_crt_exponent,
    second_primes,
)
from tests.cryptanalysis.weak_keys import Maker

KEYS = {(bits, e): Maker(f"crt {bits} {e}").usual_key(bits, e=e) for bits in (1024, 2048) for e in (3, 17, 65537)}
EVERY_KEY = pytest.mark.parametrize("key", KEYS.values(), ids=[f"{bits}-{e}" for bits, e in KEYS])


def as_long_as(prime, found):
    return [p for p in found if p.bit_length() == prime.bit_length()]


@EVERY_KEY
def test_factors_from_either_crt_exponent(key):
    for p in key.primes:
        assert factor_from_crt_exponent(key.n, key.e, key.d % (p - 1)) == key.primes
        assert factor_from_crt_exponent(key.n, key.e, key.d % (p - 1) + 7 * (p - 1)) == key.primes
        assert factor_from_crt_exponent(key.n, key.e, key.d % (p - 1) + 2) == ()
        assert factor_from_crt_exponent(key.n, key.e + 2, key.d % (p - 1)) == ()


@EVERY_KEY
def test_a_whole_private_exponent_is_good_for_both_primes(key):
    assert factor_from_crt_exponent(key.n, key.e, key.d) == key.primes


def test_a_modulus_of_three_primes_gives_the_one_that_is_known():
    maker = Maker("crt 3")
    primes = maker.primes(768, 3)
    key = maker.key(primes, e=maker.exponent(17, math.prod(p - 1 for p in primes)))
    for p in primes:
        assert set(factor_from_crt_exponent(key.n, key.e, key.d % (p - 1))) == {p, key.n // p}


@EVERY_KEY
def test_an_unknown_exponent(key):
    for p in key.primes:
        assert factor_from_crt_exponent_unknown_e(key.n, key.d % (p - 1)) == (key.e, key.primes)
    assert factor_from_crt_exponent_unknown_e(key.n, key.d % (key.primes[0] - 1) + 2) is None


def test_every_unknown_exponent_below_the_limit_and_none_beyond():
    maker = Maker("crt limit")
    primes = maker.primes(512)
    usable = [e for e in range((1 << 17) - 99, (1 << 17) + 99, 2) if all(math.gcd(e, p - 1) == 1 for p in primes)]
    last = max(e for e in usable if e < 1 << 17)
    for e in usable:
        key = maker.key(primes, e=e)
        dp = key.d % (primes[0] - 1)
        if e == last:
            assert factor_from_crt_exponent_unknown_e(key.n, dp) == (e, key.primes)
            assert factor_from_crt_exponent_unknown_e(key.n, dp, limit=e + 1) == (e, key.primes)
            assert factor_from_crt_exponent_unknown_e(key.n, dp, limit=e) is None
        if e == usable[-1]:
            assert factor_from_crt_exponent_unknown_e(key.n, dp) is None
            assert factor_from_crt_exponent_unknown_e(key.n, dp, limit=1 << 18) == (e, key.primes)


@EVERY_KEY
def test_the_prime_where_the_modulus_is_unknown(key):
    for p in key.primes:
        dp = key.d % (p - 1)
        assert as_long_as(p, primes_from_crt_exponent(key.e, dp)) == [p]
        assert p not in list(primes_from_crt_exponent(key.e, dp + 2))


def test_a_large_exponent_is_searched_as_far_as_is_said(monkeypatch):
    key = Maker("crt k").usual_key(512, e=65539)
    p = key.primes[0]
    dp = key.d % (p - 1)
    k = (key.e * dp - 1) // (p - 1)
    monkeypatch.setattr(crt_exponents, "MULTIPLIER_LIMIT", k + 1)
    assert p in list(primes_from_crt_exponent(key.e, dp))
    monkeypatch.setattr(crt_exponents, "MULTIPLIER_LIMIT", k)
    assert p not in list(primes_from_crt_exponent(key.e, dp))


@EVERY_KEY
def test_the_other_prime_from_the_coefficient(key):
    for p, q in (key.primes, key.primes[::-1]):
        assert q in list(primes_from_crt_coefficient(p, pow(q, -1, p)))
        assert q not in list(primes_from_crt_coefficient(p, pow(q, -1, p) + 1))
        assert list(primes_from_crt_coefficient(p + 1, pow(q, -1, p))) == []


@pytest.mark.parametrize("form", ["phi", "lambda"])
@pytest.mark.parametrize("bits", [1024, 2048])
def test_the_other_prime_from_the_private_exponent(bits, form):
    key = Maker(f"crt second {bits}").usual_key(bits, form=form)
    assert key.gcd < crt_exponents.GCD_LIMIT
    for p, q in (key.primes, key.primes[::-1]):
        assert as_long_as(q, second_primes(key.e, key.d, p)) == [q]
        assert list(second_primes(key.e, key.d + 2, p)) == []
        assert list(second_primes(key.e, key.d, p + 2)) == []


def test_a_gcd_beyond_the_limit(monkeypatch):
    maker = Maker("crt gcd")
    p, q = maker.prime_with(256, 2 * 3 * 97), maker.prime_with(256, 2 * 3 * 97)
    key = maker.key([p, q], e=maker.exponent(17, (p - 1) * (q - 1)))
    k = key.e * key.d // key.lam
    least = key.gcd // math.gcd(k, key.gcd)
    assert least % 2 == 0
    monkeypatch.setattr(crt_exponents, "GCD_LIMIT", least + 1)
    assert q in list(second_primes(key.e, key.d, p))
    monkeypatch.setattr(crt_exponents, "GCD_LIMIT", least)
    assert q not in list(second_primes(key.e, key.d, p))


def test_searches_stop_when_told():
    key = KEYS[1024, 65537]
    p = key.primes[0]
    dp = key.d % (p - 1)
    assert factor_from_crt_exponent_unknown_e(key.n, dp, stop=lambda: True) is None
    assert list(primes_from_crt_exponent(key.e, dp, stop=lambda: True)) == []
    assert list(second_primes(key.e, key.d, p, stop=lambda: True)) == []


NUMBERS = st.integers(-3, 1 << 70) | st.integers(-3, 40)


@settings(deadline=None)
@given(NUMBERS, st.integers(-3, 70), NUMBERS, NUMBERS)
def test_nonsense_gives_nothing_or_factors(n, e, a, b):
    for factors in (
        factor_from_crt_exponent(n, e, a),
        (factor_from_crt_exponent_unknown_e(n, a, limit=99) or (0, ()))[1],
    ):
        assert not factors or math.prod(factors) == n
    for p in primes_from_crt_exponent(e, a):
        assert e * a % (p - 1) == 1 % (p - 1)
    for q in primes_from_crt_coefficient(a, b):
        assert q * b % a == 1
    for q in second_primes(e, a, b):
        assert e * a % (q - 1) == 1 % (q - 1)
