"""The hidden number problem: a secret x from nonces k = a·x + b of which a few bits are known or alike.

What signs with such nonces does not matter: ECDSA has k = r·x/s + z/s, EdDSA r = S - h·x.
"""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, NamedTuple

import gmpy2

from jwtctl.cryptanalysis.factoring import never
from jwtctl.cryptanalysis.lattice_reduction import flint

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_SAMPLES = 110
"""`hidden_number` puts no more nonces into a lattice: 4 s at 256 bits, 20 s at 384."""

# log2 of the factor by which LLL misses the shortest vector, for each dimension, and the log2 of the gap from which on
# lattices gave the secret always, and at all: fitted to some 400 lattices of 18 to 92 dimensions and 256 to 521 bits.
_LLL = 0.0306
_SURE = -0.3
_HOPELESS = -1.3


class Relation(NamedTuple):
    """A nonce that is known but for the secret x: k ≡ a·x + b modulo the order n."""

    a: int
    b: int


def without_low_bits(relations: Sequence[Relation], n: int, bits: int, low: int = 0) -> list[Relation]:
    """Relations for (k - low) / 2^bits, where every k ends with the same `bits` bits.

    The quotient lies in [0, n / 2^bits] if k ends with `low`. If it is not known with what they end, leave `low` at 0:
    the quotients then have an unknown number modulo n in common, as `hidden_number` takes it with `alike`.
    """
    inverse = int(gmpy2.invert(1 << bits, n))
    return [Relation(a * inverse % n, (b - low) * inverse % n) for a, b in relations]


def samples(n: int, width: int, available: int, *, alike: bool = False) -> int:
    """How many of the available nonces `hidden_number` puts into a lattice; 0 if they are too few, or too little is known of them.

    Args:
        n: order of the group.
        width: the nonces lie in an interval of this length.
        available: how many there are.
        alike: the interval is anywhere.
    """
    bias = math.log2(n) - math.log2(width)

    def gap(count: int) -> float:
        # Gaussian heuristic for the shortest vector of `_basis` over the length of the target, both per √dimension.
        return (bias * count - math.log2(n)) / (count + 1) - 0.25 - _LLL * (count + 1)

    spent = int(alike)
    counts = [i for i in range(2, min(available - spent, MAX_SAMPLES) + 1) if bias * i > math.log2(n)]
    best = max(counts, key=gap, default=0)
    if not best or gap(best) < _HOPELESS:
        return 0
    return next((count for count in counts if gap(count) > _SURE and bias * count > math.log2(n) + 8), best) + spent


def hidden_number(
    relations: Sequence[Relation],
    n: int,
    width: int,
    check: Callable[[int], bool],
    *,
    low: int = 0,
    alike: bool = False,
    tries: int = 4,
    stop: Callable[[], bool] = never,
) -> int | None:
    """The secret x if all nonces lie in [low, low + width).

    Found each time, 10 of 10 or 20 of 20 random keys, by the bits that the width lacks of a 256-bit order: with 5
    signatures for 64 bits, 9 for 32, 17 for 16, 36 for 8 (0.15 s), 44 for 7, 52 for 6 (0.7 s), 80 for 5 (4 s); one more
    if they are `alike`. At 384 bits 55 for 8 (2 s) and 85 for 7 (4 s, 3 of 3); at 521 bits 104 for 8 (9 s, 2 of 2) and
    70 for 9 (4 s), which is SHA-512 reduced modulo the order of P-521, CVE-2024-31497. Fewer bits take better reduction
    than LLL, or more than lattices.

    Known parts of single nonces are subtracted from their b beforehand; for low bits see `without_low_bits`.

    Args:
        relations: of nonces. A single one that does not lie in the interval spoils the lattices that it gets into.
        n: order of the group, a prime.
        width: length of the interval.
        check: whether a number is the secret.
        low: where the interval begins: -width/2 for nonces of which the sign is lost.
        alike: the interval begins anywhere, `low` has no meaning.
        tries: lattices to reduce at most, each of another choice or another order of the nonces.
        stop: polled before each lattice, of which one takes from 1 ms to 20 s.

    Returns:
        x, for which `check` held; None if there is none, `samples` says 0, or `stop()` turned true.

    Raises:
        MissingExtraError: if python-flint is not installed.

    Source: Boneh, Venkatesan, Hardness of computing the most significant bits of secret keys, 1996; Breitner, Heninger,
    Biased nonce sense, 2019; x eliminated and nonces centred as in Albrecht, Heninger, On bounded distance decoding with
    predicate, 2021.
    """
    # Nonces of equal a are equal, or lie: either way one of them says all.
    distinct = [Relation(a, b) for a, b in {a % n: b % n for a, b in relations}.items() if a]
    count = samples(n, width, len(distinct), alike=alike)
    shuffle = random.Random(count)  # noqa: S311 - chooses what to try, the same in every run
    for _ in range(tries if count else 0):
        if stop():
            return None
        chosen = shuffle.sample(distinct, count)
        for x in _candidates(chosen, n, width, 0 if alike else low, alike=alike):
            if check(x):
                return x
    return None


def _candidates(relations: Sequence[Relation], n: int, width: int, low: int, *, alike: bool) -> list[int]:
    """What the rows of the reduced lattice say of x."""
    centre = low + width // 2
    # The length that a centred nonce has in the mean; Kannan's embedding is best where its own coordinate has it too.
    weight = max(width * 1000 // 3464, 1)
    reduced = flint("lattice reduction").fmpz_mat(_basis(relations, n, centre, weight, alike=alike)).lll()
    found = []
    for row in reduced.tolist():
        if abs(row[-1]) != weight:
            continue
        sign = 1 if row[-1] > 0 else -1
        nonces = [centre + sign * int(value) for value in row[:2]]
        (a, b), (c, d) = relations[:2]
        if alike:
            # Only differences are known: multiples of (1, 1 …) are lattice vectors.
            a, b, nonces[0] = a - c, b - d, nonces[0] - nonces[1]
        found.append(int((nonces[0] - b) * gmpy2.invert(a, n) % n))
    return found


def _basis(relations: Sequence[Relation], n: int, centre: int, weight: int, *, alike: bool) -> list[list[int]]:
    """Of all x·(a_1 …) + y·(b_1 - centre …) modulo n, with y·weight as a last coordinate; plus z·(1 …) if `alike`."""
    rows = [[a for a, _ in relations], *[[1] * len(relations)] * alike, [b - centre for _, b in relations]]
    pivots = len(rows) - 1
    for pivot in range(pivots):
        inverse = int(gmpy2.invert(rows[pivot][pivot], n))
        rows[pivot] = [value * inverse % n for value in rows[pivot]]
        for i, row in enumerate(rows):
            if i != pivot:
                rows[i] = [(value - row[pivot] * unit) % n for value, unit in zip(row, rows[pivot], strict=True)]
    size = len(relations) + 1
    moduli = [[n * (i == j) for j in range(size)] for i in range(pivots, size - 1)]
    *generators, target = rows
    return [*moduli, *([*row, 0] for row in generators), [*target, weight]]
