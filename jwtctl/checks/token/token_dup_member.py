"""Tokens whose header or claims name a member twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.jose import base64url, json_object
from jwtctl.keysets.identity import short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken

MOST_NAMED = 5


class TokenDupMember(TokenCheck):
    """A member of the header or of the claims stands twice.

    Why it matters:
        Some readers take the first value, some the last, so two services read two different tokens under one valid
        signature: a gateway that checks the first role and a service that obeys the second. Names that are equal only
        after their Unicode escapes are read are the same name.

    What to do:
        Find out who makes such tokens: no JSON library writes one name twice by itself. Verifiers refuse them
        (`jwtctl verify` does).
    """

    id = "token-dup-member"
    severity = Severity.HIGH
    cites = ("RFC 7515 section 4", "RFC 7519 section 4", "RFC 8259 section 4")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return token.token is not None or token.is_jwe

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        for number, (part, at) in enumerate((("header", "/header"), ("claims", "/claims"))):
            if number and (token.token is None or token.token.claims is None):
                continue
            _, repeated = json_object.parse(base64url.decode_lenient(token.parts[number]))
            if repeated:
                named = ", ".join(repr(short(name, 40)) for name in repeated[:MOST_NAMED])
                more = f" and {len(repeated) - MOST_NAMED:,} more" if len(repeated) > MOST_NAMED else ""
                stand = "stand" if len(repeated) > 1 else "stands"
                yield self.finding(token, f"{named}{more} {stand} twice in one object of the {part}", at=at)
