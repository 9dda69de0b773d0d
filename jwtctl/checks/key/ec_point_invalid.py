"""EC public keys that are no point of their curve."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jwtctl.checks.base import KeyCheck
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class _Curve(NamedTuple):
    """y² = x³ + a·x + b modulo p."""

    p: int
    a: int
    b: int


# SEC 2 version 2.0, sections 2.4.1, 2.4.2, 2.5.1 and 2.6.1; NIST SP 800-186 section 3.2.1 for the P curves.
_CURVES = {
    "P-256": _Curve(
        2**256 - 2**224 + 2**192 + 2**96 - 1,
        -3,
        0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    ),
    "P-384": _Curve(
        2**384 - 2**128 - 2**96 + 2**32 - 1,
        -3,
        0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
    ),
    "P-521": _Curve(
        2**521 - 1,
        -3,
        0x0051953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF109E156193951EC7E937B1652C0BD3BB1BF073573DF883D2C34F1EF451FD46B503F00,
    ),
    "secp256k1": _Curve(2**256 - 2**32 - 977, 0, 7),
}


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

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.kty == "EC" and key.crv in _CURVES and {"x", "y"} <= key.numbers.keys()

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        x, y, (p, a, b) = key.numbers["x"], key.numbers["y"], _CURVES[str(key.crv)]
        beyond = [name for name, coordinate in (("x", x), ("y", y)) if coordinate >= p]
        if beyond:
            yield self.finding(key, f"{' and '.join(beyond)} not below the prime of {key.crv}", at=f"/{beyond[0]}")
        elif x == y == 0:
            yield self.finding(key, f"x and y are 0, which stands for no point of {key.crv}", at="/x")
        elif (y * y - (x * x * x + a * x + b)) % p:
            yield self.finding(key, f"(x, y) does not satisfy the equation of {key.crv}", at="/y")
