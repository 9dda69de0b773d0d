"""HMACs that were cut short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.checks.macs import begins_right, full_length
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken


class TokenHsTruncatedMac(TokenCheck):
    """The HMAC of a token is shorter than the output of its hash.

    Why it matters:
        RFC 7518 compares the whole value. A verifier that compares only as many octets as the token brings accepts a
        forged token after 256 tries for one octet, or at once for none. A token that was cut on its way is merely
        broken.

    What to do:
        Find out who makes such tokens. Verifiers compute the whole HMAC and compare all of it, length included
        (`jwtctl verify` does).
    """

    id = "token-hs-truncated-mac"
    severity = Severity.HIGH
    cites = ("RFC 7518 section 3.2", "RFC 2104 section 5")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return token.token is not None and full_length(token) > 0

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        octets, whole = len(token.token.signature) if token.token is not None else 0, full_length(token)
        # token-alg-none speaks of an empty one.
        if 0 < octets < whole:
            right = any(begins_right(token, key) for key in audit.keys_for(token))
            yield self.finding(
                token,
                f"a MAC of {octets} octets, where {token.alg} has {whole}"
                + (", and as far as it goes it is right under a trusted key" if right else ""),
                at="/signature",
            )
