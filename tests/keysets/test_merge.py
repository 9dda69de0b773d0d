from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.errors import KeyMaterialError
from jwtctl.jose.key import from_jwks
from jwtctl.keysets.merge import merge, public
from jwtctl.model import Key, KeySet, Place
from tests.keysets.conftest import ED25519, ED25519_D, ED25519_THUMBPRINT, OCT, P256, P256_D

A = {**P256, "kid": "a", "alg": "ES256"}
B = {**ED25519, "kid": "b"}
PRIVATE_A = {**A, "d": P256_D}
SECRET = {**OCT, "kid": "s"}
ALIEN = {"kty": "LATTICE", "kid": "c", "v": "AA"}


def key_set(*entries, source="one"):
    return from_jwks({"keys": list(entries)}, source)


def kids(merged):
    return [key.kid for key in merged.keys]


# -- merge


@pytest.mark.parametrize(
    ("sets", "expected"),
    [
        ([], []),
        ([[A], [B]], ["a", "b"]),
        ([[B], [A]], ["b", "a"]),
        ([[A, B], [B, A]], ["a", "b"]),
        ([[A], [{**A, "alg": "ES384"}]], ["a", "a"]),
        ([[A], [{**A, "kid": "z"}]], ["a", "z"]),
        ([[P256], [P256, ED25519]], [None, None]),
        ([[SECRET], [SECRET]], ["s"]),
    ],
)
def test_keeps_the_order_and_each_key_once(sets, expected):
    assert kids(merge(key_set(*entries) for entries in sets)) == expected


@pytest.mark.parametrize("sets", [[[A, B], [PRIVATE_A]], [[PRIVATE_A, B], [A]]])
def test_the_private_half_is_kept_in_the_first_place(sets):
    merged = merge(key_set(*entries) for entries in sets)
    assert [(key.kid, key.is_private) for key in merged.keys] == [("a", True), ("b", False)]


@pytest.mark.parametrize("other", [{**B, "kid": "a"}, {**OCT, "kid": "a"}])
def test_one_kid_for_two_keys_names_both_places(other):
    with pytest.raises(KeyMaterialError, match="kid 'a' names two different keys: 'one' entry 1 and 'two' entry 0"):
        merge([key_set(B, A), key_set(other, source="two")])
    with pytest.raises(KeyMaterialError, match="'one' entry 0 and 'one' entry 1"):
        merge([key_set(A, other)])


def test_nothing_is_lost_in_silence():
    merged = merge([key_set(A, ALIEN), key_set(7, source="two")])
    assert [(problem.place.source, problem.place.index) for problem in merged.problems] == [("one", 1), ("two", 0)]


def test_says_where_it_comes_from():
    one = KeySet("one", defects=("member 'keys' stands twice",))
    merged = merge([one, KeySet("two", published=True), one])
    assert (merged.source, merged.is_jwks, merged.published) == ("one, two", True, True)
    assert merged.defects == ("one: member 'keys' stands twice",) * 2
    assert merge([key_set(A), key_set(B, source="two")]).keys[1].place == Place("two", 0)


# -- public


def test_public_halves_only():
    assert public(key_set(PRIVATE_A, {**B, "d": ED25519_D})) == {
        "keys": [
            {"kty": "EC", "crv": "P-256", "x": P256["x"], "y": P256["y"], "kid": "a", "alg": "ES256"},
            {"kty": "OKP", "crv": "Ed25519", "x": ED25519["x"], "kid": "b"},
        ]
    }


def test_the_kid_is_filled_in_with_the_thumbprint():
    [published] = public(key_set(ED25519))["keys"]
    assert published["kid"] == ED25519_THUMBPRINT
    [published] = public(key_set({**ED25519, "kid": ""}))["keys"]
    assert published["kid"] == ""


def test_operations_are_turned_to_those_of_the_public_half():
    [published] = public(key_set({**PRIVATE_A, "key_ops": ["sign"]}))["keys"]
    assert published["key_ops"] == ["verify"]


def test_halves_that_become_equal_stand_once():
    assert len(public(key_set(A, PRIVATE_A, A))["keys"]) == 1


def test_a_secret_is_refused_by_name_or_dropped_on_request():
    with pytest.raises(
        KeyMaterialError, match=r"^'one' entry 1, kid 's': an HMAC secret has no public half$"
    ) as caught:
        public(key_set(A, SECRET))
    assert OCT["k"] not in str(caught.value)
    assert [jwk["kid"] for jwk in public(key_set(SECRET, A), drop_symmetric=True)["keys"]] == ["a"]


def test_a_key_without_public_exponent_is_refused_by_place():
    leak = KeySet("leak.json", (Key("RSA", numbers={"n": 3233, "d": 17}, place=Place("leak.json")),))
    with pytest.raises(KeyMaterialError, match=r"^'leak\.json': this RSA key states no public exponent"):
        public(leak)


def test_a_left_out_point_is_derived():
    [published] = public(key_set({"kty": "OKP", "crv": "Ed25519", "d": ED25519_D}))["keys"]
    assert published == {**ED25519, "kid": ED25519_THUMBPRINT}


entry = st.sampled_from([A, B, PRIVATE_A, SECRET, ALIEN, P256, {**ED25519, "d": ED25519_D}, {**A, "alg": "ES384"}, 7])


@given(st.lists(st.lists(entry, max_size=5), max_size=3))
def test_no_secret_is_published_and_merging_twice_changes_nothing(lists):
    merged = merge(key_set(*entries) for entries in lists)
    assert merge([merged, merged]).keys == merged.keys
    text = json.dumps(public(merged, drop_symmetric=True))
    assert not any(secret in text for secret in (P256_D, ED25519_D, OCT["k"]))
