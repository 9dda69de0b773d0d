"""Tokens whose kid is an attack, by its looks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.jose.json_object import kind_of
from jwtctl.keysets.identity import short
from jwtctl.model import Confidence, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken

_ATTACKS = tuple(
    (re.compile(pattern, re.IGNORECASE), what)
    for pattern, what in (
        (r"\.\.[/\\]|%2e|%2f|%5c|%00", "a way out of a directory"),
        (r"^(?:/(?:dev|proc|sys|etc|var|tmp|home|root|usr|opt)/|[a-z]:\\|\\\\)", "the path of a file"),
        (r"['\"]", "a quote, as in SQL injections"),
        (r"[;|`]|\$\(|&&", "a command separator, as in shell injections"),
        (r"\$\{|#\{|\{\{|<%", "an expression, as in template injections"),
        (r"[<>]", "an angle bracket, as in HTML injections"),
        (r"\)\(", "parentheses, as in LDAP injections"),
    )
)
_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_LONGEST = 128


class TokenKidInjection(TokenCheck):
    """The kid of a token looks like a path, a query, a command or a URL, or is no string.

    Why it matters:
        Whoever writes a token chooses its kid, and verifiers use it before they know the signature. Put into a file
        name it opens /dev/null as an empty HMAC secret, put into SQL it returns a key of the attacker's choice, put
        into a shell it runs. This is told from looks alone: some issuers have odd names for their keys.

    What to do:
        Find out who sent the token: no issuer needs such names. Verifiers compare the kid with those of the keys that
        they already hold, and use it for nothing else. Issuers take the RFC 7638 thumbprint or a UUID.
    """

    id = "token-kid-injection"
    severity = Severity.HIGH
    cites = ("RFC 8725 section 3.10", "RFC 7515 section 4.1.4")
    proof = "none: a heuristic"

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return "kid" in token.header

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        kid = token.header["kid"]
        if not isinstance(kid, str):
            yield self.finding(token, f"kid is a JSON {kind_of(kid)}, not a string", at="/header/kid")
            return
        if kid in {key.kid for key in audit.keys}:
            return
        found = [what for pattern, what in _ATTACKS if pattern.search(kid)]
        if not kid.isprintable():
            found.append("a character that cannot be printed")
        if found:
            yield self._suspicion(token, f"kid {short(kid, 80)!r} holds {' and '.join(found)}", Severity.HIGH)
        elif _URL.match(kid):
            yield self._suspicion(token, f"kid {short(kid, 80)!r} is a URL", Severity.MEDIUM)
        elif len(kid) > _LONGEST and not kid.startswith("did:"):
            yield self._suspicion(token, f"kid has {len(kid)} characters", Severity.MEDIUM)

    def _suspicion(self, token: GivenToken, message: str, severity: Severity) -> Finding:
        return self.finding(token, message, at="/header/kid", severity=severity, confidence=Confidence.HEURISTIC)
