"""Tokens that say where to fetch the certificate to verify them with."""

from __future__ import annotations

from jwtctl.checks.header_url import HeaderUrl


class TokenX5u(HeaderUrl):
    """The header of a token names a URL to fetch certificates from.

    Why it matters:
        Who forges a token writes his own URL there, with a certificate of his own behind it. A verifier that does not
        check the chain up to an authority of this very issuer takes the forger's key, and by fetching it lets a
        stranger send requests into its network.

    What to do:
        Leave x5u out: verifiers have the issuer's keys from their configuration. Where it must stay, verifiers compare
        it with a list of whole URLs, and check the chain and the name in the certificate.
    """

    id = "token-x5u"
    cites = ("RFC 8725 section 3.10", "RFC 7515 section 4.1.5")
    member = "x5u"
    fetched = "certificates"
