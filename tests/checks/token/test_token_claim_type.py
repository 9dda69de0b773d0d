import pytest

from jwtctl.checks.token.token_claim_type import TokenClaimType
from jwtctl.model import Severity
from tests.checks.token.material import ACCESS, ID, LOGOUT, NOON, applies, of, run, token


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("iss", ["https://id.example"], "iss is a JSON array, not a string"),
        ("sub", 7, "sub is a JSON number, not a string"),
        ("jti", None, "jti is a JSON null, not a string"),
        ("exp", str(NOON), "exp is a JSON string, not a number of seconds"),
        ("iat", True, "iat is a JSON boolean, not a number of seconds"),
        ("nbf", {}, "nbf is a JSON object, not a number of seconds"),
        ("aud", [], "aud is an empty array"),
        ("aud", ["a", None], "aud is an array with a JSON null in it, not of strings only"),
        ("aud", {"a": 1}, "aud is a JSON object, not a string or an array of strings"),
    ],
)
def test_wrong_types(name, value, message):
    (finding,) = run(TokenClaimType, token(claims=ACCESS | {name: value}))
    assert (finding.message, finding.severity, finding.at) == (message, Severity.HIGH, f"/claims/{name}")


def test_right_types():
    others = token(claims=ACCESS | {"aud": ["a", "b"], "exp": NOON + 0.5, "nbf": 0, "other": [1]})
    assert run(TokenClaimType, others, *(token(claims=claims) for claims in (ACCESS, ID, LOGOUT))) == ()


def test_no_claims():
    assert not applies(TokenClaimType, token(claims="[]"))
    assert not applies(TokenClaimType, of("hello"))
