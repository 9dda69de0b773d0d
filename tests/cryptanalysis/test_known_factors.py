import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.cryptanalysis import known_factors, unseeded
from jwtctl.cryptanalysis.factoring import small_factor
from jwtctl.cryptanalysis.known_factors import without_known_factor
from jwtctl.cryptanalysis.known_primes import known_divisor
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


@pytest.mark.parametrize("group", [1, 2, 300, 4096])
def test_exactly_those_with_a_small_factor_are_left_out(primes, sound, group, monkeypatch):
    monkeypatch.setattr(known_factors, "_GROUP", group)
    monkeypatch.setattr(known_factors, "_PART", min(group, 7))
    assert without_known_factor([*sound, *sound, 1, 0]) == set(sound)
    spoiled = [65537 * primes[0], 3 * primes[1], 3 * 5 * 7]
    assert without_known_factor([*sound[:300], *spoiled, *sound[300:]]) == set(sound)
    assert without_known_factor([]) == without_known_factor([3]) == frozenset()


def test_a_known_and_an_unseeded_prime_are_left_out_whoever_stands_beside_them():
    maker = Maker("known factors")
    (key,) = key_formats.read(VECTOR.read_bytes(), "key").keys
    known = known_divisor(key.numbers["n"])
    sound = [maker.prime(1024) * maker.prime(1024), maker.prime(1536) * maker.prime(1536)]
    weak = [known * maker.prime(1024), min(unseeded._primes(1024)) * maker.prime(1024)]
    assert without_known_factor([*weak, *sound]) == set(sound)


@given(st.lists(st.integers(1, 2**40).map(lambda n: 2 * n + 1), max_size=30))
def test_as_one_by_one(moduli):
    assert without_known_factor(moduli) == {n for n in moduli if n > 1 and small_factor(n) is None}
