"""The reversed signer: what it mints is what a library mints, and is accepted under the other exponent alone."""

import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import algorithms, base64url, forge
from jwtctl.model import Key
from tests.checks.material import weak
from tests.cryptanalysis.weak_keys import Maker

N, E, D, (P, Q) = weak()
HASHES = {256: hashes.SHA256(), 384: hashes.SHA384(), 512: hashes.SHA512()}


@pytest.mark.parametrize("hash_bits", HASHES)
def test_the_padding_is_that_of_a_library(hash_bits):
    numbers = rsa.RSAPrivateNumbers(P, Q, D, D % (P - 1), D % (Q - 1), pow(Q, -1, P), rsa.RSAPublicNumbers(E, N))
    signature = numbers.private_key().sign(b"message", padding.PKCS1v15(), HASHES[hash_bits])
    assert pow(int.from_bytes(signature, "big"), E, N) == forge.emsa_pkcs1_v1_5(b"message", hash_bits, 256)


@pytest.mark.parametrize("hash_bits", HASHES)
def test_a_forged_token_is_accepted_under_the_exponent_that_services_hold(hash_bits):
    token = forge.forge({"sub": "root"}, {"kid": "k"}, n=N, exponent=E, hash_bits=hash_bits)
    header, payload, signature = token.split(".")
    assert json.loads(base64url.decode(header)) == {"alg": f"RS{hash_bits}", "typ": "JWT", "kid": "k"}
    assert json.loads(base64url.decode(payload)) == {"sub": "root"}
    assert len(base64url.decode(signature)) == 256
    assert forge.accepts(token, n=N, exponent=D, hash_bits=hash_bits)
    signing_input = f"{header}.{payload}".encode()
    service = Key("RSA", numbers={"n": N, "e": D})
    assert algorithms.verify(f"RS{hash_bits}", service, signing_input, base64url.decode(signature))


def test_what_is_not_accepted():
    token = forge.forge({"sub": "root"}, {}, n=N, exponent=E)
    assert not forge.accepts(token, n=N, exponent=D - 2)
    assert not forge.accepts(token, n=N, exponent=D, hash_bits=512)
    assert not forge.accepts(token.replace(".", ".e", 1), n=N, exponent=D)
    assert not forge.accepts(forge.forge({"sub": "root"}, {}, n=N, exponent=E + 2), n=N, exponent=D)


def test_an_exponent_that_openssl_refuses_is_computed_with():
    """Beyond 3072 bits OpenSSL takes no exponent of more than 64 bits: the service must have had another library."""
    source = Maker("forge 4096")
    n, e, d, _ = source.key(source.primes(4096), e=65537, form="lambda")
    token = forge.forge({}, {}, n=n, exponent=e)
    assert forge.accepts(token, n=n, exponent=d)
    assert not forge.accepts(token, n=n, exponent=d - 2)


@pytest.mark.parametrize(("hash_bits", "octets"), [(256, 61), (384, 77), (512, 93)])
def test_a_modulus_too_short_for_a_signature(hash_bits, octets):
    """RFC 8017 section 9.2: at least eight octets of padding."""
    assert forge.emsa_pkcs1_v1_5(b"", hash_bits, octets + 1) >> (8 * (octets - 2)) == 0x01FF
    with pytest.raises(KeyMaterialError, match=f"a modulus of {octets} bytes is too short for an RS{hash_bits} sig"):
        forge.emsa_pkcs1_v1_5(b"", hash_bits, octets)
