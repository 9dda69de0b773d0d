"""JWKs whose alg cannot be used with their key type or curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.base import KeyCheck
from jwtctl.jose.algorithms import SIGNATURES
from jwtctl.jose.generate import ALGORITHMS
from jwtctl.keysets.identity import short
from jwtctl.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.checks.audit import Audit
    from jwtctl.model import Finding, Key

_ECDH_CURVES = ("P-256", "P-384", "P-521", "X25519", "X448")


class JwkAlgKtyMismatch(KeyCheck):
    """The alg of a JWK does not fit its key type or curve.

    Why it matters:
        A verifier that follows the key's type and one that follows its alg come to different answers, and in that gap
        lives algorithm confusion: an RSA key that says HS256 invites a library to take the public key as an HMAC
        secret, which everybody knows. At best the key is refused and tokens are lost.

    What to do:
        Correct alg to one that fits: RS256 or PS256 for RSA, ES256 for P-256, ES384 for P-384, ES512 for P-521,
        ES256K for secp256k1, Ed25519 or Ed448 for the curve of that name, HS256 for oct.
    """

    id = "jwk-alg-kty-mismatch"
    severity = Severity.HIGH
    cites = ("RFC 7518 section 3.1", "RFC 8725 section 3.1", "RFC 9864 section 2")

    def applies(self, key: Key, audit: Audit) -> bool:
        return key.alg is not None

    def find(self, key: Key, audit: Audit) -> Iterator[Finding]:
        taken = _taken_by(key.alg or "")
        if taken is None:
            return
        types, curves = taken
        if key.kty not in types:
            yield self.finding(
                key, f"alg {short(key.alg or '')!r} takes a key of type {' or '.join(types)}, not {key.kty}", at="/alg"
            )
        elif curves and key.crv not in curves:
            yield self.finding(key, f"alg {key.alg!r} takes a key on {' or '.join(curves)}, not {key.crv}", at="/alg")


def _taken_by(alg: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Key types and curves that an algorithm takes; None if it is not known."""
    if alg in SIGNATURES:
        return (SIGNATURES[alg].kty,), SIGNATURES[alg].crvs
    if alg not in {*ALGORITHMS, "RSA1_5"} and not alg.startswith("PBES2-"):
        return None
    if alg.startswith("ECDH-ES"):
        return ("EC", "OKP"), _ECDH_CURVES
    if alg.startswith("RSA"):
        return ("RSA",), ()
    return ("oct",), ()
