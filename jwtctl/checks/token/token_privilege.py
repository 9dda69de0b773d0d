"""Tokens with far-reaching rights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jwtctl.checks.base import TokenCheck
from jwtctl.checks.claim_values import plain, values
from jwtctl.model import Confidence, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken

_FLAGS = frozenset({"admin", "isadmin", "root", "isroot", "superuser", "issuperuser", "sudo", "issudo"})
_LISTS = frozenset(
    {"role", "roles", "group", "groups", "scope", "scopes", "scp", "permissions", "authorities", "entitlements"}
)
_WORDS = frozenset({"admin", "administrator", "root", "superuser", "superadmin", "owner", "sysadmin"})


class TokenPrivilege(TokenCheck):
    """A token gives rights over everything.

    Why it matters:
        Such a token is worth the most to a thief. It is not wrong by itself, but worth knowing where it lies about, and a
        role that is fixed in a token stays good until it expires, also after it was taken away.

    What to do:
        Keep such tokens short-lived and bound to a key (DPoP, mutual TLS), give them narrow scopes, and look up the rights
        of administrators when they act.
    """

    id = "token-privilege"
    severity = Severity.INFO
    cites = ("RFC 9700 section 2.3", "RFC 6749 section 10.3")
    proof = "none: a heuristic"

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return bool(token.claims)

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        for value in values(token.claims):
            if right := _right(plain(value.name), value.value):
                yield self.finding(
                    token, f"it seems to give {right}", at=value.at, confidence=Confidence.HEURISTIC, of=right
                )
                return


def _right(name: str, value: Any) -> str:
    if name in _FLAGS and (value is True or value in (1, "true", "1", "yes")):
        return "the rights of an administrator"
    if name not in _LISTS or not isinstance(value, str):
        return ""
    for word in value.split():
        if word == "*" or word.endswith((":*", ".*", "/*")):
            return "every right that there is, or every one of a kind"
        if plain(word.removeprefix("ROLE_")) in _WORDS:
            return "the rights of an administrator"
    return ""
