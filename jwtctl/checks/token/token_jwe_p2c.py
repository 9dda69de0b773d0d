"""Encrypted tokens with too much or too little work for their password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.jose.key_encryption import MAX_P2C
from jwtctl.keysets.identity import short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken

_LEAST = 1000


class TokenJweP2c(TokenCheck):
    """A JWE under a password asks for too many or too few rounds of key derivation.

    Why it matters:
        The sender chooses p2c, and whoever decrypts does the work before anything is verified: one token of some
        hundred octets keeps a processor busy for minutes. Few rounds, on the other hand, let a password be guessed from
        one token.

    What to do:
        Have services refuse more than 1,200,000 rounds, better PBES2 altogether; and encrypt with a key, not with a
        password. Where it has to be one: 210,000 rounds for PBES2-HS512, 600,000 for PBES2-HS256.
    """

    id = "token-jwe-p2c"
    severity = Severity.HIGH
    cites = ("RFC 7518 section 4.8.1.2", "CVE-2023-50967", "draft-ietf-oauth-rfc8725bis section 3.13")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return token.is_jwe and isinstance(token.alg, str) and token.alg.startswith("PBES2-")

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        rounds = token.header.get("p2c")
        if isinstance(rounds, bool) or not isinstance(rounds, int) or rounds < 1:
            yield self.finding(token, f"p2c is {short(repr(rounds), 40)}, no number of rounds", at="/header/p2c")
        elif rounds > MAX_P2C:
            # Decimal digits of a huge number would take long, and Python refuses them.
            many = f"{rounds:,}" if rounds < 10**18 else f"a number of {rounds.bit_length()} bits"
            yield self.finding(token, f"p2c is {many}, more than {MAX_P2C:,}", at="/header/p2c")
        elif rounds < _LEAST:
            yield self.finding(
                token, f"p2c is {rounds}, fewer than {_LEAST:,}", at="/header/p2c", severity=Severity.MEDIUM
            )
