"""EC private keys that carry the public key of somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.errors import KeyMaterialError
from jwtctl.jose.key import complete_public
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class EcPrivatePublicMismatch(KeyCheck):
    """The public point of an EC private key does not belong to its private number.

    Why it matters:
        Tokens that are signed with d do not verify under the (x, y) that stands beside it, and (x, y) is what gets
        published. Mostly two keys were mixed up by hand. A private number of 0, or beyond the order of the curve, is
        no key at all.

    What to do:
        Find out which half is the wanted one. If it is d, leave x and y out and let `jwtctl key convert KEY` derive
        them; otherwise restore the private key from a good copy.
    """

    id = "ec-private-public-mismatch"
    severity = Severity.HIGH
    cites = ("RFC 7518 section 6.2.2", "NIST SP 800-56A revision 3 section 5.6.2.1")
    proof = "d·G, made again"

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.kty == "EC" and "d" in key.numbers

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        try:
            point = complete_public(key._replace(numbers={"d": key.numbers["d"]})).numbers
        except KeyMaterialError:
            yield self.finding(key, f"d is not between 1 and the order of {key.crv}", at="/d")
            return
        wrong = [name for name in ("x", "y") if name in key.numbers and key.numbers[name] != point[name]]
        if wrong:
            named = " and ".join(wrong) + (" do" if len(wrong) > 1 else " does")
            yield self.finding(key, f"{named} not belong to d on {key.crv}", at=f"/{wrong[0]}")
