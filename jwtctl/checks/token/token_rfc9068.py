"""Access tokens that RFC 9068 does not describe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jwtctl.checks.base import TokenCheck
from jwtctl.jose.json_object import kind_of
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken

# scope-token *( SP scope-token ), RFC 6749 section 3.3.
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]++(?: [\x21\x23-\x5b\x5d-\x7e]++)*+")


class TokenRfc9068(TokenCheck):
    """A JWT access token does not have the claims of RFC 9068, or not in their form.

    Why it matters:
        A service that follows the standard cannot tell for which client the token was issued, or misreads what it is
        allowed to do: a scope that is an array, or has commas in it, is not understood or understood in part.

    What to do:
        Have the issuer set client_id, write scope as one string with single spaces, acr as a string and amr as an array of
        strings. The registered claims that are required have checks of their own: token-missing-exp and its like.
    """

    id = "token-rfc9068"
    severity = Severity.MEDIUM
    cites = ("RFC 9068 section 2.2", "RFC 6749 section 3.3")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return audit.profile_of(token) == "access-token" and bool(token.claims)

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        claims = token.claims
        if "client_id" not in claims:
            message = "no client_id: nobody can tell for which client it was issued (RFC 9068 section 2.2 asks for it)"
            yield self.finding(token, message, at="/claims")
        if "scope" in claims and (wrong := _wrong_scope(claims["scope"])):
            yield self.finding(token, f"scope is {wrong}", at="/claims/scope")
        if "acr" in claims and not isinstance(claims["acr"], str):
            yield self.finding(token, f"acr is a JSON {kind_of(claims['acr'])}, not a string", at="/claims/acr")
        amr = claims.get("amr", [])
        if not isinstance(amr, list) or not all(isinstance(entry, str) for entry in amr):
            yield self.finding(token, "amr is no array of strings", at="/claims/amr")


def _wrong_scope(scope: Any) -> str:
    if not isinstance(scope, str):
        return f"a JSON {kind_of(scope)}, not one string with spaces"
    if not scope:
        return "empty: a token without scopes leaves it out"
    return "" if _SCOPE.fullmatch(scope) else "no list of scopes with single spaces between them"
