"""Tokens of keys that their issuer does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.keysets.identity import short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken


class TokenKidUnknown(TokenCheck):
    """The kid of a token is that of no trusted key.

    Why it matters:
        Verifiers refuse the token, or ask for the key set again, each time: with invented kids anybody makes them do so.
        The token is of another issuer, of a key that was taken out before its tokens had expired, or forged. Verifiers
        that fall back to the other keys make kid worthless.

    What to do:
        Keep a key in the set until the last token of it has expired (`jwtctl jwks rotate` does). Verifiers refuse
        unknown kids, and fetch a key set anew only every few minutes.
    """

    id = "token-kid-unknown"
    severity = Severity.MEDIUM
    cites = ("RFC 7515 section 4.1.4", "OpenID Connect Core 1.0 section 10.1.1")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        kid = token.header.get("kid")
        named = isinstance(kid, str) and kid != ""
        return bool(audit.keys) and token.token is not None and named and audit.profile_of(token) != "dpop"

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        if audit.keys_for(token):
            return
        kid = token.header["kid"]
        message = f"no trusted key is called {short(kid, 80)!r}"
        if key := audit.verified_with(token):
            message += f", though the signature is right under the one called {short(key.kid or '', 80)!r}"
        elif near := next((key.kid for key in audit.keys if key.kid and _plain(key.kid) == _plain(kid)), None):
            message += f", only {short(near, 80)!r}"
        yield self.finding(token, message, at="/header/kid")


def _plain(kid: str) -> str:
    return kid.strip().casefold().rstrip("=").translate({ord("+"): "-", ord("/"): "_"})
