"""Tokens that demand what verifiers do not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import TokenCheck
from jwtctl.checks.header_parameters import EXTENSIONS, critical, listed, standard
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.model import Finding, GivenToken


class TokenCritUnknown(TokenCheck):
    """A token calls an extension critical that no standard describes, or that few verifiers know.

    Why it matters:
        A verifier that does not know a critical extension must refuse the token, so it works with no ordinary library.
        Libraries that pass over crit accept it without what the issuer called indispensable, such as a binding or a
        restriction of its use.

    What to do:
        Leave crit out, unless every verifier implements the extension; a claim that verifiers are told to check does
        the same. Update libraries that accept such a token.
    """

    id = "token-crit-unknown"
    severity = Severity.HIGH
    cites = ("RFC 7515 section 4.1.11", "CVE-2025-59420", "CVE-2026-32597")

    def applies(self, token: GivenToken, audit: TokenAudit) -> bool:
        return "crit" in token.header

    def find(self, token: GivenToken, audit: TokenAudit) -> Iterator[Finding]:
        extensions = [name for name in dict.fromkeys(critical(token)) if name not in standard(token)]
        unknown = [name for name in extensions if name not in EXTENSIONS]
        # Of b64, which general libraries do implement, token-b64-false speaks.
        rare = [name for name in extensions if name in EXTENSIONS and name != "b64"]
        if unknown:
            yield self.finding(token, f"crit names {listed(unknown)}, which no standard describes", at="/header/crit")
        elif rare:
            sources = ", ".join(sorted({EXTENSIONS[name] for name in rare}))
            yield self.finding(
                token,
                f"crit names {listed(rare)}, which only verifiers for {sources} know",
                at="/header/crit",
                severity=Severity.INFO,
            )
