"""Tokens whose list of critical extensions is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.jose.json_object import kind_of
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken


class TokenCritEmpty(TokenCheck):
    """The crit of a token is empty, or no array of strings.

    Why it matters:
        crit lists the extensions without which a token must not be accepted, and must not be empty. Verifiers differ on
        one that is malformed: some refuse the token, some fail, and some look at nothing in it.

    What to do:
        Leave crit out where nothing is critical, else list names of header parameters. Verifiers refuse anything else.
    """

    id = "token-crit-empty"
    severity = Severity.HIGH
    cites = ("RFC 7515 section 4.1.11",)

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return "crit" in token.header

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        crit = token.header["crit"]
        if not isinstance(crit, list):
            yield self.finding(token, f"crit is a JSON {kind_of(crit)}, not an array", at="/header/crit")
        elif not crit:
            yield self.finding(token, "crit is an empty array", at="/header/crit")
        else:
            for position, entry in enumerate(crit):
                if not isinstance(entry, str) or not entry:
                    what = "empty" if entry == "" else f"a JSON {kind_of(entry)}, not a string"
                    yield self.finding(token, f"entry {position} of crit is {what}", at=f"/header/crit/{position}")
                    return
