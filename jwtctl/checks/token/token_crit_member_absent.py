"""Tokens that call critical what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.checks.header_parameters import critical, listed
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken


class TokenCritMemberAbsent(TokenCheck):
    """The crit of a token names a header parameter that the header does not have.

    Why it matters:
        Each name in crit must be that of a parameter in the same header. Strict verifiers refuse the token; others take
        the missing value for a default that the issuer never chose.

    What to do:
        Write the parameter into the header, or take its name out of crit. Names of claims do not belong there.
    """

    id = "token-crit-member-absent"
    severity = Severity.HIGH
    cites = ("RFC 7515 section 4.1.11",)

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return "crit" in token.header

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        names = [name for name in dict.fromkeys(critical(token)) if name and name not in token.header]
        if names:
            yield self.finding(token, f"crit names {listed(names)}, which the header does not have", at="/header/crit")
