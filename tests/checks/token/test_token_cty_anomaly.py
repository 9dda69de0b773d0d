import pytest

from jwtctl.checks.token.token_cty_anomaly import TokenCtyAnomaly
from jwtctl.model import Severity
from tests.checks.token.material import applies, of, run, token

INNER = token().text
JWE = "eyJhbGciOiJkaXIifQ..AAAA.AAAA.AAAA"


def typed(cty, claims=None):
    return token({"alg": "ES256", "cty": cty}, claims)


@pytest.mark.parametrize("inner", [INNER, f'"{INNER}"\n', JWE])
def test_a_nested_token_that_does_not_say_so(inner):
    (finding,) = run(TokenCtyAnomaly, token({"alg": "ES256"}, inner))
    assert finding.message == "the payload is a token, but there is no cty"
    assert (finding.severity, finding.at) == (Severity.LOW, "/header/cty")
    (finding,) = run(TokenCtyAnomaly, typed("json", inner))
    assert finding.message == "the payload is a token, but cty is 'json'"


def test_claims_that_are_said_to_be_a_token():
    (finding,) = run(TokenCtyAnomaly, typed("JWT"))
    assert finding.message == "cty is 'JWT', but the payload is no token"
    (finding,) = run(TokenCtyAnomaly, typed("vc"))
    assert (finding.message, finding.severity) == ("cty is 'vc' beside claims", Severity.INFO)


def test_what_is_no_string():
    (finding,) = run(TokenCtyAnomaly, typed(["JWT"], INNER))
    assert finding.message == "cty is a JSON array, not a string"


def test_what_is_in_order():
    assert run(TokenCtyAnomaly, token(), typed(""), typed("text/plain", "hello"), typed("json", "[1]")) == ()
    assert run(TokenCtyAnomaly, typed("JWT", INNER), typed("application/jwt", JWE)) == ()
    assert run(TokenCtyAnomaly, token(claims=INNER.rpartition(".")[0]), token(claims=f"{INNER}.a")) == ()


def test_a_payload_as_long_as_one_can_be():
    assert run(TokenCtyAnomaly, token(claims="eyJ" + "a.b" * 250_000)) == ()


def test_what_is_no_jws():
    assert not applies(TokenCtyAnomaly, of(JWE))
    assert not applies(TokenCtyAnomaly, of("hello"))
