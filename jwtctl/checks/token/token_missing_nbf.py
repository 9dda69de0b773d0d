"""Tokens that do not say from when on they count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.required_claims import MissingClaim, kind_of
from jwtctl.model import Severity

if TYPE_CHECKING:
    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import GivenToken


class TokenMissingNbf(MissingClaim):
    """A token does not say from when on it is valid.

    Why it matters:
        With neither nbf nor iat a token cannot be told from one made long ago or ahead of time. Request objects without nbf
        can be kept for years and used then (FAPI 1.0 Advanced section 5.2.2).

    What to do:
        Set iat, and nbf where a token is made ahead of its time or a profile asks for it.
    """

    id = "token-missing-nbf"
    severity = Severity.INFO
    cites = ("RFC 7519 section 4.1.5", "FAPI 1.0 Advanced section 5.2.2")
    claim = "nbf"
    consequence = "the token does not say from when on it is valid"

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        # Where no profile asks for nbf, iat says as much.
        return super().applies(token, audit) and (bool(kind_of(token, audit)) or "iat" not in token.claims)
