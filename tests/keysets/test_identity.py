"""When two entries are one key, and what is said of it besides."""

import pytest

from jwtctl.jose.key import from_jwk
from jwtctl.keysets.identity import at, canonical, material, metadata, short
from jwtctl.model import Place
from tests.keysets.conftest import ED25519, ED25519_D, ED25519_THUMBPRINT, OCT, P256, P256_D


def key(members, **more):
    return from_jwk({**members, **more}, Place("set.json", 3))


def test_one_key_whatever_is_said_of_it():
    assert material(key(P256)) == material(key(P256, kid="a", use="enc", alg="ES256", x5u="https://x", d=P256_D))
    assert material(key(P256)) != material(key({**P256, "x": P256["y"]}))
    assert material(key(ED25519)) == material(key(ED25519, d=ED25519_D)) == ED25519_THUMBPRINT
    assert material(key(OCT)) != material(key({**OCT, "k": "AAAA"}))


def test_a_key_without_thumbprint_is_its_members():
    leaked = {"kty": "RSA", "n": "u1SU", "d": "AQAB"}
    assert material(key(leaked)) == material(key(leaked, kid="a"))
    assert material(key(leaked)) != material(key({**leaked, "d": "AQAD"}))


def test_metadata_is_everything_else():
    described = {"kid": "a", "use": "sig", "x5u": "https://x", "key_ops": ["sign"]}
    assert metadata(key(P256, d=P256_D, **described)) == described
    assert metadata(key(P256)) == {}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ([1, 2], [2, 1], False),
        ({"a": 1}, {"a": True}, False),
        ({"a": 1}, {"a": "1"}, False),
    ],
)
def test_equal_values_have_one_text(one, other, same):
    assert (canonical(one) == canonical(other)) is same


def test_places_and_cuts():
    assert at(Place("set.json", 3)) == "'set.json' entry 3"
    assert at(Place("key.pem")) == "'key.pem'"
    assert short("x" * 200) == "x" * 200
    assert short("x" * 201) == "x" * 200 + "…"
