import pytest

from jwtctl.checks.token.token_typ_missing import TokenTypMissing
from jwtctl.model import Confidence, Severity
from tests.checks.token.material import applies, of, run, token


@pytest.mark.parametrize(
    ("profile", "severity", "message"),
    [
        ("access-token", Severity.MEDIUM, "there is no typ, where an access token has 'at+jwt'"),
        ("dpop", Severity.HIGH, "there is no typ, where a DPoP proof has 'dpop+jwt'"),
    ],
)
@pytest.mark.parametrize("header", [{"alg": "ES256"}, {"alg": "ES256", "typ": ""}])
def test_a_kind_that_the_caller_states(profile, severity, message, header):
    (finding,) = run(TokenTypMissing, token(header), profile=profile)
    assert (finding.message, finding.severity, finding.at) == (message, severity, "/header/typ")
    assert finding.confidence is Confidence.CERTAIN


def test_a_kind_that_shows_in_the_claims():
    (finding,) = run(TokenTypMissing, token({"alg": "ES256"}, {"client_id": "a", "scope": "b"}))
    assert finding.message == "there is no typ, where what looks like an access token has 'at+jwt'"
    assert (finding.severity, finding.confidence) == (Severity.LOW, Confidence.HEURISTIC)


def test_any_type():
    for typ in ("at+jwt", "JWT", None):
        assert run(TokenTypMissing, token({"alg": "ES256", "typ": typ}), profile="access-token") == ()


def test_kinds_that_need_none():
    assert not applies(TokenTypMissing, token({"alg": "ES256"}))
    assert not applies(TokenTypMissing, token({"alg": "ES256"}), profile="id-token")
    assert not applies(TokenTypMissing, of("hello"), profile="access-token")
