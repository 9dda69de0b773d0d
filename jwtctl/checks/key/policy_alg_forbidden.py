"""Keys for algorithms that the team does not use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class PolicyAlgForbidden(KeyCheck):
    """A key is for an algorithm that the policy does not allow.

    Why it matters:
        A team that has agreed on its algorithms configures its verifiers for those. A key for another one
        either is refused by them, or widens what somebody may attack.

    What to do:
        Replace the key by one for an algorithm of the list `keys.algorithms` in jwtctl.toml, or add the
        algorithm there.
    """

    id = "policy-alg-forbidden"
    severity = Severity.MEDIUM
    cites = ("RFC 8725 section 3.2", "jwtctl.toml keys.algorithms")

    def applies(self, key: Key, audit: Audit) -> bool:
        return bool(audit.policy.algorithms) and key.alg is not None

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        if key.alg not in audit.policy.algorithms:
            allowed = ", ".join(audit.policy.algorithms)
            yield self.finding(key, f"the key is for {key.alg!r}, where the policy allows {allowed}", at="/alg")
