"""Keys that share one secret exponent, as when a reversed issuer rotates its modulus and keeps e; or one n with two d."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

from jwtctl.cryptanalysis import common_secret, exponent, factoring, ladder
from jwtctl.errors import InputError, MissingExtraError
from jwtctl.model import Attempt, Recovery

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Pair = tuple[int, int]

MAX_KEYS = common_secret.MAX_KEYS
"""So many keys are looked at together."""


def recover_several(
    pairs: Sequence[Pair],
    *,
    clock: Callable[[], float],
    stop: Callable[[], bool] = factoring.never,
    on_step: Callable[[Attempt], None] = lambda _: None,
    step_seconds: float = math.inf,
) -> Recovery:
    """Find the exponents of several keys, each by itself first, then together.

    Args:
        pairs: (n, d) of 2 to MAX_KEYS keys; the same n may stand twice, with another d.
        clock: monotonic seconds.
        stop: polled between and within the steps.
        on_step: is told of each step when it is over.
        step_seconds: longest time for one step.

    Returns:
        The recovery of the first key that was recovered, those of further ones among its `others`. Each was proved as
        `ladder.recover_exponent` does it.

    Raises:
        InputError: if the numbers of a key cannot be an RSA key, or there are more than MAX_KEYS.
    """
    distinct = list(dict.fromkeys(pairs))
    if not 2 <= len(distinct) <= MAX_KEYS:
        raise InputError(f"{len(distinct)} different keys, where 2 to {MAX_KEYS} can be attacked together")
    attempts: list[Attempt] = []
    notes: list[str] = []
    for n, d in distinct:
        alone = ladder.recover_exponent(n, d, clock=clock, stop=stop, on_step=on_step, step_seconds=step_seconds)
        attempts += alone.attempts
        if alone.recovered:
            return _with_others(replace(alone, attempts=tuple(attempts)), distinct, clock)
    alone_attempts, begin = len(attempts), clock()

    def cut() -> bool:
        return stop() or clock() - begin > step_seconds

    for method, bound, search in _steps(distinct, cut):
        if stop():
            notes.append(f"not finished: {method}")
            continue
        begin = clock()
        try:
            factors = search()
        except MissingExtraError as err:
            notes.append(f"not tried: {method} ({err.message}: {err.hint})")
            continue
        if not factors and cut():
            # It may have ended early: what its bound says was not searched to the end.
            notes.append(f"not finished: {method}")
            continue
        attempts.append(Attempt(method, bool(factors), clock() - begin, bound))
        on_step(attempts[-1])
        if factors:
            n, d = next(pair for pair in distinct if _divides(factors, pair[0]))
            found = ladder.recover_exponent(n, d, p=factors[0], clock=clock)
            if found.recovered:
                first = replace(found, method=method, attempts=tuple(attempts))
                return _with_others(first, distinct, clock)
    n, d = distinct[0]
    if len(attempts) > alone_attempts:
        notes.append(
            "heuristic: no one e of these lengths belongs to these keys; no proof is known that lattices never miss"
        )
    notes += [
        "unknown: longer exponents, and one for each key",
        "this does not show that the keys are safe",
    ]
    return Recovery(n=n, d=d, attempts=tuple(attempts), notes=tuple(notes))


def _steps(pairs: Sequence[Pair], stop: Callable[[], bool]) -> Iterator[tuple[str, str, Callable[[], tuple[int, ...]]]]:
    for (n, d1), (m, d2) in combinations(pairs, 2):
        if n == m:
            bits = common_secret.two_exponents_bits(n)
            yield (
                "two-exponents",
                f"two different e of up to {bits} bits each under one modulus, for d and d'",
                partial(_two_exponents, n, d1, d2),
            )
    distinct = list({n: (n, d) for n, d in pairs}.values())
    if len(distinct) > 1:
        bits = common_secret.common_secret_bits([n for n, _ in distinct])
        yield (
            "common-secret-exponent",
            f"one e of up to {bits} bits that belongs to all {len(distinct)} moduli",
            partial(_common_exponent, distinct, stop),
        )


def _two_exponents(n: int, d1: int, d2: int) -> tuple[int, ...]:
    return common_secret.two_exponents_one_modulus(n, d1, d2) or ()


def _common_exponent(pairs: Sequence[Pair], stop: Callable[[], bool]) -> tuple[int, ...]:
    found = common_secret.common_secret_exponent(pairs, stop)
    return found[0] if found else ()


def _divides(factors: tuple[int, ...], n: int) -> bool:
    return n % factors[0] == 0


def _with_others(found: Recovery, pairs: Sequence[Pair], clock: Callable[[], float]) -> Recovery:
    """With every further key to which the same e, or the same factors, belong."""
    others = []
    for n, d in pairs:
        if (n, d) == (found.n, found.d) or found.e is None:
            continue
        if n == found.n:
            others.append(ladder.recover_exponent(n, d, p=found.factors[0], clock=clock))
        elif exponent.satisfies(n, found.e, d):
            others.append(ladder.recover_exponent(n, d, e=found.e, clock=clock))
    recovered = tuple(other for other in others if other.recovered)
    missed = len(pairs) - 1 - len(recovered)
    notes = (*found.notes, f"{missed} of the {len(pairs)} keys have another e") if missed else found.notes
    return replace(found, others=recovered, notes=notes)
