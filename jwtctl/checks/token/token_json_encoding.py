"""Tokens whose JSON is broken, deep or large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.checks.claim_values import values
from jwtctl.checks.token_audit import media_type_of
from jwtctl.checks.unread_token import Unread, unread
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken

DEEPEST = 32
"""Levels of nesting; claims that anybody has use needs five."""
FITS_A_HEADER, LARGE = 8 * 1024, 64 * 1024
"""Octets: what servers take of a header line at most by default (Apache 8,190, nginx 8,192), and what no token needs."""
_SPACE = b" \t\r\n"


class TokenJsonEncoding(TokenCheck):
    """The JSON of a token is broken, nested deeply, or large.

    Why it matters:
        What one reader refuses another repairs: other encodings than UTF-8, a byte order mark, NaN, unpaired surrogates,
        numbers out of range. The two then see different claims. Deep and large documents cost a verifier memory and time
        before it has checked any signature (CVE-2025-61920, CVE-2025-65015).

    What to do:
        Write UTF-8 JSON with a library, without options that allow NaN. Keep tokens below 8 KB, so that they fit a request
        header; what is large belongs behind a userinfo or introspection endpoint. Verifiers limit what they read.
    """

    id = "token-json-encoding"
    severity = Severity.MEDIUM
    cites = ("RFC 8725 section 3.7", "RFC 8259 section 8.1", "CVE-2025-61920", "CVE-2025-65015")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return unread(token) in {Unread.READ, Unread.BAD_HEADER, Unread.TOO_LONG}

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        if token.problem and not token.is_jwe:
            yield self.finding(token, token.problem)
            return
        if token.token is not None and token.token.claims is None and self._should_be_claims(token, audit):
            yield self.finding(token, "; ".join(token.token.notes), at="/payload")
        for part, members in (("header", token.header), ("claims", token.claims)):
            deepest = max((value.depth for value in values(members, f"/{part}")), default=0)
            if deepest > DEEPEST:
                yield self.finding(token, f"the {part} are nested {deepest} levels deep", at=f"/{part}")
        if len(token.text) > FITS_A_HEADER:
            is_large = len(token.text) > LARGE
            limit = "no token needs 64 KB" if is_large else "many servers refuse a header line of more than 8 KB"
            size = len(token.text) // 1024
            yield self.finding(
                token, f"the token has {size:,} KB: {limit}", severity=Severity.MEDIUM if is_large else Severity.LOW
            )

    @staticmethod
    def _should_be_claims(token: GivenToken, audit: TokenAudit) -> bool:
        """Whether the payload is meant to be claims: a JWS may hold anything (RFC 7515), a JWT or a nested one may not."""
        if token.token is None or not token.token.payload:
            return False
        media_type = media_type_of(token)
        is_jwt = bool(audit.profile) or media_type == "jwt" or media_type.endswith("+jwt")
        return (is_jwt and "cty" not in token.header) or token.token.payload.lstrip(
            _SPACE + b"\xef\xbb\xbf\xff\xfe\0"
        ).startswith(b"{")
