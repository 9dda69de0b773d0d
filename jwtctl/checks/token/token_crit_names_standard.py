"""Tokens that call critical what every verifier knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.checks.header_parameters import critical, listed, standard
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken


class TokenCritNamesStandard(TokenCheck):
    """The crit of a token names header parameters of the standard itself.

    Why it matters:
        crit is for extensions; names such as alg, kid or jwk must not be in it. Strict verifiers refuse the token. One
        that takes a listed name for something it must obey may follow jku or jwk, which it would else leave alone.

    What to do:
        Take the standard names out of crit, and crit out of the header if nothing is left.
    """

    id = "token-crit-names-standard"
    severity = Severity.HIGH
    cites = ("RFC 7515 section 4.1.11", "RFC 7516 section 4.1.13")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return "crit" in token.header

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        names = [name for name in dict.fromkeys(critical(token)) if name in standard(token)]
        if names:
            yield self.finding(token, f"crit names {listed(names)}, of the standard itself", at="/header/crit")
