"""Edwards and Montgomery public keys in a small subgroup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.cryptanalysis.edwards import EDWARDS_CURVES, decode
from jwtctl.cryptanalysis.small_order import MONTGOMERY_CURVES, has_small_order, order
from jwtctl.errors import KeyMaterialError
from jwtctl.jose import forge
from jwtctl.jose.algorithms import OKP_OCTETS
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key

_TRIES = 256
"""Messages tried for a forgery: one in 8 verifies, for the point of the largest small order."""


class OkpLowOrder(KeyCheck):
    """A public key lies in a small subgroup of its curve.

    Why it matters:
        No private key belongs to such a point. Under an Ed25519 or Ed448 key of small order everybody can make
        signatures that verify, without any secret. With an X25519 or X448 key of small order the shared secret is
        zero, whatever the other side contributes. A point that is sound but for a small part makes verifiers disagree:
        some accept a signature, some refuse it.

    What to do:
        Treat every token under this key as forged and find out who put it there: no generator makes it. Have services
        refuse such keys (RFC 7748 section 6.1).
    """

    id = "okp-low-order"
    severity = Severity.HIGH
    cites = ("RFC 7748 section 6.1", "RFC 8032 section 5.1.7", "Chalkias, Garillot, Nikolaenko, Taming EdDSAs, 2020")
    proof = "the order of the point; for signatures, one that nobody's secret made"

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.kty == "OKP" and len(key.octets.get("x", b"")) == OKP_OCTETS.get(str(key.crv))

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        crv, x = str(key.crv), key.octets["x"]
        if crv in MONTGOMERY_CURVES:
            # The last bit of an X25519 key is not part of the number (RFC 7748 section 5).
            u = int.from_bytes(x, "little") & ((1 << MONTGOMERY_CURVES[crv].p.bit_length()) - 1)
            if has_small_order(MONTGOMERY_CURVES[crv], u):
                yield self.finding(key, f"x is a point of small order on {crv}: every shared secret is zero", at="/x")
            return
        curve = EDWARDS_CURVES[crv]
        # okp-point-invalid speaks of what encodes no point; the number itself, reduced, may still be one of these.
        point = decode(curve, x)
        found = order(curve, point) if point else curve.n
        if found is None:
            yield self.finding(
                key, f"x has a part of small order on {crv}: verifiers disagree", at="/x", severity=Severity.MEDIUM
            )
        elif found < curve.n:
            yield self._small(key, found)

    def _small(self, key: Key, found: int) -> Finding:
        message = f"x is a point of order {found} on {key.crv}"
        if witness := _forgery(key):
            return self.finding(
                key,
                f"{message}, so everybody can sign without any secret",
                at="/x",
                witness=witness,
                severity=Severity.CRITICAL,
            )
        return self.finding(key, message, at="/x")


def _forgery(key: Key) -> Mapping[str, str]:
    """A message and a signature that verifies under a key of small order, made from public numbers alone.

    R is the base point and S is 1, so that S·B = R + h·A holds whenever h·A vanishes.
    """
    curve, length = EDWARDS_CURVES[str(key.crv)], OKP_OCTETS[str(key.crv)]
    base = (curve.y | (curve.x & 1) << (8 * length - 1)).to_bytes(length, "little")
    signature = base + (1).to_bytes(length, "little")
    for number in range(_TRIES):
        message = f"forged {number}"
        try:
            if forge.accepts_edwards(key, message.encode(), signature):
                return {"message": message, "signature": signature.hex()}
        except KeyMaterialError:
            return {}
    return {}
