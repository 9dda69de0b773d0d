"""JWKs whose use and key_ops do not go together."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.keysets.identity import short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key

_SIGNING = frozenset({"sign", "verify"})
_ENCRYPTING = frozenset({"encrypt", "decrypt", "wrapKey", "unwrapKey", "deriveKey", "deriveBits"})


class JwkUseKeyopsConflict(KeyCheck):
    """The use and key_ops of a JWK contradict each other or themselves.

    Why it matters:
        RFC 7517 wants use and key_ops to say the same if both are there, no operation twice, and no unrelated
        operations on one key. Verifiers differ in which of the two they read, so one accepts what the other refuses;
        a key that both signs and decrypts can be made to do one in place of the other.

    What to do:
        Keep one of the two members. For signatures that is "use": "sig"; an encryption key is a key of its own.
    """

    id = "jwk-use-keyops-conflict"
    severity = Severity.MEDIUM
    cites = ("RFC 7517 section 4.2", "RFC 7517 section 4.3")

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.key_ops is not None

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        operations = key.key_ops or ()
        stated = set(operations)
        repeated = [each for each, count in Counter(operations).items() if count > 1]
        against = stated & {"sig": _ENCRYPTING, "enc": _SIGNING}.get(key.use or "", frozenset())
        if against:
            listed = ", ".join(sorted(against))
            yield self.finding(key, f"use is {key.use!r}, but key_ops has {listed}", at="/key_ops")
        elif stated & _SIGNING and stated & _ENCRYPTING:
            listed = ", ".join(sorted(stated & (_SIGNING | _ENCRYPTING)))
            yield self.finding(key, f"key_ops has unrelated operations: {listed}", at="/key_ops")
        elif repeated:
            yield self.finding(key, f"key_ops has {short(repeated[0])!r} more than once", at="/key_ops")
