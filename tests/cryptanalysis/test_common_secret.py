import math

import pytest

from jwtctl.cryptanalysis.common_secret import (
    common_secret_bits,
    common_secret_exponent,
    two_exponents_bits,
    two_exponents_one_modulus,
)
from tests.cryptanalysis.weak_keys import Maker

FORMS = pytest.mark.parametrize("form", ["phi", "lambda"])


def keys_with_one_secret(maker, sizes, e_bits, form):
    primes = [maker.primes(bits) for bits in sizes]
    e = maker.exponent(e_bits, math.prod(p - 1 for pair in primes for p in pair))
    return [maker.key(pair, e=e, form=form) for pair in primes]


def bound(sizes):
    return common_secret_bits([(3 << bits - 2) + 1 for bits in sizes])


@FORMS
@pytest.mark.parametrize("sizes", [(1024, 1024), (1024, 1024, 1024), (2048, 2048), (1024, 1056)])
def test_one_secret_for_several_moduli(sizes, form):
    maker = Maker(f"common {sizes} {form}")
    for e_bits in (bound(sizes) - 1, bound(sizes) - 40, sizes[0] // 4, 17):
        keys = keys_with_one_secret(maker, sizes, e_bits, form)
        assert common_secret_exponent([(key.n, key.d) for key in keys]) == tuple(key.primes for key in keys)


def test_one_secret_just_beyond_the_bound():
    maker = Maker("common far")
    keys = keys_with_one_secret(maker, (1024, 1024), bound((1024, 1024)) + 6, "phi")
    assert common_secret_exponent([(key.n, key.d) for key in keys]) is None


def test_the_bounds_that_are_stated_for_common_secrets():
    for count, e_bits in ((2, 683), (3, 769)):
        keys = keys_with_one_secret(Maker(f"stated {count}"), [2048] * count, e_bits, "phi")
        assert common_secret_bits([key.n for key in keys]) >= e_bits
        assert common_secret_exponent([(key.n, key.d) for key in keys]) == tuple(key.primes for key in keys)


def test_different_secrets_give_nothing():
    maker = Maker("different")
    keys = [maker.key(maker.primes(512), e_bits=160) for _ in range(2)]
    assert common_secret_exponent([(key.n, key.d) for key in keys]) is None
    assert common_secret_exponent([(key.n, key.d) for key in keys], stop=lambda: True) is None


@pytest.mark.parametrize("count", [0, 1, 13])
def test_too_few_and_too_many_keys(count):
    with pytest.raises(ValueError, match="from 2 to 12"):
        common_secret_exponent([(77, 13)] * count)


@FORMS
@pytest.mark.parametrize("bits", [1024, 2048])
def test_two_exponents_for_one_modulus(bits, form):
    maker = Maker(f"two {bits} {form}")
    primes = maker.primes(bits)
    limit = two_exponents_bits(math.prod(primes))
    assert limit > 0.355 * bits
    for lengths in ((limit, limit), (limit, limit - 30), (limit - 90, limit - 5)):
        first, second = (maker.key(primes, e_bits=e_bits, form=form) for e_bits in lengths)
        assert two_exponents_one_modulus(first.n, first.d, second.d) == first.primes
    first, second = (maker.key(primes, e_bits=limit + 6, form=form) for _ in range(2))
    assert two_exponents_one_modulus(first.n, first.d, second.d) is None


def test_twice_the_same_exponent_or_none_at_all_gives_nothing():
    maker = Maker("same")
    primes = maker.primes(512)
    key = maker.key(primes, e_bits=170)
    assert two_exponents_one_modulus(key.n, key.d, key.d) is None
    assert two_exponents_one_modulus(key.n, 3, 5) is None
