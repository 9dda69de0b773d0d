from itertools import islice

import pytest

from jwtctl.cryptanalysis import unseeded
from tests.cryptanalysis.weak_keys import Maker

# The 10,000th number of these three is in ISO/IEC 14882:2011 sections 26.5.3.1, 26.5.3.2 and 26.5.5.
STANDARD = [
    (unseeded._mersenne(5489), 4123659995),
    (unseeded._mersenne_64(5489), 9981545732273789042),
    (unseeded._linear(16807, 0, 2147483647, 1, 0), 1043618065),
]
# What C programs print that call rand() without srand(), and what Java and GMP give, as in Paranoid's unseeded_rands.
FIRST = [
    (unseeded._glibc_numbers(), [1804289383, 846930886, 1681692777, 1714636915]),
    (unseeded._linear(214013, 2531011, 1 << 31, 1, 16), [41, 18467, 6334, 26500]),
]
DRAWN = [
    (unseeded._java(0), "60b420bb3851d9d47acb933d"),
    (unseeded._gmp(5489), "18f204fe6846aeb6f58174d5"),
    (unseeded._gmp(0), "9c764c8f3c413cfd57c8a5d2"),
]


@pytest.mark.parametrize(("numbers", "expected"), STANDARD)
def test_the_generators_of_the_cpp_standard(numbers, expected):
    assert next(islice(numbers, 9_999, None)) == expected


@pytest.mark.parametrize(("numbers", "expected"), FIRST)
def test_the_generators_of_c_libraries(numbers, expected):
    assert list(islice(numbers, 4)) == expected


@pytest.mark.parametrize(("draw", "expected"), DRAWN)
def test_numbers_of_512_bits(draw, expected):
    assert f"{draw(512):x}".startswith(expected)


def test_words_in_either_order():
    for order, expected in (("big", 0x00010002), ("little", 0x00020001)):
        assert unseeded._words(iter([1, 2, 3]), 16, order)(32) == expected


@pytest.mark.parametrize("bits", [512, 1024])
def test_every_prime_of_the_table_is_found(bits):
    q = Maker("unseeded").prime(bits)
    primes = unseeded._primes(bits)
    assert all(unseeded.product(bits) % p == 0 for p in primes)
    assert {unseeded.factor(p * q) for p in primes} == {(name, (max(p, q), min(p, q))) for p, name in primes.items()}


def test_two_primes_of_one_generator():
    p, q = list(unseeded._primes(1024))[:2]
    assert unseeded.factor(p * q)[1] == (max(p, q), min(p, q))


def test_the_fifth_draw_and_other_lengths_are_not_there():
    draw = unseeded.GENERATORS["GMP's Mersenne twister with seed 0"]()
    fifth = [draw(512) for _ in range(5)][-1]
    maker = Maker("unseeded")
    assert unseeded.factor(maker.prime_near(fifth | 3 << 510) * maker.prime(512)) is None
    assert unseeded.factor(maker.prime(300) * maker.prime(300)) is None
    assert [unseeded.factor(n) for n in (0, 1, 15, 1 << 1023)] == [None, None, None, None]
