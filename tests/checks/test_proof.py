import math

import pytest

from jwtctl.checks.proof import ExponentPair, hexadecimal, is_product
from tests.checks.material import maker, weak

N, E, D, PRIMES = weak()


@pytest.mark.parametrize("form", ["lambda", "phi"])
def test_a_pair_that_undoes_itself_is_proved(form):
    key = weak(form=form)
    assert ExponentPair(key.n, key.e, key.d, key.primes).is_proved()
    assert ExponentPair(key.n, key.d, key.e, key.primes).is_proved()


def test_three_primes_and_a_repeated_one():
    source = maker("proof")
    key = source.key(source.primes(384, 3), e=65537)
    assert ExponentPair(key.n, key.e, key.d, key.primes).is_proved()
    p = source.prime(128)
    d = pow(65537, -1, p * (p - 1))
    assert ExponentPair(p * p, 65537, d, (p, p)).is_proved()
    assert not ExponentPair(p * p, 65537, pow(65537, -1, p - 1), (p, p)).is_proved()


@pytest.mark.parametrize(
    "pair",
    [
        ExponentPair(N, E, D + 1, PRIMES),
        ExponentPair(N, E, D, ()),
        ExponentPair(N, E, D, (N, 1)),
        ExponentPair(N + 2, E, D, PRIMES),
        ExponentPair(N, -E, -D, PRIMES),
        ExponentPair(N, 0, 0, PRIMES),
    ],
    ids=["exponent", "no factors", "trivial", "modulus", "negative", "zero"],
)
def test_a_claim_that_does_not_hold_is_refused(pair):
    assert not pair.is_proved()


def test_composite_factors_prove_nothing():
    source = maker("proof, composite")
    p, q, r = (source.prime(128) for _ in range(3))
    e = 65537
    d = pow(e, -1, math.lcm(p * q - 1, r - 1))
    assert not ExponentPair(p * q * r, e, d, (p * q, r)).is_proved()


def test_the_witness_carries_the_names_it_is_asked_for():
    p, q = PRIMES
    pair = ExponentPair(N, E, D, PRIMES)
    assert pair.witness("e", "d") == {"n": hex(N), "e": "0x10001", "d": hex(D), "p": hex(p), "q": hex(q)}
    assert list(ExponentPair(30, 1, 1, (5, 3, 2)).witness("e", "d")) == ["n", "e", "d", "p", "q", "r3"]


def test_numbers_do_not_show_in_the_representation():
    assert str(D) not in repr(ExponentPair(N, E, D, PRIMES))


def test_products():
    assert is_product(15, (5, 3))
    assert not is_product(15, (15, 1))
    assert not is_product(15, (15,))
    assert not is_product(15, (5, 2))
    assert not is_product(15, (-5, -3))
    assert hexadecimal(p=255) == {"p": "0xff"}
