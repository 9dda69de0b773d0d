import pytest

from jwtctl.checks.token.token_logout_token import TokenLogoutToken
from jwtctl.model import Severity
from tests.checks.token.material import HEADERS, LOGOUT, applies, changed, of, run, token


def logout(**changes):
    return token(HEADERS["logout-token"], changed(LOGOUT, changes))


@pytest.mark.parametrize("events", [None, [], {"x": {}}, "http://schemas.openid.net/event/backchannel-logout"])
def test_without_the_event(events):
    (finding,) = run(TokenLogoutToken, logout(events=events))
    assert finding.message == "events does not hold the back-channel logout event"
    assert (finding.severity, finding.at) == (Severity.MEDIUM, "/claims/events")


def test_a_nonce_and_nobody():
    first, second = run(TokenLogoutToken, logout(nonce="x", sub=None))
    assert (first.severity, first.at) == (Severity.HIGH, "/claims/nonce")
    assert first.message == "it has a nonce, which must not be there: it can be passed off as an ID token"
    assert second.message == "neither sub nor sid: it does not say whom to log out"
    (finding,) = run(TokenLogoutToken, logout(events={"http://schemas.openid.net/event/backchannel-logout": True}))
    assert finding.message == "the back-channel logout event is no JSON object"


def test_sound_ones():
    assert run(TokenLogoutToken, logout(), logout(sub=None, sid="s")) == ()


def test_other_tokens():
    assert not applies(TokenLogoutToken, token())
    assert not applies(TokenLogoutToken, of("hello"), profile="logout-token")
    assert applies(TokenLogoutToken, token(claims=LOGOUT))
