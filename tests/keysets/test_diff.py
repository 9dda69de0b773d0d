from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.jose import json_object
from jwtctl.jose.key import from_jwks
from jwtctl.keysets.diff import diff
from jwtctl.model import Change, Key, KeySet, KeySetChange
from tests.checks.material import rsa_members
from tests.keysets.conftest import ED25519, ED25519_D, ED25519_THUMBPRINT, OCT, P256, P256_D

P256_THUMBPRINT = "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s"  # RFC 7638 of the RFC 7517 key, computed with joserfc
A = {**P256, "kid": "a", "alg": "ES256"}
B = {**ED25519, "kid": "b"}
ALIEN = {"kty": "LATTICE", "kid": "c", "v": "AA"}
STRANDS = "tokens signed with it fail unless all have expired"


def key_set(*entries):
    document, _ = json_object.parse_object(json.dumps({"keys": entries}))
    return from_jwks(document, "test")


def changes(old, new, **options):
    return list(diff(key_set(*old), key_set(*new), **options).changes)


def change(kind, kid, detail, *, unsafe):
    thumbprint = {"a": P256_THUMBPRINT, "b": ED25519_THUMBPRINT}.get(kid)
    return KeySetChange(kind, kid, thumbprint, detail, unsafe)


@pytest.mark.parametrize("entries", [[], [A], [A, B], [A, ALIEN, 7], [OCT], [A, A]])
def test_equal(entries):
    found = diff(key_set(*entries), key_set(*entries))
    assert (found.changes, found.equal, found.safe) == ((), True, True)


def test_added_is_safe():
    assert changes([A], [A, B]) == [change(Change.ADDED, "b", "kid 'b' is new", unsafe=False)]
    assert diff(key_set(A), key_set(A, B)).safe


@pytest.mark.parametrize(
    ("options", "span"),
    [({}, "have cached the old set"), ({"cache_ttl": 900}, "may keep the old set for 900 s")],
)
def test_a_set_of_which_nothing_remains(options, span):
    added, removed = changes([A], [B], max_ttl=1, snapshot_age=9, **options)
    risk = f"no key of the old set remains, and verifiers that {span} refuse its tokens until they look again"
    assert added == change(Change.ADDED, "b", f"kid 'b' is new; {risk}", unsafe=True)
    assert removed.unsafe is False
    assert not changes([], [A])[0].unsafe


def test_smaller_keys_and_keys_that_few_can_read():
    old, small, same = (rsa_members(bits) | {"kid": str(bits)} for bits in (2048, 1024, 2048))
    (finding,) = changes([old], [old, small])
    assert finding.unsafe
    assert finding.detail == "kid '1024' is new; its 1024 bits are fewer than the 2048 of the smallest before"
    assert diff(key_set(small), key_set(small, same)).safe
    assert diff(key_set(A), key_set(A, small)).safe
    (finding,) = changes([A], [A, {**B, "alg": "Ed25519"}])
    assert finding.unsafe
    assert "many verifiers know this key only as EdDSA" in finding.detail
    (finding,) = changes([A], [A, {"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA", "kid": "q"}])
    assert finding.unsafe
    assert "many verifiers do not read keys of type AKP" in finding.detail


@pytest.mark.parametrize(
    ("max_ttl", "age", "detail", "unsafe"),
    [
        (None, None, STRANDS, True),
        (3600, None, STRANDS, True),
        (None, 9999, STRANDS, True),
        (3600, 3599, "tokens live 3600 s, but the old set is only 3599 s old: some signed with it may be live", True),
        (3600, 3600, "tokens live 3600 s, and the old set is 3600 s old", False),
    ],
)
def test_removed(max_ttl, age, detail, unsafe):
    expected = change(Change.REMOVED, "b", f"kid 'b' is gone; {detail}", unsafe=unsafe)
    assert changes([A, B], [A], max_ttl=max_ttl, snapshot_age=age) == [expected]


