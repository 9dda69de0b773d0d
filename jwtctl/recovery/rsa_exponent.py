"""From a leaked RSA key, or a reversed one, to the other exponent, the factors, and a forged token as the proof."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from jwtctl.cryptanalysis import exponent, ladder
from jwtctl.errors import KeyMaterialError
from jwtctl.jose import forge
from jwtctl.jose.multi_prime import private_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jwtctl.model import Attempt, Key, Recovery

LARGEST_ORDINARY_EXPONENT = 1 << 64
"""A longer public exponent is taken for a private one that was published: no library makes it."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was checked again, by other code than the search, before a result is told.

    Attributes:
        exponent_identity: m^(e·d) = m modulo n for several m; None if there is but one exponent.
        factors_multiply: the factors are n; False if it was not factored, None if that was not to be expected.
        forged_token_verifies: a token signed with e alone is accepted under (n, d), or is what the issuer would have
            signed if d is not known; None if n is too short for one, or nothing that signs was found.
        forged_token: that token, if somebody asked for it.
        tokens_verify: the tokens from which a key was recovered verify under it; None if there were none.
    """

    exponent_identity: bool | None = None
    factors_multiply: bool | None = None
    forged_token_verifies: bool | None = None
    forged_token: str = ""
    tokens_verify: bool | None = None


def recover(
    leak: Key,
    *,
    clock: Callable[[], float],
    stop: Callable[[], bool],
    on_step: Callable[[Attempt], None] = lambda _: None,
    lattices: ladder.Lattices = ladder.NO_LATTICES,
    step_seconds: float = math.inf,
) -> Recovery:
    """Find the exponent that a leak withholds, and the factors.

    Args:
        leak: an RSA key: (n, d) with or without the rest, or a public key whose exponent is too long to be one.
        clock: monotonic seconds.
        stop: true when the budget is spent.
        on_step: told of each step when it is over.
        lattices: what may be spent on lattices, and how they are run.
        step_seconds: longest time for one step.

    Raises:
        KeyMaterialError: if nothing in it has leaked, or it is no RSA key.
        InputError: if its numbers cannot be an RSA key.
    """
    if leak.kty != "RSA":
        raise KeyMaterialError(
            f"this is a key of type {leak.kty}: there is no exponent to recover",
            hint="whoever holds a private key of this type already has the public one: jwtctl key public KEY",
        )
    numbers = leak.numbers
    climb = partial(
        ladder.recover_exponent, clock=clock, stop=stop, on_step=on_step, lattices=lattices, step_seconds=step_seconds
    )
    if "d" in numbers:
        return climb(numbers["n"], numbers["d"], e=numbers.get("e"), p=numbers.get("p"), q=numbers.get("q"))
    if numbers.get("e", 0) < LARGEST_ORDINARY_EXPONENT:
        raise KeyMaterialError(
            "this is an ordinary RSA public key: nothing has leaked",
            hint="give the key that the services hold, or a public key whose exponent is huge",
        )
    return climb(numbers["n"], numbers["e"])


def prove(found: Recovery, claims: Mapping[str, Any] | None, header: Mapping[str, Any]) -> Proof:
    """Check a result once more, and mint a token with it.

    Args:
        found: what a search gave.
        claims: of the token to hand out; None mints one for the proof alone.
        header: header parameters of the token besides `alg`.

    Returns:
        What held; without a token if the modulus is too short for any RSA signature.
    """
    if found.n is None or found.e is None or found.d is None:
        return Proof(exponent_identity=False, factors_multiply=False)
    proof = numbers_proof(found)
    try:
        token = forge.forge(claims or {}, header, n=found.n, exponent=found.e)
    except KeyMaterialError:
        return proof
    accepted = forge.accepts(token, n=found.n, exponent=found.d)
    handed_out = token if accepted and claims is not None else ""
    return replace(proof, forged_token_verifies=accepted, forged_token=handed_out)


def numbers_proof(found: Recovery) -> Proof:
    """What can be checked of a result without a token."""
    if found.n is None or found.e is None or found.d is None:
        return Proof(exponent_identity=False, factors_multiply=False)
    multiply = bool(found.factors) and math.prod(found.factors) == found.n
    return Proof(exponent.satisfies(found.n, found.e, found.d), multiply)


def whole_key(leak: Key, found: Recovery) -> Key:
    """The leaked key with everything that was missing from it; `jose.library_limits` says who will refuse it.

    A key of more than two primes holds the further ones in the `oth` member of its JWK.

    Raises:
        KeyMaterialError: if n was not factored, or has a prime factor twice, which no standard format holds.
    """
    if found.n is None or found.e is None or found.d is None or math.prod(found.factors) != found.n:
        raise KeyMaterialError("a key whose modulus was not factored cannot be written as a private key")
    numbers, others = private_numbers(found.e, found.d, found.factors)
    members = {"oth": others} if others else {}
    return leak._replace(numbers=numbers, members=members, alg=leak.alg, key_ops=None, defects=())
