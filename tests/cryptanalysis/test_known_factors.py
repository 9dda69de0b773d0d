import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.cryptanalysis import known_factors, unseeded
from jwtctl.cryptanalysis.factoring import small_factor, small_primes
from jwtctl.cryptanalysis.known_factors import product, with_known_factor
from jwtctl.cryptanalysis.known_primes import MODULUS_BITS, known_divisor
from jwtctl.jose import key_formats
from tests.cryptanalysis.test_known_primes import VECTOR
from tests.cryptanalysis.weak_keys import Maker


@pytest.fixture(scope="module")
def primes():
    maker = Maker("known factors")
    return [maker.prime(64) for _ in range(46)]


@pytest.fixture(scope="module")
def sound(primes):
    return [p * q for i, p in enumerate(primes) for q in primes[:i]][:1000]


@pytest.fixture(scope="module")
def known():
    (key,) = key_formats.read(VECTOR.read_bytes(), "key").keys
    return known_divisor(key.numbers["n"])


@pytest.mark.parametrize("group", [1, 2, 300, 4096])
def test_exactly_those_with_a_small_factor_are_found(primes, sound, group, monkeypatch):
    monkeypatch.setattr(known_factors, "_GROUP", group)
    monkeypatch.setattr(known_factors, "_PART", min(group, 7))
    assert with_known_factor([*sound, *sound, 1, 0]) == set()
    spoiled = [65537 * primes[0], 3 * primes[1], 3 * 5 * 7]
    assert with_known_factor([*sound[:300], *spoiled, *sound[300:]]) == set(spoiled)
    assert with_known_factor([]) == set()
    assert with_known_factor([3]) == {3}


def test_a_known_and_an_unseeded_prime_are_found_whoever_stands_beside_them(known):
    maker = Maker("known factors")
    sound = [maker.prime(1024) * maker.prime(1024), maker.prime(1536) * maker.prime(1536)]
    weak = [known * maker.prime(1024), min(unseeded._primes(1024)) * maker.prime(1024)]
    assert with_known_factor([*weak, *sound]) == set(weak)


@given(st.lists(st.integers(1, 2**40).map(lambda n: 2 * n + 1), max_size=30))
def test_as_one_by_one(moduli):
    assert with_known_factor(moduli) == {n for n in moduli if n > 1 and small_factor(n) is not None}


def test_small_known_and_unseeded_primes_are_in_the_product(known):
    for prime in (2, 65537, known, min(unseeded._primes(1024))):
        assert product([2048]) % prime == 0


def test_each_length_adds_what_is_known_of_it_once():
    assert product([]) == product([3, 1999]) == small_primes()
    # Primes of 1024 bits make moduli of 2047 bits as well, but nobody has collected those.
    shorter, exact, longer = (product([bits]) // small_primes() for bits in (2047, 2048, 4096))
    assert exact % shorter == 0
    assert exact > shorter > 1
    assert product([2048, 2048, 4096, 1999]) == small_primes() * exact * longer


def test_however_many_lengths_there_are_the_product_is_bounded():
    lengths = {*MODULUS_BITS, *(2 * half for half in unseeded.OFFSETS)}
    assert product(range(20_000)) == product(lengths)