@pytest.mark.parametrize(
    "options", [{}, {"max_ttl": 1, "snapshot_age": 10}], ids=["", "even when every token has expired: caches go by kid"]
)
def test_kid_reused_for_other_material(options):
    expected = KeySetChange(
        Change.KID_REUSED, "a", ED25519_THUMBPRINT, "kid 'a' now names other key material", unsafe=True
    )
    assert changes([A], [{**B, "kid": "a"}], **options) == [expected]
    assert changes([A], [A, {**B, "kid": "a"}], **options) == [expected]


def test_kids_swapped():
    found = changes([A, B], [{**A, "kid": "b"}, {**B, "kid": "a"}])
    assert [(item.kind, item.kid, item.detail, item.unsafe) for item in found] == [
        (Change.KID_REUSED, "b", "kid 'b' now names other key material", True),
        (Change.METADATA, "b", "kid 'a': kid 'a' became 'b'", True),
        (Change.KID_REUSED, "a", "kid 'a' now names other key material", True),
        (Change.METADATA, "a", "kid 'b': kid 'b' became 'a'", True),
    ]


@pytest.mark.parametrize(
    ("old", "new", "detail", "unsafe"),
    [
        ({"alg": "ES256"}, {"alg": "ES384"}, "alg 'ES256' became 'ES384'", True),
        ({"alg": "ES256"}, {}, "alg 'ES256' dropped", True),
        ({}, {"alg": "ES256"}, "alg 'ES256' added", True),
        ({"use": "sig"}, {"use": "enc"}, "use 'sig' became 'enc'", True),
        ({"key_ops": ["verify"]}, {"key_ops": ["encrypt"]}, 'key_ops ["verify"] became ["encrypt"]', True),
        ({}, {"key_ops": ["encrypt"]}, 'key_ops ["encrypt"] added', True),
        ({}, {"key_ops": ["verify"]}, 'key_ops ["verify"] added', False),
        ({"key_ops": ["verify"]}, {}, 'key_ops ["verify"] dropped', False),
        ({}, {"x5c": ["AAAA"]}, "x5c added", False),
        ({"x5c": ["AAAA"]}, {"x5c": ["BBBB"]}, "x5c changed", False),
        ({"nbf": 1}, {"nbf": 2}, "nbf changed", False),
        ({"note": {"deep": [1]}}, {}, "note dropped", False),
        ({"x": P256["x"]}, {"x": P256["x"] + "="}, "the same numbers, written otherwise", False),
    ],
)
def test_metadata(old, new, detail, unsafe):
    base = {**P256, "kid": "a"}
    found = changes([{**base, **old}], [{**base, **new}])
    assert found == [change(Change.METADATA, "a", f"kid 'a': {detail}", unsafe=unsafe)]


@pytest.mark.parametrize(
    ("old", "new", "detail", "unsafe"),
    [
        ("a", "z", "kid 'a': kid 'a' became 'z'", True),
        ("a", None, "kid 'a': kid 'a' dropped", True),
        (None, "z", f"the key with thumbprint {P256_THUMBPRINT}: kid 'z' added", False),
    ],
)
def test_kid_of_the_same_key(old, new, detail, unsafe):
    found = changes([{**P256, **({"kid": old} if old else {})}], [{**P256, **({"kid": new} if new else {})}])
    assert found == [KeySetChange(Change.METADATA, new, P256_THUMBPRINT, detail, unsafe)]


def test_private_material_appears():
    private = {**A, "d": P256_D}
    detail = "kid 'a' holds private members, which it did not before"
    assert changes([A], [private]) == [change(Change.PRIVATE_MATERIAL, "a", detail, unsafe=True)]
    assert changes([private], [private]) == []
    gone = "kid 'a': its private members are gone"
    assert changes([private], [A]) == [change(Change.METADATA, "a", gone, unsafe=False)]


def test_a_new_private_key_is_both():
    assert changes([A], [A, {**B, "d": ED25519_D}]) == [
        change(Change.ADDED, "b", "kid 'b' is new", unsafe=False),
        change(Change.PRIVATE_MATERIAL, "b", "kid 'b' holds private members", unsafe=True),
    ]


