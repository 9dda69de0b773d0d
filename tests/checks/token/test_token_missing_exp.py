import pytest

from jwtctl.checks.token.token_missing_exp import TokenMissingExp
from jwtctl.model import Severity
from tests.checks.token.material import ACCESS, access, applies, changed, of, run, token


def test_an_access_token_without_it():
    (finding,) = run(TokenMissingExp, access(exp=None))
    assert finding.message == "no exp: the token never expires (RFC 9068 section 2.2 asks for it)"
    assert (finding.severity, finding.at) == (Severity.HIGH, "/claims")


def test_a_token_that_does_not_say_what_it_is_for():
    (finding,) = run(TokenMissingExp, token(claims=changed(ACCESS, {"exp": None})))
    assert (finding.message, finding.severity) == ("no exp: the token never expires", Severity.MEDIUM)


@pytest.mark.parametrize("value", [1, "", 0])
def test_it_is_there(value):
    assert run(TokenMissingExp, access(exp=value), access()) == ()


def test_what_has_no_claims_or_needs_none():
    assert not applies(TokenMissingExp, of("hello"))
    assert not applies(TokenMissingExp, token(claims="[]"))
    assert not applies(TokenMissingExp, token({"alg": "ES256", "typ": "secevent+jwt"}))
