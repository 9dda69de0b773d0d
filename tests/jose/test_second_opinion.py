"""What other libraries say of a signature, and that a disagreement is told."""

import pytest

from jwtctl.jose import token as tokens
from jwtctl.jose.generate import generate
from jwtctl.jose.second_opinion import second_opinions
from jwtctl.jose.sign import sign

SIGNED_BY_ALL = ["RS256", "PS384", "ES256", "ES384", "ES512", "HS256", "HS512"]


def opinions(alg, *, right, change=lambda text: text, key=None):
    made = generate(alg)
    parsed = tokens.parse(change(sign({"sub": "a"}, made, alg=alg)))
    found = list(second_opinions(parsed, key or made, alg, right=right))
    assert [check.name for check in found] == ["second_opinion"] * 2
    assert [check.got.partition(" ")[0] for check in found] == ["PyJWT", "jwcrypto"]
    return [(check.got.rpartition(": ")[2], check.ok) for check in found]


def tampered(text):
    head, _, signature = text.rpartition(".")
    return f"{head}.{'B' if signature[0] != 'B' else 'C'}{signature[1:]}"


@pytest.mark.parametrize("alg", SIGNED_BY_ALL)
def test_agreement(alg):
    assert opinions(alg, right=True) == [("right", True)] * 2
    assert opinions(alg, right=False, change=tampered) == [("wrong", True)] * 2


@pytest.mark.parametrize("alg", SIGNED_BY_ALL)
def test_disagreement_fails(alg):
    assert opinions(alg, right=False) == [("right", False)] * 2
    assert opinions(alg, right=True, change=tampered) == [("wrong", False)] * 2


def test_a_library_that_does_not_know_the_algorithm_has_no_opinion():
    assert opinions("Ed25519", right=True)[0] == ("no opinion", True)
    assert opinions("ML-DSA-44", right=True)[0] == ("no opinion", True)


def test_another_key_is_wrong():
    assert opinions("ES256", right=False, key=generate("ES256")) == [("wrong", True)] * 2


def test_libraries_are_told_nothing_of_what_the_key_is_for():
    """Whether the key may verify is jwtctl's own question; here only the signature is asked about."""
    key = generate("ES256")._replace(use="enc", key_ops=("deriveKey",))
    parsed = tokens.parse(sign({"sub": "a"}, key._replace(use=None, key_ops=None), alg="ES256"))
    assert [check.ok for check in second_opinions(parsed, key, "ES256", right=True)] == [True, True]
