"""Tokens that nobody signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.jose.algorithms import is_none
from jwtctl.keysets.identity import short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken


class TokenAlgNone(TokenCheck):
    """A token has no signature: its alg is none, in any spelling, or its signature is empty.

    Why it matters:
        Anybody writes such a token, with any claims. Verifiers that let the token choose the algorithm accept it; block
        lists that know one spelling let the others through.

    What to do:
        Find out who makes such tokens, and stop it. Verifiers take an allow list of algorithms from their configuration,
        never from the token (`jwtctl verify` does).
    """

    id = "token-alg-none"
    severity = Severity.CRITICAL
    cites = ("RFC 8725 section 3.2", "RFC 7518 section 3.6")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return token.token is not None

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        alg = short(repr(token.alg), 40)
        if is_none(token.alg):
            yield self.finding(token, f"alg is {alg}: the token is not signed at all", at="/header/alg")
        elif token.token is not None and not token.token.signature:
            yield self.finding(token, f"the signature is empty, though alg is {alg}", at="/signature")
