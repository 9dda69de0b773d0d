"""Tokens for everybody."""

from __future__ import annotations

from jwtctl.checks.required_claims import MissingClaim
from jwtctl.model import Severity


class TokenMissingAud(MissingClaim):
    """A token does not say for whom it is.

    Why it matters:
        Every service that trusts the issuer accepts it. A service that got it from a user can then act as that user at all
        the others.

    What to do:
        Have the issuer name the service in aud, and each service refuse what does not name it (`jwtctl verify --aud NAME`).
    """

    id = "token-missing-aud"
    severity = Severity.MEDIUM
    cites = ("RFC 7519 section 4.1.3", "RFC 8725 section 3.9", "RFC 9068 section 2.2")
    claim = "aud"
    consequence = "every service that trusts the issuer takes the token for its own"
