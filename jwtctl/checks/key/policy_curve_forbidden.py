"""Keys on curves that the team does not use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class PolicyCurveForbidden(KeyCheck):
    """A key is on a curve that the policy does not allow.

    Why it matters:
        Each further curve is further code in every verifier, and one more thing to get wrong. A team that has
        agreed on its curves wants to hear of any other.

    What to do:
        Replace the key by one on a curve of the list `keys.curves` in jwtctl.toml, or add the curve there.
    """

    id = "policy-curve-forbidden"
    severity = Severity.MEDIUM
    cites = ("RFC 8725 section 3.2", "jwtctl.toml keys.curves")

    def applies(self, key: Key, audit: Audit) -> bool:
        return bool(audit.policy.curves) and key.crv is not None

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        if key.crv not in audit.policy.curves:
            allowed = ", ".join(audit.policy.curves)
            yield self.finding(key, f"the key is on {key.crv!r}, where the policy allows {allowed}", at="/crv")
