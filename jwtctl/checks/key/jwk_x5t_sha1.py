"""JWKs that name their certificate by SHA-1 alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class JwkX5tSha1(KeyCheck):
    """A JWK names its certificate by a SHA-1 thumbprint alone.

    Why it matters:
        Two certificates with one SHA-1 hash can be made (SHAttered, 2017), so x5t is no safe name for a certificate
        that an outsider may have had a hand in. Where certificate and key come from one source, it does no harm.

    What to do:
        State x5t#S256 beside it, and leave x5t out when no reader needs it any more.
    """

    id = "jwk-x5t-sha1"
    severity = Severity.INFO
    cites = ("RFC 7517 section 4.9", "NIST SP 800-131A revision 2 section 9")

    def applies(self, key: Key, audit: Audit) -> bool:
        return "x5t" in key.members

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        if "x5t#S256" not in key.members:
            yield self.finding(key, "x5t, a SHA-1 hash, stands without x5t#S256", at="/x5t")
