"""What is said of a library is what it does."""

import subprocess

import jwt
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from jwtctl.jose import key_writing
from jwtctl.jose.key import to_jwk
from jwtctl.jose.library_limits import refusals
from jwtctl.jose.multi_prime import private_numbers
from jwtctl.model import Key
from tests.cryptanalysis.weak_keys import Maker

MAKER = Maker("limits")
PRIMES = {bits: MAKER.primes(bits) for bits in (2048, 3072, 3074)}


def key_of(primes, *, e=None, e_bits=None):
    made = MAKER.key(primes, e=e, e_bits=e_bits)
    numbers, others = private_numbers(made.e, made.d, made.primes)
    return Key("RSA", numbers=numbers, members={"oth": others} if others else {})


def by_cryptography(key):
    private = serialization.load_pem_private_key(
        key_writing.write([key], "pem", private=True), None, unsafe_skip_rsa_key_validation=True
    )
    signature = private.sign(b"m", padding.PKCS1v15(), hashes.SHA256())
    private.public_key().verify(signature, b"m", padding.PKCS1v15(), hashes.SHA256())


@pytest.mark.parametrize(
    ("bits", "e_bits", "libraries"),
    [
        (2048, 31, []),
        (2048, 32, ["Go crypto/rsa"]),
        (2048, 33, ["Go crypto/rsa", "Windows CryptoAPI"]),
        (3072, 3060, ["Go crypto/rsa", "Windows CryptoAPI"]),
        (3074, 64, ["Go crypto/rsa", "Windows CryptoAPI"]),
        (3074, 65, ["cryptography (OpenSSL)", "Go crypto/rsa", "Windows CryptoAPI"]),
    ],
)
def test_each_limit_at_its_edge(bits, e_bits, libraries):
    key = key_of(PRIMES[bits], e_bits=e_bits)
    found = refusals(key)
    assert [refusal.library for refusal in found] == libraries
    assert [refusal.measured for refusal in found] == [library.startswith("cryptography") for library in libraries]
    if "cryptography (OpenSSL)" in libraries:
        assert "OPENSSL_RSA_MAX_PUBEXP_BITS = 64" in found[0].reason
        with pytest.raises(InvalidSignature):
            by_cryptography(key)
    else:
        by_cryptography(key)


@pytest.mark.parametrize("count", [3, 4])
def test_more_than_two_primes(count):
    key = key_of(MAKER.primes(2048, count), e=65537)
    found = refusals(key)
    assert found[0].reason == f"the key has {count} primes, and it reads two"
    assert found[0].measured
    assert [refusal.library for refusal in found] == [
        *("cryptography (OpenSSL)", *["openssl rsa -check"] * (count > 3), "PyJWT, jwcrypto and joserfc"),
    ]
    pem = key_writing.write([key], "pem", private=True)
    checked = subprocess.run(["openssl", "rsa", "-check", "-noout"], input=pem, capture_output=True, check=False)
    assert (b"RSA key ok" in checked.stdout) == (count == 3)
    with pytest.raises(ValueError, match="Invalid key"):
        by_cryptography(key)
    with pytest.raises(jwt.exceptions.InvalidKeyError, match="primes"):
        jwt.PyJWK(to_jwk(key, private=True), "RS256")


def test_numbers_that_do_not_belong_together_are_no_limit_of_a_library():
    sound = key_of(PRIMES[2048], e=65537)
    (refusal,) = refusals(sound._replace(numbers={**sound.numbers, "e": 65539}))
    assert refusal.measured
    assert "OPENSSL" not in refusal.reason
