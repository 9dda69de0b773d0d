"""Tokens that do not say which of the issuer's keys they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.jose import algorithms
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken

_OTHER_NAMES = {"jwk", "x5c", "x5t", "x5t#S256"}


class TokenKidMissing(TokenCheck):
    """A token names no key, though several of the issuer's keys may be meant.

    Why it matters:
        A verifier then tries all keys, or takes the first. The one is slow and accepts tokens of keys that were meant
        for something else; the other fails as soon as the issuer rotates its keys. OpenID Connect requires a kid when
        the key set holds several keys.

    What to do:
        Put the kid of the signing key into the header, and into the key set: the RFC 7638 thumbprint is a good one
        (`jwtctl sign` does).
    """

    id = "token-kid-missing"
    severity = Severity.MEDIUM
    cites = ("OpenID Connect Core 1.0 section 10.1", "RFC 7515 section 4.1.4")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        named = token.header.get("kid", "") != "" or not _OTHER_NAMES.isdisjoint(token.header)
        return bool(audit.keys) and token.token is not None and not named and audit.profile_of(token) != "dpop"

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        fitting = [key for key in audit.keys if key.use != "enc" and token.alg in algorithms.usable_with(key)]
        if len(fitting) > 1:
            what = "kid is empty" if "kid" in token.header else "there is no kid"
            yield self.finding(
                token, f"{what}, and {len(fitting)} trusted keys may be for {token.alg}", at="/header/kid"
            )
