"""JWKs without a member that the team asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class PolicyMemberMissing(KeyCheck):
    """A JWK lacks a member that the policy requires.

    Why it matters:
        Tools of the team choose, rotate or retire keys by this member. A key without it is one that they
        overlook.

    What to do:
        Add the member, or take it off the list `keys.required-members` in jwtctl.toml.
    """

    id = "policy-member-missing"
    severity = Severity.MEDIUM
    cites = ("RFC 7517 section 4", "jwtctl.toml keys.required-members")

    def applies(self, key: Key, audit: Audit) -> bool:
        return bool(audit.policy.required_members) and key.is_jwk

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        for name in audit.policy.required_members:
            if name not in key.members:
                yield self.finding(key, f"no {name}, which the policy requires", at=f"/{name}")
