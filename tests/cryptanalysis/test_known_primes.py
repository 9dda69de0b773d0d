from pathlib import Path

import gmpy2
import pytest

from jwtctl.cryptanalysis import known_primes
from jwtctl.cryptanalysis.factoring import is_probable_prime, small_primes
from jwtctl.cryptanalysis.known_primes import MODULUS_BITS, known_divisor, product
from jwtctl.jose import key_formats
from tests.tables import known_primes_data

VECTOR = Path(__file__).parents[1] / "vectors" / "keys" / "badkeys-sharedprimes.pem"


def test_a_key_from_the_internet():
    (key,) = key_formats.read(VECTOR.read_bytes(), "key").keys
    n = key.numbers["n"]
    p = known_divisor(n)
    assert p.bit_length() == 1024
    assert is_probable_prime(p)
    assert is_probable_prime(n // p)


@pytest.mark.parametrize("bits", MODULUS_BITS)
def test_every_product_is_there_and_has_no_small_factor(bits):
    assert product(bits).bit_length() > bits // 2
    assert gmpy2.gcd(product(bits), small_primes()) == 1


def test_other_lengths_have_none():
    assert [product(bits) for bits in (0, 1, 2047, 3072)] == [1, 1, 1, 1]
    assert [known_divisor(n) for n in (1, 15, 1 << 2047)] == [1, 1, 1]


def test_the_data_are_those_of_badkeys():
    pytest.importorskip("badkeys")
    assert Path(known_primes.__file__).with_name("known_primes.dat").read_bytes() == known_primes_data()
