import hashlib

import pytest

from jwtctl.checks.key.jwk_x5t_mismatch import JwkX5tMismatch
from jwtctl.jose.base64url import encode
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, run, silent, the_finding
from tests.jose.certificates import chain, x5c

LEAF, MIDDLE, _ = chain()
SHA1, SHA256 = hashlib.sha1(LEAF).digest(), hashlib.sha256(LEAF).digest()


def stating(**members):
    return jwk(EC | {name.replace("_", "#"): value for name, value in members.items()}, x5c=x5c(LEAF))


@pytest.mark.parametrize(("name", "hash_name"), [("x5t", "sha1"), ("x5t#S256", "sha256")])
def test_the_hash_of_another_certificate(name, hash_name):
    other = encode(hashlib.new(hash_name, MIDDLE).digest())
    finding = the_finding(run(JwkX5tMismatch, jwk(EC | {name: other}, x5c=x5c(LEAF, MIDDLE))))
    assert finding.message == f"{name} is not the hash of the first certificate in x5c"
    assert (finding.severity, finding.at) == (Severity.HIGH, f"/{name}")


def test_hexadecimal_text_encoded_again():
    for text in (SHA1.hex(), SHA1.hex().upper(), SHA1.hex(":")):
        finding = the_finding(run(JwkX5tMismatch, stating(x5t=encode(text.encode()))))
        assert finding.message == "x5t is the hexadecimal text of the hash, encoded again"


def test_what_is_no_hash_even_without_a_certificate():
    finding = the_finding(run(JwkX5tMismatch, jwk(EC | {"x5t#S256": encode(SHA1)})))
    assert finding.message == "x5t#S256 has 20 octets, which is no SHA256 hash"
    finding = the_finding(run(JwkX5tMismatch, jwk(EC, x5t=encode(SHA256))))
    assert finding.message == "x5t has 32 octets, which is no SHA1 hash"
    for value in (5, "no base64!"):
        assert the_finding(run(JwkX5tMismatch, jwk(EC, x5t=value))).message == "x5t is no base64url text"


def test_right_hashes():
    assert silent(JwkX5tMismatch, stating(x5t=encode(SHA1), x5t_S256=encode(SHA256)))
    # Nothing to compare with.
    assert silent(JwkX5tMismatch, jwk(EC, x5t=encode(SHA1)))


def test_keys_without_a_thumbprint():
    assert not applies(JwkX5tMismatch, jwk(EC, x5c=x5c(LEAF)))
