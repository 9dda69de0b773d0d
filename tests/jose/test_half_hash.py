"""The hash by which an ID token names an access token."""

import pytest

from jwtctl.jose.half_hash import half_hash


def test_the_example_of_openid_connect():
    assert half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", "RS256") == "77QmUPtjPfzWtF2AnpK9RQ"


@pytest.mark.parametrize(
    ("alg", "crv", "characters"),
    [("ES384", None, 32), ("HS512", None, 43), ("EdDSA", "Ed25519", 43), ("EdDSA", "Ed448", 76), ("Ed448", None, 76)],
)
def test_its_length(alg, crv, characters):
    assert len(half_hash("token", alg, crv)) == characters


def test_algorithms_without_a_hash():
    assert half_hash("token", "ML-DSA-44") is None
    assert half_hash("token", "none") is None
