"""The media type that a token should have as its `typ`, so that it is taken for nothing else (RFC 8725 section 3.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jwtctl.checks.token_audit import PROFILES, is_untyped
from jwtctl.model import Confidence, Severity

if TYPE_CHECKING:
    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import GivenToken

NAMES = {
    "access-token": "an access token",
    "id-token": "an ID token",
    "logout-token": "a logout token",
    "dpop": "a DPoP proof",
    "security-event": "a security event token",
}
"""The profiles in words."""

LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
"""The event of a logout token (OpenID Connect Back-Channel Logout 1.0 section 2.4)."""


class Expected(NamedTuple):
    """What the `typ` of a token should be, and how bad it is if it is not.

    Attributes:
        media_type: as it stands in `typ`.
        what: the kind of token, in words.
        severity: HIGH where verifiers must refuse the token.
        confidence: HEURISTIC if the kind is told from the claims alone.
    """

    media_type: str
    what: str
    severity: Severity
    confidence: Confidence


def expected_type(token: GivenToken, audit: TokenAudit) -> Expected | None:
    """The explicit type of a token, by the profile that the caller states or by its claims.

    Returns:
        None if it needs none, or if what it is for cannot be told; also where the token says itself what it is.
    """
    if audit.profile:
        media_type = PROFILES.get(audit.profile, "")
        # RFC 9449 section 4.3 has servers check typ; elsewhere old issuers are still met with.
        severity = Severity.HIGH if audit.profile == "dpop" else Severity.MEDIUM
        return Expected(media_type, NAMES[audit.profile], severity, Confidence.CERTAIN) if media_type else None
    profile = _looks_like(token) if is_untyped(token) else ""
    if not profile:
        return None
    severity = Severity.MEDIUM if profile == "dpop" else Severity.LOW
    return Expected(PROFILES[profile], f"what looks like {NAMES[profile]}", severity, Confidence.HEURISTIC)


def _looks_like(token: GivenToken) -> str:
    claims = token.claims
    if {"htm", "htu"} <= claims.keys() and "jwk" in token.header:
        return "dpop"
    if isinstance(events := claims.get("events"), dict):
        return "logout-token" if LOGOUT in events else "security-event"
    return "access-token" if {"client_id", "scope"} <= claims.keys() else ""
