"""The secret x from nonces that a counter or a recurrence made, each known as k ≡ a·x + b modulo the order n.

The nonces stand in the order in which they were made. With `signed`, each may have been negated: ECDSA signers that
keep s below n/2 do that to half of them.
"""

from __future__ import annotations

import math
from itertools import combinations, islice, product
from typing import TYPE_CHECKING

import gmpy2

from jwtctl.cryptanalysis.factoring import never
from jwtctl.cryptanalysis.hidden_number import Relation
from jwtctl.cryptanalysis.lattice_reduction import flint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

MAX_WINDOWS = 64
"""Every search looks at so many runs of successive nonces, from the first on …"""
MAX_SIGNED_WINDOWS = 16
"""… and, with `signed`, for negated ones in so many."""


def counter(
    relations: Sequence[Relation],
    n: int,
    check: Callable[[int], bool],
    *,
    gaps: int = 1,
    signed: bool = False,
    stop: Callable[[], bool] = never,
) -> int | None:
    """The secret x if three successive nonces are k, k + u·c, k + (u + v)·c, for any k and c and u, v ≤ gaps.

    With `gaps` above 1 a few nonces between them may be unknown. None if there is none or `stop()` turns true.
    """
    steps = [(u, v) for u in range(1, gaps + 1) for v in range(1, gaps + 1) if math.gcd(u, v) == 1]

    def secrets(window: Sequence[Relation]) -> Iterator[int]:
        (a, b), (c, d), (e, f) = window
        for u, v in steps:
            # v·(second - first) = u·(third - second)
            yield from _root(v * (c - a) - u * (e - c), v * (d - b) - u * (f - d), n)

    return _search(relations, 3, secrets, check, signed=signed, stop=stop)


def congruential(
    relations: Sequence[Relation],
    n: int,
    check: Callable[[int], bool],
    *,
    multiplier: int = 1,
    increment: int = 0,
    signed: bool = False,
    stop: Callable[[], bool] = never,
) -> int | None:
    """The secret x if a nonce is multiplier·k + increment modulo n, where k is the one before it.

    None if there is none or `stop()` turns true.
    """

    def secrets(window: Sequence[Relation]) -> list[int]:
        (a, b), (c, d) = window
        return _root(c - multiplier * a, d - multiplier * b - increment, n)

    return _search(relations, 2, secrets, check, signed=signed, stop=stop)


def recurrence(
    relations: Sequence[Relation],
    n: int,
    check: Callable[[int], bool],
    *,
    degree: int = 1,
    signed: bool = False,
    stop: Callable[[], bool] = never,
) -> int | None:
    """The secret x if each nonce is f of the one before it modulo n, for an unknown polynomial f of this degree.

    Takes degree + 3 nonces: four for a linear congruential generator modulo n. It gives a polynomial in x of degree
    1 + degree·(degree + 1)/2. A generator modulo another number than n is not found.

    Args:
        relations: of nonces.
        n: order of the group, a prime.
        check: whether a number is the secret.
        degree: of f, from 1 on.
        signed: any nonce may have been negated.
        stop: polled before each polynomial.

    Raises:
        MissingExtraError: if python-flint is not installed.

    Source: Macchetti, A novel related nonce attack for ECDSA, 2023, ePrint 2023/305 ("Polynonce"), with divided
    differences in place of its recursion.
    """
    module = flint("the search for a recurrence")
    ring = module.fmpz_mod_poly_ctx(module.fmpz_mod_ctx(n))

    def secrets(window: Sequence[Relation]) -> Iterator[int]:
        nonces = [ring([b, a]) for a, b in window]
        # The divided difference of degree + 2 points of f is 0; here without its denominators.
        total = ring(0)
        for i, value in enumerate(nonces[1:]):
            others = nonces[:i] + nonces[i + 1 : -1]
            term = math.prod((k - j for j, k in combinations(others, 2)), start=value)
            total += -term if i % 2 else term
        if not total.is_zero():
            yield from (int(root) for root in total.roots(multiplicities=False))

    return _search(relations, degree + 3, secrets, check, signed=signed, stop=stop)


def _root(a: int, b: int, n: int) -> list[int]:
    """The x with a·x + b ≡ 0 modulo a prime n, if it is one number."""
    return [int(-b * gmpy2.invert(a, n) % n)] if a % n else []


def _search(
    relations: Sequence[Relation],
    length: int,
    secrets: Callable[[Sequence[Relation]], Iterable[int]],
    check: Callable[[int], bool],
    *,
    signed: bool,
    stop: Callable[[], bool],
) -> int | None:
    windows = [relations[i : i + length] for i in range(min(len(relations) - length + 1, MAX_WINDOWS))]
    # First without negations; the sign of all together is of no matter.
    for pattern in islice(product((1, -1), repeat=length), 1 << (length - 1) if signed else 1):
        for window in windows if min(pattern) == 1 else windows[:MAX_SIGNED_WINDOWS]:
            if stop():
                return None
            for x in secrets([Relation(sign * a, sign * b) for sign, (a, b) in zip(pattern, window, strict=True)]):
                if check(x):
                    return x
    return None
