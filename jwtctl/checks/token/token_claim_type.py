"""Tokens whose claims are of the wrong JSON type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.jose.json_object import kind_of
from jwtctl.jose.token import is_audience
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken

TEXTS = ("iss", "sub", "jti", "azp", "client_id", "nonce", "sid")
DATES = ("exp", "nbf", "iat", "auth_time")


class TokenClaimType(TokenCheck):
    """A claim is of another JSON type than its definition says.

    Why it matters:
        Readers convert such values in different ways, or skip the check: an iss that is an array passed for every issuer
        in it (CVE-2026-75509), an exp that is text may never be compared with the clock, and a comparison by "contains"
        is true for a part of a name (CVE-2024-53861).

    What to do:
        Have the issuer write iss, sub and jti as strings, aud as a string or an array of strings, and times as numbers of
        seconds. Verifiers refuse anything else (`jwtctl verify` does).
    """

    id = "token-claim-type"
    severity = Severity.HIGH
    cites = ("RFC 7519 section 4.1", "CVE-2026-75509", "CVE-2024-53861")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return bool(token.claims)

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        claims = token.claims
        if "aud" in claims and not is_audience(claims["aud"]):
            yield self.finding(token, f"aud is {_audience(claims['aud'])}", at="/claims/aud")
        for names, right, types in ((TEXTS, "a string", str), (DATES, "a number of seconds", int | float)):
            for name in names:
                if name in claims and (isinstance(claims[name], bool) or not isinstance(claims[name], types)):
                    yield self.finding(
                        token, f"{name} is a JSON {kind_of(claims[name])}, not {right}", at=f"/claims/{name}"
                    )


def _audience(value: object) -> str:
    if not isinstance(value, list):
        return f"a JSON {kind_of(value)}, not a string or an array of strings"
    strange = next((entry for entry in value if not isinstance(entry, str)), None)
    return "an empty array" if not value else f"an array with a JSON {kind_of(strange)} in it, not of strings only"
