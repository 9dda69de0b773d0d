import pytest

from jwtctl.checks.token.token_typ_wrong import TokenTypWrong
from jwtctl.model import Confidence, Severity
from tests.checks.token.material import applies, of, run, token


def typed(typ, claims=None):
    return token({"alg": "ES256", "typ": typ}, claims)


@pytest.mark.parametrize(
    ("profile", "typ", "severity", "message"),
    [
        ("access-token", "JWT", Severity.MEDIUM, "typ is 'JWT', where an access token has 'at+jwt'"),
        ("access-token", "at+jwt ", Severity.MEDIUM, "typ is 'at+jwt ', where an access token has 'at+jwt'"),
        (
            "logout-token",
            "secevent+jwt",
            Severity.MEDIUM,
            "typ is 'secevent+jwt', where a logout token has 'logout+jwt'",
        ),
        ("dpop", "JWT", Severity.HIGH, "typ is 'JWT', where a DPoP proof has 'dpop+jwt'"),
        ("id-token", "at+JWT", Severity.MEDIUM, "typ is 'at+JWT': this is an access token, no ID token"),
    ],
)
def test_another_type_than_the_caller_expects(profile, typ, severity, message):
    (finding,) = run(TokenTypWrong, typed(typ), profile=profile)
    assert (finding.message, finding.severity, finding.at) == (message, severity, "/header/typ")


def test_a_kind_that_shows_in_the_claims():
    (finding,) = run(TokenTypWrong, typed("JWT", {"client_id": "a", "scope": "b"}))
    assert finding.message == "typ is 'JWT', where what looks like an access token has 'at+jwt'"
    assert (finding.severity, finding.confidence) == (Severity.LOW, Confidence.HEURISTIC)


@pytest.mark.parametrize(("typ", "kind"), [(None, "null"), (["at+jwt"], "array"), (1, "number")])
def test_what_is_no_string(typ, kind):
    (finding,) = run(TokenTypWrong, typed(typ), profile="access-token")
    assert finding.message == f"typ is a JSON {kind}, not a string"


@pytest.mark.parametrize(
    ("profile", "typ"),
    [
        ("access-token", "at+jwt"),
        ("access-token", "application/at+JWT"),
        ("security-event", "logout+jwt"),
        ("id-token", "JWT"),
        ("", "JWT"),
        ("", "my-own+jwt"),
        ("", "dpop+jwt"),
    ],
)
def test_right_types(profile, typ):
    assert run(TokenTypWrong, typed(typ), profile=profile) == ()


def test_tokens_without_one():
    for header in ({"alg": "ES256"}, {"alg": "ES256", "typ": ""}):
        assert not applies(TokenTypWrong, token(header), profile="access-token")
    assert not applies(TokenTypWrong, of("hello"))
