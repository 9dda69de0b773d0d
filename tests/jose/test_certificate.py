import contextlib
import hashlib
import subprocess

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import base64url
from jwtctl.jose.certificate import is_issued_by, read, stated_chain, thumbprint
from jwtctl.model import Key
from tests.jose.certificates import JANUARY, JULY, certificate, chain, edwards_signer, signer, x5c


def test_the_facts_of_a_certificate():
    found = read(chain()[0])
    assert (found.subject, found.issuer, found.self_issued) == ("CN=leaf", "CN=middle", False)
    assert (found.not_before, found.not_after) == (JANUARY.timestamp(), JULY.timestamp())
    assert found.signature_hash == "sha256"
    numbers = signer(1).public_key().public_numbers()
    assert found.key is not None
    assert (found.key.kty, found.key.crv, found.key.numbers) == ("EC", "P-256", {"x": numbers.x, "y": numbers.y})


def test_hashes_names_and_keys_of_other_kinds():
    assert read(certificate(signer(), digest=hashes.SHA512)).signature_hash == "sha512"
    edwards = read(certificate(edwards_signer()))
    assert (edwards.signature_hash, edwards.self_issued) == (None, True)
    assert edwards.key is not None
    assert edwards.key.crv == "Ed25519"
    # A curve that JOSE does not have.
    assert read(certificate(signer(7, ec.SECP224R1))).key is None


def test_who_issued_what():
    leaf, middle, root = chain()
    assert is_issued_by(leaf, middle)
    assert is_issued_by(middle, root)
    assert is_issued_by(root, root)
    assert is_issued_by(leaf, root) is False
    # The right name, and another key.
    assert is_issued_by(leaf, certificate(signer(9), subject="middle")) is False
    assert is_issued_by(leaf, b"") is None
    assert is_issued_by(b"", root) is None


def test_a_thumbprint_is_the_hash_of_the_der():
    leaf = chain()[0]
    assert base64url.decode(thumbprint(leaf, "sha1")) == hashlib.sha1(leaf).digest()
    assert base64url.decode(thumbprint(leaf, "sha256")) == hashlib.sha256(leaf).digest()


def test_openssl_reads_the_same_thumbprint(tmp_path):
    path = tmp_path / "leaf.der"
    path.write_bytes(chain()[0])
    told = subprocess.run(
        ["openssl", "x509", "-inform", "DER", "-in", str(path), "-noout", "-fingerprint", "-sha256"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    octets = bytes.fromhex(told.partition("=")[2].strip().replace(":", ""))
    assert thumbprint(chain()[0], "sha256") == base64url.encode(octets)


def test_the_chain_that_a_jwk_states():
    leaf, middle, _ = chain()
    stated = [*x5c(leaf), base64url.encode(middle), "no base64!"]
    assert stated_chain(Key("EC", members={"x5c": stated})) == (leaf, middle, None)
    assert stated_chain(Key("EC", members={"x5c": []})) == ()
    assert stated_chain(Key("EC", members={"x5c": [1]})) == ()
    assert stated_chain(Key("EC", members={"x5c": "MII"})) == ()
    assert stated_chain(Key("EC")) == ()


@pytest.mark.parametrize("octets", [b"", b"\x30\x00", b"certificate", chain()[0][:-1], chain()[0] + b"\x00"])
def test_what_is_no_certificate_is_refused(octets):
    with pytest.raises(KeyMaterialError, match="not an X"):
        read(octets)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(chain()[0]) - 1), st.integers(0, 255))
def test_a_damaged_certificate_is_read_or_refused(position, octet):
    leaf, middle, _ = chain()
    damaged = leaf[:position] + bytes([octet]) + leaf[position + 1 :]
    with contextlib.suppress(KeyMaterialError):
        read(damaged)
    assert is_issued_by(damaged, middle) in ({True} if damaged == leaf else {False, None})
