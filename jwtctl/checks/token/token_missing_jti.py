"""Tokens without an identifier."""

from __future__ import annotations

from jwtctl.checks.required_claims import MissingClaim
from jwtctl.model import Severity


class TokenMissingJti(MissingClaim):
    """A token has no identifier of its own.

    Why it matters:
        Without jti one token cannot be revoked, counted or found in a log without keeping the token itself, and what must be
        used once only (a DPoP proof, a logout token) can be replayed unseen.

    What to do:
        Have the issuer set jti to a random value, at least 96 bits of it.
    """

    id = "token-missing-jti"
    severity = Severity.INFO
    cites = ("RFC 7519 section 4.1.7", "RFC 9068 section 2.2", "RFC 9449 section 11.1")
    claim = "jti"
    consequence = "the token cannot be revoked or told from a replay"
