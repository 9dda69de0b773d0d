"""Which lattices are worth their time: the searches for a short secret exponent, from cheap to dear.

A search is a shape of the lattice and the number of bits of p + q that are guessed; a guess of none is the direct
lattice. `scan_intervals` makes either.
"""

from __future__ import annotations

from typing import NamedTuple

from jwtctl.cryptanalysis.boneh_durfee import SHAPES, Problem, Shape, interval_count, y_bits

MAX_GUESS_BITS = 16

_GROWTH = 1.5
_SECONDS = {
    # dimension: of the first reduction at 2048 bits, and of a step at any length
    8: (0.006, 0.00010),
    10: (0.017, 0.00013),
    14: (0.025, 0.00033),
    18: (0.09, 0.00065),
    27: (0.5, 0.0027),
    32: (1.4, 0.0050),
    38: (2.2, 0.0080),
    44: (6.0, 0.018),
    50: (13.0, 0.0280),
    57: (30.0, 0.0470),
}


class Search(NamedTuple):
    """One search and what is expected of it.

    Attributes:
        shape: of the lattice.
        guess_bits: of p + q.
        e_bits: every e of up to so many bits should be found, if p and q have a ratio below √2.
        intervals: how many there are.
        seconds: of one core for all of them; a rough estimate. Half of all sums p + q of random primes lie in the first
            twelfth of the range.
    """

    shape: Shape
    guess_bits: int
    e_bits: int
    intervals: int
    seconds: float


def predicted_bits(n: int, d: int, shape: Shape, guess_bits: int = 0, *, G: int = 1) -> int:
    """The length up to which every e should be found; heuristic, see `direct_lattice`."""
    return Problem(n, d, G, shape, y_bits(n, guess_bits)).e_bits


def predicted_seconds(n: int, shape: Shape, guess_bits: int = 0) -> float:
    """Seconds of one core for all intervals of one of SHAPES, roughly: measured on one machine (AMD EPYC, 2026)."""
    first, step = _SECONDS[shape.dimension]
    scale: float = (n.bit_length() / 2048) ** 1.4
    return first * scale + step * (interval_count(n, guess_bits) - 1)


def plan(n: int, d: int, budget: float, *, G: int = 1) -> tuple[Search, ...]:
    """The searches that are worthwhile one after another, each dearer than the one before it and reaching further.

    Each costs at least one and a half times as much as the one before, so that all of them together cost no more than
    three times the last. What they are expected to cost together stays within the budget.

    Args:
        n: modulus.
        d: the exponent that is known, of any length.
        budget: seconds of one core for this G.
        G: as for `scan_intervals`; USUAL_GCD makes one plan that serves most keys.
    """
    searches = sorted(
        (
            Search(
                shape,
                guess_bits,
                predicted_bits(n, d, shape, guess_bits, G=G),
                interval_count(n, guess_bits),
                predicted_seconds(n, shape, guess_bits),
            )
            for shape in SHAPES
            for guess_bits in range(MAX_GUESS_BITS + 1)
            if y_bits(n, guess_bits) > 0
        ),
        key=lambda search: (search.seconds, -search.e_bits),
    )
    chosen: list[Search] = []
    # From the dearest downwards: what costs more and reaches no further than another is never worth it.
    best = [s for i, s in enumerate(searches) if all(s.e_bits > earlier.e_bits for earlier in searches[:i])]
    while best and sum(s.seconds for s in chosen) + best[-1].seconds > budget:
        best.pop()
    for search in reversed(best):
        if not chosen or search.seconds * _GROWTH <= chosen[-1].seconds:
            chosen.append(search)
    while chosen and sum(s.seconds for s in chosen) > budget:
        chosen.pop(0)
    return tuple(reversed(chosen))
