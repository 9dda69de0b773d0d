"""What a token should call itself."""

import pytest

from jwtctl.checks.explicit_type import NAMES, expected_type
from jwtctl.checks.token_audit import PROFILES, TokenAudit
from jwtctl.model import Confidence, Severity
from tests.checks.token.material import NOON, of, token

HEURISTIC, CERTAIN = Confidence.HEURISTIC, Confidence.CERTAIN
LOGOUT: dict[str, object] = {"http://schemas.openid.net/event/backchannel-logout": {}}


def expected(given, profile=""):
    return expected_type(given, TokenAudit(lambda: 0.0, NOON, profile=profile))


@pytest.mark.parametrize(
    ("profile", "wanted"),
    [
        ("access-token", ("at+jwt", "an access token", Severity.MEDIUM, CERTAIN)),
        ("logout-token", ("logout+jwt", "a logout token", Severity.MEDIUM, CERTAIN)),
        ("security-event", ("secevent+jwt", "a security event token", Severity.MEDIUM, CERTAIN)),
        ("dpop", ("dpop+jwt", "a DPoP proof", Severity.HIGH, CERTAIN)),
        ("id-token", None),
    ],
)
def test_what_the_caller_says_it_is_for(profile, wanted):
    assert expected(token(), profile) == wanted
    assert expected(of("hello"), profile) == wanted


@pytest.mark.parametrize(
    ("claims", "header", "wanted"),
    [
        ({"htm": "GET", "htu": "x"}, {"jwk": {}}, ("dpop+jwt", "what looks like a DPoP proof", Severity.MEDIUM)),
        ({"events": LOGOUT}, {}, ("logout+jwt", "what looks like a logout token", Severity.LOW)),
        ({"events": {"x": {}}}, {}, ("secevent+jwt", "what looks like a security event token", Severity.LOW)),
        ({"client_id": "a", "scope": "b"}, {}, ("at+jwt", "what looks like an access token", Severity.LOW)),
    ],
)
@pytest.mark.parametrize("typ", [{}, {"typ": "JWT"}])
def test_what_its_claims_look_like(claims, header, typ, wanted):
    assert expected(token({"alg": "ES256", **header, **typ}, claims)) == (*wanted, HEURISTIC)


def test_what_says_itself_what_it_is_or_looks_like_nothing():
    assert expected(token({"alg": "ES256", "typ": "my+jwt"}, {"events": LOGOUT})) is None
    for claims in ({"htm": "GET", "htu": "x"}, {"events": []}, {"scope": "a"}, [1], {}):
        assert expected(token(claims=claims)) is None


def test_every_profile_has_words():
    assert NAMES.keys() == PROFILES.keys()
