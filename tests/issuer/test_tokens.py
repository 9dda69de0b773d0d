"""Hashes in ID tokens, for every algorithm that a store may have."""

import pytest

from jwtctl.issuer.tokens import about, half_hash
from jwtctl.jose.generate import generate


def test_the_hash_of_the_standard():
    """OpenID Connect Core 1.0 appendix A.3: at_hash of an RS256 ID token."""
    token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
    assert half_hash(token, generate("RS256", size=2048)) == "77QmUPtjPfzWtF2AnpK9RQ"


@pytest.mark.parametrize(
    ("alg", "length"),
    [("ES256", 22), ("ES384", 32), ("ES512", 43), ("Ed25519", 43), ("Ed448", 76), ("ML-DSA-44", None)],
)
def test_its_length_is_that_of_the_algorithm(alg, length):
    hashed = half_hash("token", generate(alg))
    assert (hashed and len(hashed)) == length


def test_scopes_ask_for_claims():
    assert about("a", "a@b", "openid") == {"sub": "a"}
    assert about("a", "A", "openid profile email") == {"sub": "a", "name": "A", "preferred_username": "A"}
    assert about("a", "a@b", "email") == {"sub": "a", "email": "a@b", "email_verified": True}
