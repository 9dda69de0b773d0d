"""Key sets with more keys than the team allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeySetCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, KeySet


class PolicySetLarge(KeySetCheck):
    """A key set has more keys than the policy allows.

    Why it matters:
        How many keys a set needs follows from how the team rotates. One more is a key that nobody retired, and
        that still signs.

    What to do:
        Drop keys whose last tokens have expired, or raise `sets.max-keys` in jwtctl.toml.
    """

    id = "policy-set-large"
    severity = Severity.MEDIUM
    cites = ("RFC 7517 section 5", "jwtctl.toml sets.max-keys")

    def applies(self, key_set: KeySet, audit: Audit) -> bool:
        return audit.policy.max_keys is not None and key_set.is_jwks

    def find(self, key_set: KeySet, audit: Audit) -> Iterator[Finding]:
        entries, most = len(key_set.keys) + len(key_set.problems), audit.policy.max_keys or 0
        if entries > most:
            yield self.finding(key_set, f"{entries} keys, where the policy allows {most}", at="/keys")
