"""Tokens that are not written in the one way that base64url has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.jose import base64url
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken

_PARTS = {
    3: ("header", "payload", "signature"),
    5: ("header", "encrypted key", "initialization vector", "ciphertext", "authentication tag"),
}


class TokenNoncanonicalB64(TokenCheck):
    """A part of a token is base64 in another spelling than the canonical one.

    Why it matters:
        Padding, the standard alphabet, white space, unused bits: libraries that read base64 leniently take the token all the same, so one token has many spellings. A list of
        revoked or used tokens that compares texts is passed by changing one letter (CVE-2026-62995).

    What to do:
        Find out what writes or changes the tokens. Verifiers refuse all but the canonical spelling (`jwtctl verify` does);
        lists of revoked tokens hold the jti, never the text.
    """

    id = "token-noncanonical-b64"
    severity = Severity.MEDIUM
    cites = ("RFC 7515 section 2", "RFC 4648 section 3.5", "CVE-2026-62995")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return token.token is not None or token.is_jwe

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        for name, part in zip(_PARTS[len(token.parts)], token.parts, strict=True):
            if defect := base64url.defect_of(part):
                yield self.finding(token, f"the {name} is {defect}", at=f"/{name.replace(' ', '_')}")
