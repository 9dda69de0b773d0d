"""Keys smaller than the team asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class PolicyKeySmall(KeyCheck):
    """A key is smaller than the policy allows.

    Why it matters:
        Standards set the least that is tolerable; a team may ask for more, since its keys outlive a
        recommendation, or since a contract says so.

    What to do:
        Replace the key by one of at least `keys.min-rsa-bits` or `keys.min-oct-bits` of jwtctl.toml.
    """

    id = "policy-key-small"
    severity = Severity.MEDIUM
    cites = ("NIST SP 800-57 part 1 section 5.6.1", "jwtctl.toml keys.min-rsa-bits", "jwtctl.toml keys.min-oct-bits")

    def applies(self, key: Key, audit: Audit) -> bool:
        return _least(key, audit) is not None

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        least = _least(key, audit) or 0
        if key.bits < least:
            yield self.finding(
                key, f"{key.bits} bits, where the policy asks for {least}", at="/n" if key.kty == "RSA" else "/k"
            )


def _least(key: Key, audit: Audit) -> int | None:
    return {"RSA": audit.policy.min_rsa_bits, "oct": audit.policy.min_oct_bits}.get(key.kty)
