from jwtctl.checks.token.token_missing_nbf import TokenMissingNbf
from jwtctl.model import Severity
from tests.checks.token.material import NOON, access, applies, of, run, token


def test_neither_nbf_nor_iat():
    (finding,) = run(TokenMissingNbf, token())
    assert finding.message == "no nbf: the token does not say from when on it is valid"
    assert (finding.severity, finding.at) == (Severity.INFO, "/claims")


def test_a_request_object():
    (finding,) = run(TokenMissingNbf, token({"alg": "ES256", "typ": "oauth-authz-req+jwt"}, {"iat": NOON}))
    assert finding.severity == Severity.LOW


def test_iat_says_as_much():
    assert not applies(TokenMissingNbf, token(claims={"iat": NOON}))
    assert run(TokenMissingNbf, token(claims={"nbf": NOON})) == ()


def test_what_needs_none():
    assert not applies(TokenMissingNbf, access())
    assert not applies(TokenMissingNbf, of("hello"))
