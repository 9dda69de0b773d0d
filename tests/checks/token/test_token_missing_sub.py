import pytest

from jwtctl.checks.token.token_missing_sub import TokenMissingSub
from jwtctl.model import Severity
from tests.checks.token.material import ACCESS, access, applies, changed, of, run, token


def test_an_access_token_without_it():
    (finding,) = run(TokenMissingSub, access(sub=None))
    assert finding.message == "no sub: the token does not say whom it is about (RFC 9068 section 2.2 asks for it)"
    assert (finding.severity, finding.at) == (Severity.MEDIUM, "/claims")


def test_a_token_that_does_not_say_what_it_is_for():
    (finding,) = run(TokenMissingSub, token(claims=changed(ACCESS, {"sub": None})))
    assert (finding.message, finding.severity) == ("no sub: the token does not say whom it is about", Severity.INFO)


@pytest.mark.parametrize("value", [1, "", 0])
def test_it_is_there(value):
    assert run(TokenMissingSub, access(sub=value), access()) == ()


def test_what_has_no_claims_or_needs_none():
    assert not applies(TokenMissingSub, of("hello"))
    assert not applies(TokenMissingSub, token(claims="[]"))
    assert not applies(TokenMissingSub, token({"alg": "ES256", "typ": "other+jwt"}))