def test_a_secret_has_no_thumbprint_to_guess_against():
    found = changes([], [{**OCT, "kid": "s"}])
    assert found == [
        KeySetChange(Change.ADDED, "s", None, "kid 's' is new"),
        KeySetChange(Change.PRIVATE_MATERIAL, "s", None, "kid 's' holds private members", unsafe=True),
    ]


def test_order_alone():
    assert changes([A, B, ALIEN], [ALIEN, A, B]) == [
        KeySetChange(Change.ORDER, None, None, "the same keys in another order")
    ]
    assert [item.kind for item in changes([A, B], [B, A, ALIEN])] == [Change.ADDED]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([ALIEN], [], [(Change.REMOVED, "c", True)]),
        ([], [ALIEN], [(Change.ADDED, "c", False)]),
        ([ALIEN], [{**ALIEN, "v": "BB"}], [(Change.KID_REUSED, "c", True)]),
        ([ALIEN], [{**ALIEN, "alg": "X"}], [(Change.METADATA, "c", True)]),
        ([ALIEN], [{**ALIEN, "kid": 7}], [(Change.METADATA, None, True), (Change.METADATA, None, False)]),
        (
            [],
            [{"kty": "RSA", "kid": "r", "d": "AQ"}],
            [(Change.ADDED, "r", False), (Change.PRIVATE_MATERIAL, "r", True)],
        ),
        ([7], ["x"], [(Change.ADDED, None, True), (Change.REMOVED, None, True)]),
        ([A], [{**ALIEN, "kid": "a"}], [(Change.KID_REUSED, "a", True)]),
    ],
)
def test_entries_that_cannot_be_read(old, new, expected):
    assert [(item.kind, item.kid, item.unsafe) for item in changes(old, new)] == expected


def test_the_same_key_twice():
    both = [{**A, "alg": "RS256"}, {**A, "alg": "PS256"}]
    assert changes(both, [both[0]]) == [change(Change.REMOVED, "a", f"kid 'a' is gone; {STRANDS}", unsafe=True)]
    assert changes([both[0]], both) == [change(Change.ADDED, "a", "kid 'a' is new", unsafe=False)]


def test_a_key_without_thumbprint_is_compared_by_its_numbers():
    """An RSA key that states only (n, d), as a leak may."""

    def leak(n, d):
        return KeySet("test", (Key("RSA", numbers={"n": n, "d": d}),))

    assert diff(leak(3233, 17), leak(3233, 17)).equal
    assert [item.kind for item in diff(leak(3233, 17), leak(3233, 19)).changes] == [
        Change.ADDED,
        Change.PRIVATE_MATERIAL,
        Change.REMOVED,
    ]


def test_key_material_never_shows():
    private = [{**A, "d": P256_D}, {**OCT, "kid": "s"}, {"kty": "LATTICE", "kid": "l", "k": OCT["k"]}]
    for found in (diff(key_set(*private), key_set(B)), diff(key_set(B), key_set(*private))):
        shown = repr(found)
        assert not any(secret in shown for secret in (P256_D, OCT["k"], P256["x"]))


def test_what_a_set_says_is_cut_short():
    found = changes([A], [{**A, "alg": "x" * 9999, "kid": "y" * 9999, "z" * 9999: 1}])
    assert max(len(item.detail) for item in found) < 700


def test_thousands_of_equal_entries_take_linear_time():
    many = [A] * 2000
    found = diff(key_set(*many), key_set(*many, *many))
    assert len(found.changes) == 2000


def test_thousands_of_other_keys_take_linear_time():
    old, new = ([{**OCT, "kid": f"{name}{number}"} for number in range(9000)] for name in "ab")
    found = diff(key_set(*old), key_set(*({**entry, "k": "AAAA"} for entry in new)))
    assert len(found.changes) == 3 * 9000


entry = st.sampled_from(
    [A, B, ALIEN, OCT, 7, {**A, "kid": "b"}, {**B, "kid": "a"}, {**A, "d": P256_D}, {**P256}, {**A, "alg": "ES384"}]
)


@given(st.lists(entry, max_size=6), st.lists(entry, max_size=6))
def test_equal_only_if_the_documents_are(old, new):
    assert diff(key_set(*old), key_set(*new)).equal == (old == new)
