import pytest

from jwtctl.checks.token.token_missing_iss import TokenMissingIss
from jwtctl.model import Severity
from tests.checks.token.material import ACCESS, access, applies, changed, of, run, token


def test_an_access_token_without_it():
    (finding,) = run(TokenMissingIss, access(iss=None))
    assert finding.message == "no iss: nobody can tell whose keys it belongs to (RFC 9068 section 2.2 asks for it)"
    assert (finding.severity, finding.at) == (Severity.MEDIUM, "/claims")


def test_a_token_that_does_not_say_what_it_is_for():
    (finding,) = run(TokenMissingIss, token(claims=changed(ACCESS, {"iss": None})))
    assert (finding.message, finding.severity) == ("no iss: nobody can tell whose keys it belongs to", Severity.LOW)


@pytest.mark.parametrize("value", [1, "", 0])
def test_it_is_there(value):
    assert run(TokenMissingIss, access(iss=value), access()) == ()


def test_what_has_no_claims_or_needs_none():
    assert not applies(TokenMissingIss, of("hello"))
    assert not applies(TokenMissingIss, token(claims="[]"))
    assert not applies(TokenMissingIss, token({"alg": "ES256", "typ": "other+jwt"}))
