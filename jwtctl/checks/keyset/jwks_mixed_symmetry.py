"""Key sets with symmetric and asymmetric keys side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeySetCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, KeySet


class JwksMixedSymmetry(KeySetCheck):
    """A key set holds symmetric keys next to asymmetric ones.

    Why it matters:
        The first are secrets, the second are made to be handed out: one file cannot be treated right for both. And a
        verifier that looks a key up by kid alone may use a public key as an HMAC secret, or the reverse.

    What to do:
        Keep two sets: one of public keys to publish, and secrets in a store of their own.
    """

    id = "jwks-mixed-symmetry"
    severity = Severity.MEDIUM
    cites = ("RFC 7517 section 9.2", "RFC 8725 section 2.1")

    def applies(self, key_set: KeySet, audit: Audit) -> bool:
        return key_set.is_jwks

    def find(self, key_set: KeySet, audit: Audit) -> Iterator[Finding]:
        symmetric = sum(key.is_symmetric for key in key_set.keys)
        if 0 < symmetric < len(key_set.keys):
            yield self.finding(
                key_set,
                f"{symmetric} symmetric and {len(key_set.keys) - symmetric} asymmetric keys in one set",
                at="/keys",
            )
