"""Encrypted tokens with PKCS #1 v1.5 padding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.keysets.identity import short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken


class TokenJweCbcRsa15(TokenCheck):
    """The key of a JWE is encrypted with RSAES-PKCS1-v1_5, alg RSA1_5.

    Why it matters:
        Whoever can tell whether a service found the padding right decrypts any token, and signs with the key, by some
        thousand to a million questions (Bleichenbacher 1998). Errors and times tell it, again and again in 25 years.
        With a CBC mode inside, a wrong padding has yet more ways to be told from a wrong tag.

    What to do:
        Encrypt with RSA-OAEP-256 or ECDH-ES, and have services refuse RSA1_5. A key that decrypted it should sign
        nothing.
    """

    id = "token-jwe-cbc-rsa15"
    severity = Severity.HIGH
    cites = (
        "RFC 8725 section 3.2",
        "RFC 7516 section 11.5",
        "draft-ietf-jose-deprecate-none-rsa15",
        "Bleichenbacher, Chosen ciphertext attacks against protocols based on PKCS #1, 1998",
    )

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return token.is_jwe

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        if token.alg == "RSA1_5":
            enc = short(repr(token.header.get("enc")), 40)
            yield self.finding(token, f"alg is RSA1_5, with enc {enc}", at="/header/alg")
