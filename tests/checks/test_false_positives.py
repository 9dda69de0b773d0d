"""Healthy keys of every kind, with all that a key may state, and nothing to be said about them."""

import time
import uuid

import pytest
from cryptography.hazmat.primitives import hashes

from jwtctl.checks.audit import Audit, audit
from jwtctl.checks.base import all_checks
from jwtctl.checks.effort import Effort
from jwtctl.jose import base64url
from jwtctl.jose.algorithms import private_key
from jwtctl.jose.generate import generate
from jwtctl.jose.key import from_jwks, to_jwk
from jwtctl.model import Role, Severity
from tests.jose.certificates import JANUARY, JULY, certificate, x5c

KINDS = [
    *((alg, {}) for alg in ("ES256", "ES384", "ES512", "ES256K", "Ed25519", "Ed448")),
    *(("ECDH-ES", {"crv": crv}) for crv in ("P-256", "P-384", "P-521", "X25519", "X448")),
    *((alg, {}) for alg in ("ML-DSA-44", "ML-DSA-65", "ML-DSA-87")),
    *((alg, {"size": 2048}) for alg in ("RS256", "PS256", "RSA-OAEP-256")),
    *(("HS256", {"size": size}) for size in range(256, 520, 8)),
    *((alg, {}) for alg in ("HS384", "HS512", "A128KW", "A192KW", "A256KW", "A256GCMKW")),
]
CERTIFIED = {"ES256", "ES384", "ES512", "Ed25519"}
NOW = (JANUARY.timestamp() + JULY.timestamp()) / 2


def whole(alg, options, *, private):
    """A new key with everything that a JWK may state about it."""
    key = generate(alg, **options)
    signs = key.use == "sig"
    operations = {
        (True, True): ("sign",),
        (True, False): ("verify",),
        (False, True): ("deriveKey",) if alg == "ECDH-ES" else ("wrapKey", "unwrapKey"),
        (False, False): (),
    }[signs, private or key.is_symmetric]
    members = to_jwk(key, private=private or key.is_symmetric) | {"kid": str(uuid.uuid4()), "key_ops": list(operations)}
    if not operations:
        del members["key_ops"]
    if alg in CERTIFIED:
        encoding = certificate(private_key(key))
        digest = hashes.Hash(hashes.SHA256())
        digest.update(encoding)
        members |= {"x5c": x5c(encoding), "x5t#S256": base64url.encode(digest.finalize())}
        members["x5u"] = "https://id.example/certificate.pem"
    return members


def findings(entries, role):
    """What an audit finds, from medium severity on; every secret alone, since a set of them is another matter."""
    key_set = from_jwks({"keys": entries}, "keys.json")
    assert key_set.problems == ()
    checks = [check for check in all_checks() if check.id not in {"jwks-mixed-symmetry", "jwks-too-large"}]
    report = audit(checks, Audit(role, time.monotonic, 10, (key_set,), NOW, effort=Effort.USUAL))
    return [finding for finding in report.findings if finding.severity >= Severity.MEDIUM]


def fresh(count):
    """Private and public keys in turn, of each kind."""
    for number in range(count):
        alg, options = KINDS[number % len(KINDS)]
        yield whole(alg, options, private=number // len(KINDS) % 2 == 0)


def test_two_hundred_fresh_keys():
    assert findings(list(fresh(200)), Role.ISSUER) == []


def test_every_kind_is_among_them():
    made = list(fresh(2 * len(KINDS)))
    assert {entry["kty"] for entry in made} == {"EC", "OKP", "AKP", "RSA", "oct"}
    assert {entry["crv"] for entry in made if "crv" in entry} == {
        *("P-256", "P-384", "P-521", "secp256k1", "Ed25519", "Ed448", "X25519", "X448")
    }
    assert sum("x5c" in entry for entry in made) == 2 * len(CERTIFIED)


def test_an_rsa_key_with_a_certificate():
    key = generate("PS256", size=2048)
    encoding = certificate(private_key(key))
    members = to_jwk(key, private=True) | {"kid": "a", "x5c": x5c(encoding)}
    assert findings([members], Role.ISSUER) == []


@pytest.mark.slow
def test_five_thousand_fresh_keys():
    assert findings(list(fresh(5_000)), Role.ISSUER) == []
