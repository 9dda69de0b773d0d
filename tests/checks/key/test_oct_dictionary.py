import hashlib

import pytest

from jwtctl.checks.key.oct_dictionary import OctDictionary
from jwtctl.jose.base64url import encode
from jwtctl.jose.generate import generate
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, run, silent, the_finding


def secret(octets, **more):
    return jwk({"kty": "oct", "k": encode(octets)}, **more)


@pytest.mark.parametrize(
    ("octets", "how"),
    [
        (b"secret", "a common secret"),
        (b"changeme123", "a common secret with digits or signs after it"),
        (b"c3VwZXJzZWNyZXQ=", "a common secret in base64"),
        (hashlib.sha256(b"secret").digest(), "the SHA256 hash of a common secret"),
    ],
)
def test_common_secrets_in_any_dress(octets, how):
    finding = the_finding(run(OctDictionary, secret(octets)))
    assert finding.message == f"the secret is {how}"
    assert (finding.severity, finding.at, finding.witness) == (Severity.CRITICAL, "/k", {})
    assert encode(octets) not in str(finding)


def test_neighbours_of_a_common_secret_and_fresh_ones():
    assert silent(OctDictionary, secret(b"secreu"))
    assert silent(OctDictionary, secret(hashlib.sha256(b"secreu").digest()))
    assert silent(OctDictionary, generate("HS256"))


def test_passwords_that_are_meant_to_be_some_and_other_keys():
    assert not applies(OctDictionary, secret(b"secret", alg="PBES2-HS256+A128KW"))
    assert not applies(OctDictionary, secret(b""))
    assert not applies(OctDictionary, jwk(EC))
