"""Tokens that call one extension critical twice."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.checks.header_parameters import critical, listed
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken


class TokenCritDup(TokenCheck):
    """The crit of a token names an extension more than once.

    Why it matters:
        The standard forbids it. Strict verifiers refuse the token, others do not; a list that a program or a person put
        together twice may be wrong in other ways too.

    What to do:
        Name each extension once, and see that the program that writes the list writes it once.
    """

    id = "token-crit-dup"
    severity = Severity.HIGH
    cites = ("RFC 7515 section 4.1.11",)

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return "crit" in token.header

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        repeated = [name for name, times in Counter(critical(token)).items() if times > 1]
        if repeated:
            yield self.finding(token, f"crit names {listed(repeated)} more than once", at="/header/crit")
