"""Tokens that are wrong about what their payload is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.jose.json_object import kind_of
from jwtctl.keysets.identity import short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken

_TOKEN = re.compile(rb'\s*"?eyJ[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*){2}(?:(?:\.[A-Za-z0-9_-]*){2})?"?\s*')


class TokenCtyAnomaly(TokenCheck):
    """The cty of a token does not fit its payload.

    Why it matters:
        cty "JWT" says that the payload is itself a token, and has to be there then; beside claims cty should not be
        used. A verifier that follows it opens another layer than one that looks at the payload, or refuses the token.

    What to do:
        Write cty "JWT" around nested tokens, and leave it out of all others.
    """

    id = "token-cty-anomaly"
    severity = Severity.LOW
    cites = ("RFC 7519 section 5.2", "RFC 7515 section 4.1.10")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        # What a JWE holds cannot be seen.
        return token.token is not None

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        cty = token.header.get("cty", "")
        if not isinstance(cty, str):
            yield self.finding(token, f"cty is a JSON {kind_of(cty)}, not a string", at="/header/cty")
            return
        says_token = cty.lower().removeprefix("application/") == "jwt"
        if token.token is not None and _TOKEN.fullmatch(token.token.payload):
            if not says_token:
                stated = f"cty is {short(cty, 60)!r}" if cty else "there is no cty"
                yield self.finding(token, f"the payload is a token, but {stated}", at="/header/cty")
        elif token.token is not None and token.token.claims is not None and cty:
            if says_token:
                yield self.finding(token, f"cty is {cty!r}, but the payload is no token", at="/header/cty")
            else:
                yield self.finding(
                    token, f"cty is {short(cty, 60)!r} beside claims", at="/header/cty", severity=Severity.INFO
                )
