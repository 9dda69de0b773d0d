"""EdDSA private scalars from signatures whose nonces were not what RFC 8032 makes them.

S = ρ + h·a modulo n, where ρ·B = R, h is the digest of R, public key and message, and a the private scalar. Not the
seed: that is beyond a hash, but a signs as well, with any nonce.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import gmpy2

from jwtctl.cryptanalysis.edwards import EdwardsCurve, Point, multiply
from jwtctl.cryptanalysis.factoring import never
from jwtctl.cryptanalysis.hidden_number import Relation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_COMPARED = 8


class Signature(NamedTuple):
    """A digest h as an integer (taken modulo n), R as its octets, and S."""

    h: int
    R: bytes
    S: int


def belongs(curve: EdwardsCurve, scalar: int, public: Point) -> bool:
    """Whether scalar·B is the public point: the proof of every attack."""
    return 0 < scalar < curve.n and multiply(curve, scalar) == tuple(public)


def relations(curve: EdwardsCurve, signatures: Iterable[Signature]) -> list[Relation]:
    """The nonces as functions of the private scalar, ρ = -h·a + S: `hidden_number` and `linear_nonces` take them."""
    return [Relation(-h % curve.n, S % curve.n) for h, _, S in signatures]


def reused_nonce(
    curve: EdwardsCurve, public: Point, signatures: Iterable[Signature], stop: Callable[[], bool] = never
) -> int | None:
    """The private scalar modulo n if two signatures have equal R and different h.

    Either a signer took one nonce for two messages, or it is an oracle: it lets the caller pass a public key, and signs
    a message once under the right one and once under a wrong one, with the same nonce, since only h depends on it.

    Args:
        curve: the curve.
        public: the right public key.
        signatures: with h as the signer made it, so from the wrong public key where it signed under that. Each is
            compared with the first 8 different ones of equal R, so that a few false ones do no harm.
        stop: polled for each signature, which takes 3 ms for each other one of equal R.

    Source: Romailler, Pelissier, Practical fault attack against the Ed25519 and EdDSA signature schemes, 2017;
    Chalkias, Double public key signing function oracle attack on EdDSA, 2022.
    """
    seen: dict[bytes, list[Signature]] = defaultdict(list)
    for second in signatures:
        if stop():
            return None
        earlier = seen[second.R]
        for first in earlier:
            difference = (first.h - second.h) % curve.n
            if difference:
                scalar = int((first.S - second.S) * gmpy2.invert(difference, curve.n) % curve.n)
                if belongs(curve, scalar, public):
                    return scalar
        if len(earlier) < _COMPARED and second not in earlier:
            earlier.append(second)
    return None
