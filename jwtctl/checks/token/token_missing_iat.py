"""Tokens that do not say when they were made."""

from __future__ import annotations

from jwtctl.checks.required_claims import MissingClaim
from jwtctl.model import Severity


class TokenMissingIat(MissingClaim):
    """A token does not say when it was made.

    Why it matters:
        Without iat nobody can limit a token's age, tell how long it was meant to live, or refuse all that were made before a
        key or an account was found compromised.

    What to do:
        Have the issuer set iat; it is required of access tokens, ID tokens, logout tokens and DPoP proofs.
    """

    id = "token-missing-iat"
    severity = Severity.LOW
    cites = ("RFC 7519 section 4.1.6", "RFC 9068 section 2.2", "OpenID Connect Core 1.0 section 2")
    claim = "iat"
    consequence = "nobody can tell how old the token is"
