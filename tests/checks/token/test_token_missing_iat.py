import pytest

from jwtctl.checks.token.token_missing_iat import TokenMissingIat
from jwtctl.model import Severity
from tests.checks.token.material import ACCESS, access, applies, changed, of, run, token


def test_an_access_token_without_it():
    (finding,) = run(TokenMissingIat, access(iat=None))
    assert finding.message == "no iat: nobody can tell how old the token is (RFC 9068 section 2.2 asks for it)"
    assert (finding.severity, finding.at) == (Severity.MEDIUM, "/claims")


def test_a_token_that_does_not_say_what_it_is_for():
    (finding,) = run(TokenMissingIat, token(claims=changed(ACCESS, {"iat": None})))
    assert (finding.message, finding.severity) == ("no iat: nobody can tell how old the token is", Severity.LOW)


@pytest.mark.parametrize("value", [1, "", 0])
def test_it_is_there(value):
    assert run(TokenMissingIat, access(iat=value), access()) == ()


def test_what_has_no_claims_or_needs_none():
    assert not applies(TokenMissingIat, of("hello"))
    assert not applies(TokenMissingIat, token(claims="[]"))
    assert not applies(TokenMissingIat, token({"alg": "ES256", "typ": "other+jwt"}))
