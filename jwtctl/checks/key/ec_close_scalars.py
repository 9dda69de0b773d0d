"""EC keys whose private numbers lie side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import EstateCheck
from jwtctl.checks.curve_points import holders
from jwtctl.checks.proof import hexadecimal
from jwtctl.cryptanalysis.ec_scalars import close_scalars
from jwtctl.cryptanalysis.weierstrass import CURVES
from jwtctl.keysets.identity import at
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key

_BITS = 18


class EcCloseScalars(EstateCheck):
    """The private numbers of two EC keys differ by little.

    Why it matters:
        Whoever has one of the two private keys has the other as well, and the public keys alone show it. A generator
        that makes such keys counts instead of drawing: if one of them leaks, all do, and mostly the count began at
        something that can be guessed.

    What to do:
        Replace both keys and every other one from the same program, and take keys from a library
        (`jwtctl keygen ES256`). Keys that are derived from each other on purpose belong to one owner, not to two.
    """

    id = "ec-close-scalars"
    severity = Severity.HIGH
    cites = ("FIPS 186-5 appendix A.2", "NIST SP 800-133 revision 2 section 4")
    proof = "the number k with Q ± Q' = k·G"

    def applies(self, keys: Sequence[Key], audit: Audit) -> bool:
        return any(len(points) > 1 for points in holders(keys).values())

    def find(self, keys: Sequence[Key], audit: Audit) -> Iterator[Finding]:
        for crv, points in holders(keys).items():
            stop = audit.stop_after(len(points))
            for first, second, sign, difference in close_scalars(CURVES[crv], list(points), _BITS, stop=stop):
                place = at(points[second].place)
                related = (
                    f"differs by {abs(difference)} from that at {place}"
                    if sign > 0
                    else f"and that at {place} add up to {difference} modulo the order of {crv}"
                )
                yield self.finding(
                    points[first],
                    f"the private number {related}, so whoever has one has both",
                    at="/x",
                    witness={"crv": crv, **hexadecimal(**{"difference" if sign > 0 else "sum": difference})},
                )
