"""Tokens that name no algorithm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken


class TokenAlgMissing(TokenCheck):
    """The header of a token has no alg, or an empty one.

    Why it matters:
        Every header must name its algorithm. Verifiers that do without pick a default, by the type of the key or by
        what the token looks like, and some take such a token for one without signature.

    What to do:
        Sign with a library that writes alg, and let verifiers refuse tokens without it.
    """

    id = "token-alg-missing"
    severity = Severity.HIGH
    cites = ("RFC 7515 section 4.1.1", "RFC 7516 section 4.1.1")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return token.token is not None or token.is_jwe

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        if "alg" not in token.header:
            yield self.finding(token, "the header has no alg", at="/header/alg")
        elif token.alg == "":
            yield self.finding(token, "alg is empty", at="/header/alg")
