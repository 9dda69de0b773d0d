"""Key sets without room for rotation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeySetCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, KeySet


class JwksSingleKey(KeySetCheck):
    """A published key set holds one key only.

    Why it matters:
        Verifiers keep a key set for minutes or hours. If the next key is published only when it begins to sign, they
        refuse its tokens until they fetch again; and after a leak there is nothing to turn to. It is no defect as long
        as the change of keys leaves them time.

    What to do:
        Publish the next key before it signs (`jwtctl jwks merge`), and leave the old one in the set until its last
        token has expired.
    """

    id = "jwks-single-key"
    severity = Severity.INFO
    cites = ("OpenID Connect Core 1.0 section 10.1.1", "NIST SP 800-57 part 1 section 5.3")

    def applies(self, key_set: KeySet, audit: Audit) -> bool:
        return key_set.is_jwks and key_set.published

    def find(self, key_set: KeySet, audit: Audit) -> Iterator[Finding]:
        if len(key_set.keys) + len(key_set.problems) == 1:
            yield self.finding(key_set, "one key, and none to follow it", at="/keys")
