"""Signed tokens sorted by the key that made them, and the numbers that their signatures are for attacks on nonces."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from jwtctl.checks.curve_points import point_of
from jwtctl.cryptanalysis import ecdsa_nonces, eddsa_nonces
from jwtctl.cryptanalysis.ecdsa_public_key import ecdsa_public_keys
from jwtctl.cryptanalysis.weierstrass import CURVES
from jwtctl.errors import TokenError
from jwtctl.jose.signature_equation import EcdsaEquation, equation_of
from jwtctl.jose.token import numeric_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from jwtctl.checks.token_audit import TokenAudit
    from jwtctl.cryptanalysis.weierstrass import Point
    from jwtctl.model import GivenToken

_PIVOTS = 4
"""Signatures of one issuer and kid from which its public key is computed where it is not known."""


class EcdsaSigned(NamedTuple):
    """A token over one of the curves of ECDSA, and what its signature is."""

    token: GivenToken
    crv: str
    signature: ecdsa_nonces.Signature


def ecdsa_signed(tokens: Iterable[GivenToken]) -> list[EcdsaSigned]:
    """The different tokens with an ECDSA signature that may be one, the older ones first."""
    found: dict[str, EcdsaSigned] = {}
    for token in tokens:
        if token.token is None or not isinstance(token.alg, str) or not token.alg.startswith("ES"):
            continue
        try:
            equation = equation_of(token.token)
        except TokenError:
            continue
        if isinstance(equation, EcdsaEquation):
            numbers = ecdsa_nonces.Signature(equation.z, equation.r, equation.s)
            found.setdefault(token.text, EcdsaSigned(token, equation.crv, numbers))
    return sorted(found.values(), key=lambda signed: numeric_date(signed.token.claims.get("iat")) or 0)


def by_signer(
    signed: Iterable[EcdsaSigned], audit: TokenAudit, stop: Callable[[], bool]
) -> Mapping[tuple[str, Point], list[EcdsaSigned]]:
    """Tokens by curve and public point: a trusted key under which they verify, else what two of an issuer and kid give.

    Which tokens hold under a point that was computed is not checked: `find_bias` does that.
    """
    found: dict[tuple[str, Point], list[EcdsaSigned]] = defaultdict(list)
    unknown: dict[tuple[str, ...], list[EcdsaSigned]] = defaultdict(list)
    for each in signed:
        token = each.token
        if audit.key_sets and (key := audit.verified_with(token)) is not None and (point := point_of(key)):
            found[each.crv, point].append(each)
        else:
            unknown[each.crv, repr(token.claims.get("iss")), repr(token.header.get("kid"))].append(each)
    for (crv, *_), group in unknown.items():
        if len(group) > 1 and not stop():
            for point in _common_points(crv, group[:_PIVOTS]):
                found[crv, point] += group
    return found


def _common_points(crv: str, signed: Sequence[EcdsaSigned]) -> list[Point]:
    counts = Counter(point for each in signed for point in set(ecdsa_public_keys(CURVES[crv], *each.signature)))
    return [point for point, count in counts.items() if count > 1]


class EddsaSigned(NamedTuple):
    """A token with an Ed25519 or Ed448 signature."""

    token: GivenToken
    crv: str
    R: bytes
    S: int

    def under(self, public: bytes) -> eddsa_nonces.Signature:
        """Its numbers as the signature of a public key (RFC 8032 sections 5.1.6 and 5.2.6)."""
        message = self.token.token.signing_input if self.token.token is not None else b""
        if self.crv == "Ed25519":
            digest = hashlib.sha512(self.R + public + message).digest()
        else:
            digest = hashlib.shake_256(b"SigEd448\0\0" + self.R + public + message).digest(114)
        return eddsa_nonces.Signature(int.from_bytes(digest, "little"), self.R, self.S)


def eddsa_signed(tokens: Iterable[GivenToken]) -> list[EddsaSigned]:
    """The different tokens with an EdDSA signature of one of the two lengths."""
    found: dict[str, EddsaSigned] = {}
    for token in tokens:
        if token.token is None or token.alg not in ("EdDSA", "Ed25519", "Ed448"):
            continue
        signature = token.token.signature
        crv = {64: "Ed25519", 114: "Ed448"}.get(len(signature))
        if crv and token.alg in ("EdDSA", crv):
            half = len(signature) // 2
            number = int.from_bytes(signature[half:], "little")
            found.setdefault(token.text, EddsaSigned(token, crv, signature[:half], number))
    return list(found.values())
