"""Which claims are asked for, by what a token is for."""

import pytest

from jwtctl.checks.required_claims import KINDS, kind_of
from jwtctl.checks.token_audit import PROFILES, TokenAudit
from tests.checks.token.material import NOON, token


@pytest.mark.parametrize(
    ("typ", "kind"), [("JWT", ""), (None, ""), ("at+jwt", "access-token"), ("application/kb+jwt", "kb+jwt"), ("x", "x")]
)
def test_what_a_token_is_for(typ, kind):
    assert kind_of(token({"alg": "ES256", "typ": typ}), TokenAudit(lambda: 0.0, NOON)) == kind


def test_the_profile_of_the_caller_counts():
    assert kind_of(token(), TokenAudit(lambda: 0.0, NOON, profile="id-token")) == "id-token"


def test_every_profile_says_what_it_asks_for():
    assert set(PROFILES) <= set(KINDS)
    assert "exp" not in KINDS["security-event"][1]
