import pytest

from jwtctl.cryptanalysis.high_private_exponent import (
    factor_from_high_private_exponent,
    high_private_exponent_reach,
)
from tests.cryptanalysis.weak_keys import Maker

MAKER = Maker("high private exponent")
BITS = 640
BALANCED = MAKER.primes(BITS)


@pytest.mark.parametrize("form", ["phi", "lambda"])
@pytest.mark.parametrize("e", [3, 17, 257, 65537])
def test_the_last_quarter_is_found_up_to_the_bound(form, e):
    primes = BALANCED
    while any((p - 1) % e == 0 for p in primes):
        primes = MAKER.primes(BITS)
    key = MAKER.key(primes, e=e, form=form)
    short = BITS - key.d.bit_length()
    unknown = high_private_exponent_reach(BITS) - short
    assert factor_from_high_private_exponent(key.n, e, key.d >> unknown, unknown) == key.primes
    beyond = unknown + short + 16
    assert factor_from_high_private_exponent(key.n, e, key.d >> beyond, beyond) == ()


def test_longer_keys_just_need_more():
    key = MAKER.key(MAKER.primes(2048), e=65537)
    unknown = 400
    assert factor_from_high_private_exponent(key.n, key.e, key.d >> unknown, unknown) == key.primes
    assert factor_from_high_private_exponent(key.n, key.e, (key.d >> unknown) ^ 1 << 700, unknown) == ()


@pytest.mark.parametrize(
    ("n", "e", "high", "unknown"),
    [(15 << 100, 3, 1, 4), (7, 3, 1, 0), (BALANCED[0] * 3, 3, 0, 4), (77, 1, 5, 1), (77, 7, 5, -1)],
)
def test_senseless_numbers_give_nothing(n, e, high, unknown):
    assert factor_from_high_private_exponent(n, e, high, unknown) == ()


def test_it_stops():
    key = MAKER.key(BALANCED, e=17)
    assert factor_from_high_private_exponent(key.n, key.e, key.d >> 100, 100, lambda: True) == ()
