"""Keys older than the team lets them become."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.jose.key_age import begun
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key

_DAY = 86_400


class PolicyKeyOld(KeyCheck):
    """A key is older than the policy allows.

    Why it matters:
        The longer a key is in use, the more copies of it exist and the more is lost with it. A team that
        rotates wants to hear of the key that was forgotten.

    What to do:
        Rotate: `jwtctl jwks rotate STORE`. The age is told from the iat or nbf member, or from the certificate.
    """

    id = "policy-key-old"
    severity = Severity.MEDIUM
    cites = ("NIST SP 800-57 part 1 section 5.3.6", "jwtctl.toml keys.max-key-age")

    def applies(self, key: Key, audit: Audit) -> bool:
        return audit.policy.max_key_age is not None and audit.now is not None and begun(key) is not None

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        age = int((audit.now or 0) - (begun(key) or 0))
        limit = audit.policy.max_key_age or 0
        if age > limit:
            yield self.finding(key, f"{age // _DAY} days old, where the policy allows {limit // _DAY}")
