"""Key sets with more keys than a verifier should look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeySetCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, KeySet

_MANY, _FAR_TOO_MANY, _OCTETS = 10, 100, 256 * 1024


class JwksTooLarge(KeySetCheck):
    """A key set is larger than rotation calls for.

    Why it matters:
        Rotation needs two or three keys for each algorithm. Every further one is a key that can still sign tokens,
        and verifiers that try all of them spend the time of all of them on every forged token.

    What to do:
        Drop keys whose last tokens have expired, and give each tenant a key set of its own.
    """

    id = "jwks-too-large"
    severity = Severity.MEDIUM
    cites = ("RFC 7517 section 5", "CWE-400")

    def applies(self, key_set: KeySet, audit: Audit) -> bool:
        return key_set.is_jwks

    def find(self, key_set: KeySet, audit: Audit) -> Iterator[Finding]:
        entries = len(key_set.keys) + len(key_set.problems)
        if entries > _FAR_TOO_MANY:
            yield self.finding(key_set, f"{entries} keys, where {_MANY} are plenty", at="/keys")
        elif key_set.octets > _OCTETS:
            yield self.finding(key_set, f"{key_set.octets} octets, where {_OCTETS} are plenty", at="/keys")
        elif entries > _MANY:
            yield self.finding(key_set, f"{entries} keys, where {_MANY} are plenty", at="/keys", severity=Severity.LOW)
