"""Tokens whose algorithm holds characters that nobody sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.algorithm_names import taken_for, visible
from jwtctl.checks.base import TokenCheck
from jwtctl.jose.algorithms import is_none
from jwtctl.keysets.identity import short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken


class TokenAlgWhitespace(TokenCheck):
    """The alg of a token holds white space or other characters that print nothing.

    Why it matters:
        Names of algorithms are compared octet by octet, so the token has none that is registered. A verifier that trims
        and one that does not then see two algorithms in one token, and lists of forbidden names are passed.

    What to do:
        Correct the issuer, or find out who else made the token. Verifiers compare alg with a list of allowed names, and
        change nothing in it before.
    """

    id = "token-alg-whitespace"
    severity = Severity.HIGH
    cites = ("RFC 7515 section 4.1.1", "RFC 8725 section 3.1")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        # token-alg-none speaks of "none " and the like.
        return isinstance(token.alg, str) and not is_none(token.alg)

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        seen = visible(token.alg)
        if seen != token.alg:
            name = taken_for(seen)
            looks = f": it looks like {name!r}" if name else ""
            yield self.finding(
                token, f"alg is {short(token.alg, 40)!r}, with characters that print nothing{looks}", at="/header/alg"
            )
