"""HMAC secrets that serve for more than one thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import EstateCheck
from jwtctl.keysets.identity import at
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class OctReused(EstateCheck):
    """One symmetric key serves two algorithms or two uses.

    Why it matters:
        A token that was made for one purpose can be brought to the other: signed with HS512 where HS256 is meant, or
        an encryption key that also signs. Proofs of security speak of one key for one algorithm. If the secret of one
        service leaks, the other one falls with it.

    What to do:
        Give each algorithm and each use a secret of its own. That one secret lies in several files is in the nature of
        HMAC and only noted: the fewer places, the better.
    """

    id = "oct-reused"
    severity = Severity.MEDIUM
    cites = ("RFC 8725 section 3.1", "NIST SP 800-57 part 1 section 5.2")

    def applies(self, keys: Sequence[Key], audit: Audit) -> bool:
        return sum(key.is_symmetric for key in keys) > 1

    def find(self, keys: Sequence[Key], audit: Audit) -> Iterator[Finding]:
        holders: dict[bytes, list[Key]] = {}
        for key in keys:
            if secret := key.octets.get("k"):
                holders.setdefault(secret, []).append(key)
        for same in holders.values():
            first = same[0]
            for key in same[1:]:
                if differing := _differing(first, key):
                    yield self.finding(
                        key,
                        f"the secret at {at(first.place)} is the same, for another {' and another '.join(differing)}",
                        at="/k",
                    )
                elif key.place.source != first.place.source:
                    yield self.finding(
                        key, f"the secret at {at(first.place)} is the same", at="/k", severity=Severity.INFO
                    )


def _differing(one: Key, other: Key) -> list[str]:
    pairs = (("alg", one.alg, other.alg), ("use", one.use, other.use))
    return [name for name, here, there in pairs if here and there and here != there]
