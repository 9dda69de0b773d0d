"""Encrypted tokens that are compressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.jose import base64url
from jwtctl.keysets.identity import short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken

_RATIO = 1032
"""Octets that one octet of DEFLATE becomes at most (RFC 1951)."""


class TokenJweZip(TokenCheck):
    """A JWE is compressed before it is encrypted.

    Why it matters:
        Whoever can encrypt for a service, which with a public key is everybody, sends it a few thousand octets that
        inflate to megabytes: libraries without a limit went down. And the length of what is compressed tells about its
        content.

    What to do:
        Leave zip out. Where it has to stay, take no token that inflates to more than 250 KB. What is inside is not
        looked at here, since that takes the key.
    """

    id = "token-jwe-zip"
    severity = Severity.LOW
    cites = ("RFC 8725 section 3.6", "CVE-2024-28102", "CVE-2024-33664", "draft-ietf-oauth-rfc8725bis section 3.15")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return token.is_jwe

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        if "zip" not in token.header:
            return
        value = token.header["zip"]
        if value == "DEF":
            try:
                octets = len(base64url.decode_lenient(token.parts[3]))
            except ValueError:
                octets = len(token.parts[3]) * 3 // 4
            yield self.finding(token, f"its {octets:,} octets may inflate to {octets * _RATIO:,}", at="/header/zip")
        else:
            yield self.finding(
                token, f"zip is {short(repr(value), 40)}, where only 'DEF' is registered", at="/header/zip"
            )
