import math
import random

import pytest

from jwtctl.cryptanalysis.scattered_bits_without_modulus import EXPONENT_LIMIT, primes_from_scattered_bits
from tests.cryptanalysis.weak_keys import Maker

MAKER = Maker("scattered bits without modulus")


def numbers_of(key):
    p, q = key.primes
    return {"n": key.n, "p": p, "q": q, "d": key.d, "dp": key.d % (p - 1), "dq": key.d % (q - 1)}


def key_for(bits, e, form="lambda"):
    while True:
        primes = MAKER.primes(bits)
        if all((p - 1) % e for p in primes):
            return MAKER.key(primes, e=e, form=form)


def scattered(key, share, *, top=0, without=()):
    """Each bit with that probability, and the topmost ones."""
    stream = random.Random(f"{key.n}{share}")
    known = {}
    for name, number in numbers_of(key).items():
        length = key.n.bit_length() if name in {"n", "d"} else key.primes[0].bit_length()
        mask = sum(1 << i for i in range(length) if stream.random() < share or i >= length - top)
        known[name] = (mask, number & mask)
    return {name: bits for name, bits in known.items() if name not in without}


@pytest.mark.parametrize("form", ["lambda", "phi"])
@pytest.mark.parametrize(
    ("bits", "e", "share", "top"), [(512, 17, 0.7, 0), (1024, 65537, 0.7, 0), (1024, 65537, 0.45, 24)]
)
def test_both_primes_are_found(bits, e, share, top, form):
    key = key_for(bits, e, form)
    assert primes_from_scattered_bits(e, scattered(key, share, top=top), bits // 2) == key.primes


@pytest.mark.parametrize("without", [("n",), ("d",), ("n", "d")])
def test_some_numbers_may_be_missing(without):
    key = key_for(512, 257)
    assert primes_from_scattered_bits(257, scattered(key, 0.8, without=without), 256) == key.primes


@pytest.mark.parametrize("divisor", [3, 14, 25])
def test_primes_with_a_common_divisor_of_their_predecessors(divisor):
    while True:
        p, q = (MAKER.prime_with(256, divisor) for _ in "pq")
        common = math.gcd(p - 1, q - 1)
        if common <= 64 and common % divisor == 0 and (p - 1) * (q - 1) % 257:
            break
    key = MAKER.key([p, q], e=257)
    assert primes_from_scattered_bits(257, scattered(key, 0.75), 256) == key.primes


def test_too_few_bits_end_without_a_claim():
    key = key_for(1024, 257)
    assert primes_from_scattered_bits(257, scattered(key, 0.25, top=24), 512) is None


def test_a_bit_that_is_wrong_leaves_nothing():
    key = key_for(512, 17)
    known = scattered(key, 0.9)
    mask, value = known["q"]
    known["q"] = (mask, value ^ (mask & -mask) << 1 if mask >> 1 & 1 else value ^ 1)
    assert primes_from_scattered_bits(17, known, 256) == ()


def test_senseless_arguments_and_stop():
    key = key_for(512, 17)
    known = scattered(key, 0.8)
    for e in (1, 4, EXPONENT_LIMIT + 1):
        assert primes_from_scattered_bits(e, known, 256) == ()
    assert primes_from_scattered_bits(17, known, 4) == ()
    assert primes_from_scattered_bits(17, known, 256, lambda: True) is None
    assert primes_from_scattered_bits(17, {}, 256) is None
