"""What a leak gave away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jwtctl.model.key import Key


@dataclass(frozen=True, slots=True)
class Attempt:
    """One step of a search for a secret.

    Attributes:
        method: kebab-case name of the step (`stored-exponent`, `common-exponents`, `continued-fraction` …).
        found: whether it gave the secret.
        seconds: time it took.
        bound: what a miss of this step excludes, in plain words.
    """

    method: str
    found: bool
    seconds: float
    bound: str = ""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a leak gave away, each part proved before it was put here.

    Attributes:
        n, e, d: modulus, signing exponent and verification exponent, when known.
        factors: the prime factors of n, descending; empty if n was not factored.
        method: the step that succeeded, empty if none did.
        attempts: every step that was tried, in order.
        notes: what is to be said about the result or about its absence, one sentence each.
        keys: what tokens alone gave away: the (n, e) of an RSA issuer, or the candidates for the public key of an
            ECDSA issuer.
        public_only: whether that is the public key of an ordinary issuer, with which nobody can sign.
        others: further keys that fell with this one, since they share its exponent or its modulus.
    """

    n: int | None = None
    e: int | None = None
    d: int | None = None
    factors: tuple[int, ...] = ()
    method: str = ""
    attempts: tuple[Attempt, ...] = ()
    notes: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ()
    public_only: bool = False
    others: tuple[Recovery, ...] = ()

    @property
    def recovered(self) -> bool:
        """Whether a step succeeded."""
        return bool(self.method)

    def __repr__(self) -> str:
        """Names the result without showing any number."""
        return f"<Recovery method={self.method!r} factors={len(self.factors)}>"
