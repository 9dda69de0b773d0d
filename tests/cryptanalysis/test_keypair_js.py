import hashlib

import pytest

from jwtctl.cryptanalysis.keypair_js import recognise, regenerate
from jwtctl.jose.aes_block import encrypt_block
from tests.cryptanalysis.weak_keys import Maker

# SHA-256 of the modulus in upper-case hexadecimal, from keypair 1.0.3 under Node.js 20, with Math.random() set to 0 and
# the clock to a number whose lowest octet is the first one here.
MADE = {
    (5, 1024): "32d66785f47f693d16d98bc0403d292f0d6d997ce394e11118f4a034b02bd63a",
    (200, 2048): "9a97388cff583e8afa7370832f14d1bc01ca32a825aea0385a6d0e475b270059",
    (255, 2048): "b65834fbd669ea6f73c26789d84430609565e023e58c984e611309f07dbc8c44",
    (77, 1024): "d79be35c9a4668fbf38ac728d08f8dc084b84a1008cfe880b40c8da594f733e8",
}


def seed(octet):
    return bytes([octet]) + bytes(31)


@pytest.mark.parametrize(("octet", "bits"), MADE)
def test_the_same_keys_as_the_package(octet, bits):
    p, q = regenerate(seed(octet), bits, encrypt_block)
    assert p > q
    assert hashlib.sha256(f"{p * q:X}".encode()).hexdigest() == MADE[octet, bits]


def test_a_key_of_the_table_is_recognised_and_made_again():
    p, q = regenerate(seed(77), 1024, encrypt_block)
    assert recognise(p * q, encrypt_block) == (seed(77), (p, q))
    p, q = regenerate(seed(200), 2048, encrypt_block)
    assert recognise(p * q, encrypt_block) == (seed(200), (p, q))


def test_the_leading_bits_alone_are_not_believed():
    p, q = regenerate(seed(77), 1024, encrypt_block)
    assert recognise(p * q + 2, encrypt_block) is None


def test_other_seeds_lengths_and_sound_keys_are_not_in_the_table():
    p, q = regenerate(bytes([77, 3]) + bytes(30), 1024, encrypt_block)
    assert recognise(p * q, encrypt_block) is None
    p, q = regenerate(seed(1), 768, encrypt_block)
    assert recognise(p * q, encrypt_block) is None
    p, q = Maker("keypair").primes(1024)
    assert recognise(p * q, encrypt_block) is None
    assert [recognise(n, encrypt_block) for n in (0, 1, 15)] == [None, None, None]
