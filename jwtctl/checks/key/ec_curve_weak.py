"""EC keys on curves that are weak, or that few expect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import EstateCheck
from jwtctl.keysets.identity import short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key

_WEAK_BITS = {
    **dict.fromkeys(("P-192", "secp192r1", "prime192v1", "secp192k1", "brainpoolP192r1", "brainpoolP192t1"), 192),
    **dict.fromkeys(("secp160r1", "secp160r2", "secp160k1", "brainpoolP160r1", "brainpoolP160t1"), 160),
    **dict.fromkeys(("secp128r1", "secp128r2"), 128),
    **dict.fromkeys(("secp112r1", "secp112r2"), 112),
}
"""Order in bits of the curves below 224, by the names that JWKs give them, though none is registered for JOSE."""


class EcCurveWeak(EstateCheck):
    """An EC key is on a curve that is too small, or on one that few services expect.

    Why it matters:
        A curve of n bits falls after 2^(n/2) steps; below 224 bits NIST has withdrawn them all, and no JOSE library
        should know them. secp256k1 is as strong as P-256 and registered for JOSE, but made for other systems: many
        libraries and hardware modules do not have it, and it is only noted.

    What to do:
        Make a key on P-256 or Ed25519: `jwtctl keygen ES256`.
    """

    id = "ec-curve-weak"
    severity = Severity.HIGH
    cites = ("NIST SP 800-186 section 3", "NIST SP 800-131A revision 2 section 3", "RFC 8812 section 4")

    def applies(self, keys: Sequence[Key], audit: Audit) -> bool:
        return any(key.kty == "EC" for key in keys) or any(key_set.problems for key_set in audit.key_sets)

    def find(self, keys: Sequence[Key], audit: Audit) -> Iterator[Finding]:
        for key in keys:
            if key.crv == "secp256k1":
                yield self.finding(key, "secp256k1, which many services do not know", severity=Severity.INFO)
        for key_set in audit.key_sets:
            for problem in key_set.problems:
                curve = problem.members.get("crv")
                if problem.members.get("kty") == "EC" and isinstance(curve, str) and curve in _WEAK_BITS:
                    bits = _WEAK_BITS[curve]
                    yield self.finding(problem, f"{short(curve)}, which falls after 2^{bits // 2} steps", at="/crv")
