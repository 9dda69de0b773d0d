"""Texts that are no token in compact serialization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.checks.unread_token import Unread, unread
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken


class TokenNoncompact(TokenCheck):
    """What was given as a token is none in compact serialization, or no token at all.

    Why it matters:
        Libraries that also read JSON, or pass over parts and characters that should not be there, can be given one token to
        check and another to use (CVE-2022-39227). A JWT has one form, and a verifier must refuse every other (RFC 8725bis
        section 3.14). What is no token at all was not audited, and a list of such lines must not pass as clean.

    What to do:
        Find out what made it or cut it. Nothing but three parts (five if encrypted) of letters, digits, - and _ with dots
        between them is accepted by a verifier that is right (`jwtctl verify` says what it misses).
    """

    id = "token-noncompact"
    severity = Severity.HIGH
    cites = ("RFC 7519 section 7.2", "draft-ietf-oauth-rfc8725bis section 3.14", "CVE-2022-39227")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return unread(token) is not Unread.READ

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        why = unread(token)
        if why is Unread.OTHER_FORM:
            yield self.finding(token, token.problem)
        elif why is Unread.NOTHING:
            yield self.finding(token, f"nothing like a token: {token.problem}", severity=Severity.MEDIUM)
