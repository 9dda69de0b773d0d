import pytest

from jwtctl.checks.token.token_lifetime import TokenLifetime
from jwtctl.model import Severity
from tests.checks.token.material import HEADERS, LOGOUT, NOON, access, applies, of, run, token

DAY = 86_400


@pytest.mark.parametrize(
    ("claims", "message", "severity", "at"),
    [
        ({"exp": NOON * 1000}, "exp is beyond the year 9999: is it in milliseconds?", Severity.MEDIUM, "exp"),
        ({"exp": -1}, "exp is before 1970", Severity.MEDIUM, "exp"),
        ({"iat": NOON, "exp": NOON}, "exp is not after iat: it was never valid", Severity.MEDIUM, "exp"),
        ({"nbf": NOON + 9, "exp": NOON}, "exp is not after nbf: it was never valid", Severity.MEDIUM, "exp"),
        (
            {"iat": NOON, "nbf": NOON + 9, "exp": NOON + 9},
            "exp is not after nbf: it was never valid",
            Severity.MEDIUM,
            "exp",
        ),
        ({"iat": NOON + 7200}, "it was issued 2 hours in the future", Severity.MEDIUM, "iat"),
        ({"iat": NOON - 0.5}, "iat has a fraction, which some libraries refuse or cut off", Severity.INFO, "iat"),
        (
            {"iat": NOON, "exp": NOON + 31 * DAY},
            "it lives 31 days: more than 24 hours is long for its kind",
            Severity.MEDIUM,
            "exp",
        ),
        (
            {"iat": NOON, "exp": NOON + 7 * DAY},
            "it lives 7 days: more than 24 hours is long for its kind",
            Severity.LOW,
            "exp",
        ),
        (
            {"exp": NOON + 40 * DAY},
            "it lives at least 40 days: more than 24 hours is long for its kind",
            Severity.MEDIUM,
            "exp",
        ),
    ],
)
def test_dates_without_sense(claims, message, severity, at):
    (finding,) = run(TokenLifetime, token(claims=claims))
    assert (finding.message, finding.severity, finding.at) == (message, severity, f"/claims/{at}")


def test_limits_by_profile():
    (finding,) = run(TokenLifetime, access(exp=NOON + 7200))
    assert finding.message == "it lives 2 hours: more than 60 minutes is long for its kind"
    assert finding.severity == Severity.LOW
    (finding,) = run(TokenLifetime, access(exp=NOON + 2 * DAY))
    assert finding.severity == Severity.MEDIUM
    (finding,) = run(TokenLifetime, token(HEADERS["logout-token"], LOGOUT | {"exp": NOON + 600}))
    assert finding.message == "it lives 10 minutes: more than 2 minutes is long for its kind"
    assert run(TokenLifetime, token({"alg": "ES256", "typ": "other+jwt"}, {"iat": NOON, "exp": NOON + 99 * DAY})) == ()


def test_ordinary_dates():
    day_old = token(claims={"iat": NOON - DAY, "nbf": NOON - DAY, "exp": NOON - DAY + 3600})
    skewed = token(claims={"iat": NOON + 300, "exp": NOON + 3600})
    odd = token(claims={"iat": "now", "exp": True, "nbf": None})
    assert run(TokenLifetime, access(), day_old, skewed, odd, token(claims={"iat": 1.9e9})) == ()


def test_no_dates():
    assert not applies(TokenLifetime, token(claims={"sub": "a"}))
    assert not applies(TokenLifetime, of("hello"))
