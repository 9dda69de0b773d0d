"""Key sets in which two keys have one kid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeySetCheck
from jwtctl.keysets.identity import material, short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key, KeySet


class JwksDuplicateKid(KeySetCheck):
    """Two keys of a key set have the same kid.

    Why it matters:
        A token names its key by kid. If the name means two keys, one verifier takes the first, another the last, and
        a third tries both: valid tokens are refused here and there, and whoever can add a key to the set can shadow
        another one. If both entries are the same key, it only stands there twice.

    What to do:
        Give every key a kid of its own, best its thumbprint (`jwtctl key thumbprint KEY`). `jwtctl jwks merge` refuses
        to join sets that would end up like this.
    """

    id = "jwks-duplicate-kid"
    severity = Severity.HIGH
    cites = ("RFC 7517 section 4.5",)

    def applies(self, key_set: KeySet, audit: Audit) -> bool:
        return len(key_set.keys) > 1

    def find(self, key_set: KeySet, audit: Audit) -> Iterator[Finding]:
        named: dict[str, list[Key]] = {}
        for key in key_set.keys:
            if key.kid is not None:
                named.setdefault(key.kid, []).append(key)
        for kid, keys in named.items():
            if len(keys) < 2:
                continue
            different = len(set(map(material, keys))) > 1
            entries = ", ".join(str(key.place.index) for key in keys[:8]) + (", …" if len(keys) > 8 else "")
            yield self.finding(
                min(keys, key=material),
                f"kid {short(kid)!r} names {'different keys' if different else 'one key'} in entries {entries}",
                at="/kid",
                severity=None if different else Severity.LOW,
            )
