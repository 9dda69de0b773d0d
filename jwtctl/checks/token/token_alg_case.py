"""Tokens whose algorithm is spelt in other letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.algorithm_names import REGISTERED, taken_for
from jwtctl.checks.base import TokenCheck
from jwtctl.jose.algorithms import is_none
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken


class TokenAlgCase(TokenCheck):
    """The alg of a token is a registered name in other letters: another case, or look-alikes.

    Why it matters:
        Names of algorithms are case-sensitive: "rs256" is none. Verifiers that fold case accept what others refuse, and
        a list of forbidden names that does not fold lets it through. Some letters beyond ASCII become ASCII when case
        is folded.

    What to do:
        Write the name as it is registered. Verifiers compare alg with a list of allowed names, octet by octet.
    """

    id = "token-alg-case"
    severity = Severity.HIGH
    cites = ("RFC 7515 section 4.1.1", "RFC 8725 section 3.1")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        # token-alg-none speaks of "noNE" and the like.
        return isinstance(token.alg, str) and not is_none(token.alg)

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        if token.alg not in REGISTERED and (name := taken_for(token.alg)):
            yield self.finding(token, f"alg is {token.alg!r}, where the name is {name!r}", at="/header/alg")
