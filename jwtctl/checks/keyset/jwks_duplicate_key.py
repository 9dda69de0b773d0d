"""Key sets in which one key stands under two names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeySetCheck
from jwtctl.keysets.identity import material, short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key, KeySet


class JwksDuplicateKey(KeySetCheck):
    """One key stands in a key set under different kids.

    Why it matters:
        Somebody believes to have two keys and has one: a rotation that changed the kid and not the key, or a key that
        was withdrawn under one name and lives on under the other.

    What to do:
        Keep one entry. If the second was meant to be a new key, make one (`jwtctl keygen RS256`).
    """

    id = "jwks-duplicate-key"
    severity = Severity.LOW
    cites = ("RFC 7638 section 1", "RFC 7517 section 4.5")

    def applies(self, key_set: KeySet, audit: Audit) -> bool:
        return len(key_set.keys) > 1

    def find(self, key_set: KeySet, audit: Audit) -> Iterator[Finding]:
        same: dict[str, list[Key]] = {}
        for key in key_set.keys:
            same.setdefault(material(key), []).append(key)
        for keys in same.values():
            kids = list(dict.fromkeys(key.kid for key in keys))
            if len(kids) > 1:
                listed = ", ".join("no kid" if kid is None else repr(short(kid, 60)) for kid in kids[:8])
                yield self.finding(keys[0], f"one key under {len(kids)} names: {listed}", at="/kid")
