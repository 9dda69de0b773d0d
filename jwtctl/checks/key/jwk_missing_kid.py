"""JWKs without a kid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class JwkMissingKid(KeyCheck):
    """A JWK has no kid.

    Why it matters:
        A token names its key by kid. Without one, a verifier tries every key of the set, and there is no way to
        rotate without a moment in which both sides guess.

    What to do:
        Give the key a kid that is made from the key itself: `jwtctl key thumbprint KEY` prints one (RFC 7638), and
        `jwtctl keygen` writes it.
    """

    id = "jwk-missing-kid"
    severity = Severity.LOW
    cites = ("RFC 7517 section 4.5",)

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.is_jwk

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        if not key.kid:
            yield self.finding(key, "no kid" if key.kid is None else "the kid is empty")
