"""Edwards and Montgomery public keys that are no proper encoding of a point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.cryptanalysis.edwards import EDWARDS_CURVES, decode
from jwtctl.cryptanalysis.small_order import MONTGOMERY_CURVES
from jwtctl.jose.algorithms import OKP_OCTETS
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key


class OkpPointInvalid(KeyCheck):
    """The public key of an Edwards or Montgomery curve encodes no point.

    Why it matters:
        Half of all octet strings are no point of Ed25519 or Ed448, and RFC 8032 has verifiers refuse them: no token
        under such a key is ever valid. Libraries that look only at the length load it all the same, so that the fault
        shows late. For X25519 and X448 a number beyond the field is read as another one: the key then has two texts.

    What to do:
        Compare the key with the original: mostly octets were lost, turned round, or damaged. If the private key is
        there, leave x out and let `jwtctl key convert KEY` derive it.
    """

    id = "okp-point-invalid"
    severity = Severity.HIGH
    cites = ("RFC 8032 section 5.1.3", "RFC 8032 section 5.2.3", "RFC 7748 section 5")

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.kty == "OKP" and key.crv in OKP_OCTETS and "x" in key.octets

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        crv, x = str(key.crv), key.octets["x"]
        if len(x) != OKP_OCTETS[crv]:
            yield self.finding(key, f"x has {len(x)} octets, where {crv} requires {OKP_OCTETS[crv]}", at="/x")
        elif crv in EDWARDS_CURVES:
            if decode(EDWARDS_CURVES[crv], x) is None:
                yield self.finding(key, f"x encodes no point of {crv}", at="/x")
        elif int.from_bytes(x, "little") >= MONTGOMERY_CURVES[crv].p:
            yield self.finding(key, f"x is not reduced modulo the prime of {crv}", at="/x", severity=Severity.LOW)
