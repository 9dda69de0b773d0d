"""Tokens that say where to fetch the certificate to verify them with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks import header_url
from jwtctl.checks.base import TokenCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken


class TokenX5u(TokenCheck):
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
    severity = Severity.MEDIUM
    cites = ("RFC 8725 section 3.10", "RFC 7515 section 4.1.5")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return "x5u" in token.header

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        message, severity = header_url.verdict("x5u", token.header["x5u"], "certificates", audit.key_sets)
        yield self.finding(token, message, at="/header/x5u", severity=severity)
