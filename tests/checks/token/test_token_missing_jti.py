import pytest

from jwtctl.checks.token.token_missing_jti import TokenMissingJti
from jwtctl.model import Severity
from tests.checks.token.material import ACCESS, access, applies, changed, of, run, token


def test_an_access_token_without_it():
    (finding,) = run(TokenMissingJti, access(jti=None))
    assert (
        finding.message
        == "no jti: the token cannot be revoked or told from a replay (RFC 9068 section 2.2 asks for it)"
    )
    assert (finding.severity, finding.at) == (Severity.MEDIUM, "/claims")


def test_a_token_that_does_not_say_what_it_is_for():
    (finding,) = run(TokenMissingJti, token(claims=changed(ACCESS, {"jti": None})))
    assert (finding.message, finding.severity) == (
        "no jti: the token cannot be revoked or told from a replay",
        Severity.INFO,
    )


@pytest.mark.parametrize("value", [1, "", 0])
def test_it_is_there(value):
    assert run(TokenMissingJti, access(jti=value), access()) == ()


def test_what_has_no_claims_or_needs_none():
    assert not applies(TokenMissingJti, of("hello"))
    assert not applies(TokenMissingJti, token(claims="[]"))
    assert not applies(TokenMissingJti, token({"alg": "ES256", "typ": "other+jwt"}))
