"""HMAC secrets that stand in a standard, a tutorial or a product."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.checks.published import publication_of
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class OctPublished(KeyCheck):
    """A symmetric key was taken from a standard, a tutorial, or the defaults of a product.

    Why it matters:
        It is no secret: everybody can read it, and tools that attack tokens try it first. Each year products are found
        that sign with the secret of an example or ship one secret to all who install them; then whoever knows it is
        administrator everywhere.

    What to do:
        Treat every token under this secret as forged. Make a new one for each installation (`jwtctl keygen HS256`), and
        let the service refuse to start while the default stands.
    """

    id = "oct-published"
    severity = Severity.CRITICAL
    cites = ("CWE-1394", "CVE-2023-22463", "CVE-2023-27524")
    proof = "the text where it stands"

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.is_symmetric and key.bits > 0

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        if found := publication_of(key):
            yield self.finding(
                key, f"this secret is published, in {found.source}", at="/k", witness={"published_in": found.source}
            )
