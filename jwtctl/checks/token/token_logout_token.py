"""Logout tokens that OpenID Connect Back-Channel Logout does not describe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.checks.explicit_type import LOGOUT
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken


class TokenLogoutToken(TokenCheck):
    """A logout token is not what Back-Channel Logout describes.

    Why it matters:
        Logout tokens and ID tokens come from one issuer and look alike. The events claim and the absence of a nonce keep
        them apart: a logout token with a nonce can be passed off as an ID token, which logs somebody in.

    What to do:
        Have the issuer set events to an object with the member http://schemas.openid.net/event/backchannel-logout, sub or
        sid or both, and never nonce; and the typ logout+jwt.
    """

    id = "token-logout-token"
    severity = Severity.MEDIUM
    cites = ("OpenID Connect Back-Channel Logout 1.0 section 2.4", "RFC 8417 section 2.2")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        events = token.claims.get("events")
        is_one = audit.profile_of(token) == "logout-token" or (isinstance(events, dict) and LOGOUT in events)
        return is_one and bool(token.claims)

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        claims = token.claims
        events = claims.get("events")
        if not isinstance(events, dict) or LOGOUT not in events:
            yield self.finding(token, "events does not hold the back-channel logout event", at="/claims/events")
        elif not isinstance(events[LOGOUT], dict):
            yield self.finding(token, "the back-channel logout event is no JSON object", at="/claims/events")
        if "nonce" in claims:
            message = "it has a nonce, which must not be there: it can be passed off as an ID token"
            yield self.finding(token, message, at="/claims/nonce", severity=Severity.HIGH)
        if "sub" not in claims and "sid" not in claims:
            yield self.finding(token, "neither sub nor sid: it does not say whom to log out", at="/claims")
