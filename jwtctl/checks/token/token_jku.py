"""Tokens that say where to fetch the key to verify them with."""

from __future__ import annotations

from jwtctl.checks.header_url import HeaderUrl


class TokenJku(HeaderUrl):
    """The header of a token names a URL to fetch keys from.

    Why it matters:
        Who forges a token writes his own URL there. A verifier that follows it takes the forger's key for the issuer's,
        and can be sent to addresses inside its own network besides. Redirects, user names before the host and numeric
        addresses get round most filters.

    What to do:
        Leave jku out: verifiers have the URL of the issuer's key set in their configuration, and find the key by its
        kid. Where jku must stay, verifiers compare it with a list of whole URLs, and never resolve it first.
    """

    id = "token-jku"
    cites = ("RFC 8725 section 3.10", "RFC 7515 section 4.1.2")
    member = "jku"
    fetched = "keys"
