"""Tokens whose algorithm is no string."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.jose.json_object import kind_of
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken


class TokenAlgType(TokenCheck):
    """The alg of a token is no string but null, a number, an array or an object.

    Why it matters:
        alg must be a string. Programs in languages without types compare an array or null with their list of
        algorithms in surprising ways, or fail with an error that nobody expected. No honest library writes one.

    What to do:
        Find out who made the token. Verifiers refuse an alg that is no string before they look at anything else.
    """

    id = "token-alg-type"
    severity = Severity.HIGH
    cites = ("RFC 7515 section 4.1.1", "RFC 7516 section 4.1.1")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return "alg" in token.header

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        if not isinstance(token.alg, str):
            yield self.finding(token, f"alg is a JSON {kind_of(token.alg)}, not a string", at="/header/alg")
