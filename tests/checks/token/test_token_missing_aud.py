import pytest

from jwtctl.checks.token.token_missing_aud import TokenMissingAud
from jwtctl.model import Severity
from tests.checks.token.material import ACCESS, access, applies, changed, of, run, token


def test_an_access_token_without_it():
    (finding,) = run(TokenMissingAud, access(aud=None))
    assert (
        finding.message
        == "no aud: every service that trusts the issuer takes the token for its own (RFC 9068 section 2.2 asks for it)"
    )
    assert (finding.severity, finding.at) == (Severity.MEDIUM, "/claims")


def test_a_token_that_does_not_say_what_it_is_for():
    (finding,) = run(TokenMissingAud, token(claims=changed(ACCESS, {"aud": None})))
    assert (finding.message, finding.severity) == (
        "no aud: every service that trusts the issuer takes the token for its own",
        Severity.LOW,
    )


@pytest.mark.parametrize("value", [1, "", 0])
def test_it_is_there(value):
    assert run(TokenMissingAud, access(aud=value), access()) == ()


def test_what_has_no_claims_or_needs_none():
    assert not applies(TokenMissingAud, of("hello"))
    assert not applies(TokenMissingAud, token(claims="[]"))
    assert not applies(TokenMissingAud, token({"alg": "ES256", "typ": "other+jwt"}))
