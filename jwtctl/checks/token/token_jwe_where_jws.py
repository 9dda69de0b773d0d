"""Encrypted tokens where signed ones are expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.keysets.identity import short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken

_SIGNED = ("dpop", "logout-token", "security-event")
"""Profiles of which each token is signed (RFC 9449 section 4.2, OpenID Connect Back-Channel Logout, RFC 8417)."""


class TokenJweWhereJws(TokenCheck):
    """A token is encrypted where a signed one is expected.

    Why it matters:
        Encryption with a public key says nothing about who did it: everybody has that key. A library that decides by the
        token whether to verify or to decrypt takes a forged JWE for a token of the issuer, since the key of the issuer
        fits both. With a shared secret, whoever may read tokens can write them.

    What to do:
        Tell the library which of the two you expect, and refuse the other. Where tokens are to be confidential, sign
        first and encrypt the signed token (RFC 7519 section 11.2), for a key of its own with use "enc". Reported are
        JWEs that name a trusted key which is not for encryption, and those among kinds of tokens that are always signed.
    """

    id = "token-jwe-where-jws"
    severity = Severity.HIGH
    cites = ("RFC 8725 section 2.3", "CVE-2023-51774", "draft-ietf-oauth-rfc8725bis section 3.3")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return token.is_jwe and (audit.profile_of(token) in _SIGNED or "kid" in token.header)

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        profile, kid = audit.profile_of(token), token.header.get("kid")
        named = [key for key in audit.keys if key.kid is not None and key.kid == kid]
        # A private key that is for nothing in particular decrypts as well.
        signing = [key for key in named if key.use == "sig" or (key.use is None and not key.is_private)]
        if profile in _SIGNED or (signing and signing == named):
            reason = f"a {profile} token is signed" if profile in _SIGNED else "its kid names a key for signatures"
            public = isinstance(token.alg, str) and token.alg.startswith(("RSA", "ECDH-ES"))
            who = "anybody who has the public key" if public else "whoever has the shared secret"
            yield self.finding(
                token, f"a JWE ({short(repr(token.alg), 40)}), which {who} can make, but {reason}", at="/header/alg"
            )
