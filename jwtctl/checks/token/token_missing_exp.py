"""Tokens that never expire."""

from __future__ import annotations

from jwtctl.checks.required_claims import MissingClaim
from jwtctl.model import Severity


class TokenMissingExp(MissingClaim):
    """A token has no expiry.

    Why it matters:
        Whoever gets hold of such a token, from a log, a backup or a browser, can use it for good. Nothing but a new key ends it.

    What to do:
        Have the issuer set exp, minutes to an hour ahead for what is sent with requests (`jwtctl sign --ttl 15m`), and verifiers
        refuse tokens without it (`jwtctl verify --require exp`).
    """

    id = "token-missing-exp"
    severity = Severity.HIGH
    cites = ("RFC 7519 section 4.1.4", "RFC 9068 section 2.2", "OpenID Connect Core 1.0 section 2")
    claim = "exp"
    consequence = "the token never expires"
