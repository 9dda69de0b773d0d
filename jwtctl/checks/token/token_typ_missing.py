"""Tokens that do not say what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.checks.explicit_type import expected_type
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken


class TokenTypMissing(TokenCheck):
    """A token has no typ, though one is defined for its kind.

    Why it matters:
        One issuer signs tokens of several kinds with one key. Without an explicit type a token of one kind may pass for
        another: an ID token as an access token, or an access token as a logout token. Verifiers that follow the
        standard refuse it.

    What to do:
        Write typ: at+jwt for access tokens, logout+jwt, dpop+jwt, secevent+jwt. Verifiers then demand it
        (`jwtctl verify --typ at+jwt`).
    """

    id = "token-typ-missing"
    severity = Severity.MEDIUM
    cites = ("RFC 8725 section 3.11", "RFC 9068 section 2.1", "RFC 9449 section 4.2", "RFC 8417 section 2.3")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return token.token is not None and expected_type(token, audit) is not None

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        expected = expected_type(token, audit)
        if expected is not None and token.header.get("typ", "") == "":
            yield self.finding(
                token,
                f"there is no typ, where {expected.what} has {expected.media_type!r}",
                at="/header/typ",
                severity=expected.severity,
                confidence=expected.confidence,
            )
