"""EC public keys that are no point of their curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.cryptanalysis.weierstrass import CURVES
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class EcPointInvalid(KeyCheck):
    """An EC public key is not a point of its curve.

    Why it matters:
        A number pair that does not satisfy the curve's equation lies on another curve, mostly a weak one. Whoever
        multiplies it by a private key, as in ECDH-ES, gives that key away bit by bit: this is the invalid-curve
        attack, found in several JWE libraries in 2017. A verifier that checks refuses the key, so that no token
        under it is accepted; one that does not check computes nonsense.

    What to do:
        Compare the key with the original: mostly x and y were exchanged, cut, or damaged. Have services refuse such
        points (RFC 8725 section 3.4).
    """

    id = "ec-point-invalid"
    severity = Severity.CRITICAL
    cites = ("RFC 8725 section 3.4", "NIST SP 800-186 appendix D.1")
    proof = "the equation of the curve, which fails"

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.kty == "EC" and key.crv in CURVES and {"x", "y"} <= key.numbers.keys()

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        x, y, curve = key.numbers["x"], key.numbers["y"], CURVES[str(key.crv)]
        beyond = [name for name, coordinate in (("x", x), ("y", y)) if coordinate >= curve.p]
        if beyond:
            yield self.finding(key, f"{' and '.join(beyond)} not below the prime of {key.crv}", at=f"/{beyond[0]}")
        elif x == y == 0:
            yield self.finding(key, f"x and y are 0, which stands for no point of {key.crv}", at="/x")
        elif (y * y - (x * x * x + curve.a * x + curve.b)) % curve.p:
            yield self.finding(key, f"(x, y) does not satisfy the equation of {key.crv}", at="/y")
