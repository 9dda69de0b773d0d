"""Tokens that name no issuer."""

from __future__ import annotations

from jwtctl.checks.required_claims import MissingClaim
from jwtctl.model import Severity


class TokenMissingIss(MissingClaim):
    """A token does not say who issued it.

    Why it matters:
        A verifier that trusts several issuers cannot tell whose token it is, and may take a key of one for a token of another:
        the mix-up by which a test system signs in to production.

    What to do:
        Have the issuer set iss, and verifiers bind it to the keys that they verify with (`jwtctl verify --iss URL`).
    """

    id = "token-missing-iss"
    severity = Severity.MEDIUM
    cites = ("RFC 7519 section 4.1.1", "RFC 8725 section 3.8", "RFC 9068 section 2.2")
    claim = "iss"
    consequence = "nobody can tell whose keys it belongs to"
