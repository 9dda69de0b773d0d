"""Tokens about nobody."""

from __future__ import annotations

from jwtctl.checks.required_claims import MissingClaim
from jwtctl.model import Severity


class TokenMissingSub(MissingClaim):
    """A token does not say whom it is about.

    Why it matters:
        Services that find no sub look for another claim to know the user by, such as an e-mail address, which another person
        may get or set later.

    What to do:
        Have the issuer set sub to a stable identifier that is never given to somebody else; a client that acts for itself is its
        own subject.
    """

    id = "token-missing-sub"
    severity = Severity.INFO
    cites = ("RFC 7519 section 4.1.2", "RFC 8725 section 3.8", "RFC 9068 section 2.2")
    claim = "sub"
    consequence = "the token does not say whom it is about"
