"""Lattices against (n, d) as rungs of a ladder: which to try one after another, for which gcd, split for how many cores."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from jwtctl.cryptanalysis.boneh_durfee import direct_lattice, gcd_candidates
from jwtctl.cryptanalysis.boneh_durfee_chain import scan_intervals
from jwtctl.cryptanalysis.lattice_plan import Search, plan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Tell = Callable[[Any], None]
    Part = Callable[[Tell], tuple[int, ...] | None]

_FIRST_SHARE = 0.8
_FIRST = 2
_MOST_GCDS = 8
_RATIOS = (1, 2, 3)
_SMALL_SHARE = 0.02
_BLOCKS = 4
"""Scans are dealt out in so many blocks per core: p + q lies low in its range, so that no core should have only the rest."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One search for one gcd.

    Attributes:
        G: gcd(p - 1, q - 1) if d was reduced modulo λ(n), and 1 if modulo φ(n).
        search: shape, guessed bits of p + q, and what is expected of them.
        wide: for primes with a ratio from √2 to 2 instead of one below √2.
    """

    G: int
    search: Search
    wide: bool = False

    @property
    def method(self) -> str:
        """Its name among the attempts."""
        return "boneh-durfee-chain" if self.search.guess_bits else "boneh-durfee"

    @property
    def reduced(self) -> str:
        """How d must have been reduced for it to succeed."""
        return "modulo phi(n)" if self.G == 1 else f"modulo lambda(n) with gcd(p-1, q-1) = {self.G}"

    @property
    def bound(self) -> str:
        """What a miss excludes, though without proof."""
        ratio = "a ratio from 1.4 to 2" if self.wide else "a ratio below 1.4"
        return f"every e of up to {self.search.e_bits} bits for two primes with {ratio}, if d was taken {self.reduced}"

    def parts(self, n: int, d: int, workers: int, stop: Callable[[], bool]) -> list[Part]:
        """The search as functions that may run side by side; each tells how many intervals it has done, of how many."""
        shape, guess_bits = self.search.shape, self.search.guess_bits
        if not guess_bits:
            indices = _RATIOS if self.wide else (0,)
            return [_direct(n, d, shape, self.G, index) for index in indices]
        return [_scan(n, d, self, blocks, stop) for blocks in dealt(self.search.intervals, workers) if blocks]


def rungs(n: int, d: int, seconds: float) -> list[Rung]:
    """The searches that are worth so many seconds of one core, cheapest first.

    Most of the time goes to d modulo φ(n) and to the least gcd that is possible, the rest to a few larger ones.
    """
    gcds = gcd_candidates(n, d)[:_MOST_GCDS]
    first, others = gcds[:_FIRST], gcds[_FIRST:]
    shares = {G: seconds * (_FIRST_SHARE if others else 1) / len(first) for G in first}
    shares |= {G: seconds * (1 - _FIRST_SHARE) / len(others) for G in others}
    found = [Rung(G, search) for G, share in shares.items() for search in plan(n, d, share, G=G)]
    small = [rung for rung in found if not rung.search.guess_bits and 3 * rung.search.seconds <= _SMALL_SHARE * seconds]
    widest = {rung.G: rung for rung in small if rung.G in first}
    found += [
        Rung(rung.G, rung.search._replace(seconds=3 * rung.search.seconds), wide=True) for rung in widest.values()
    ]
    return sorted(found, key=lambda rung: rung.search.seconds)


def dealt(intervals: int, workers: int) -> list[list[tuple[int, int]]]:
    """For each worker the blocks, (first, count), that it scans, low ones first; together every interval once."""
    blocks = min(intervals, workers * _BLOCKS) if workers > 1 else 1
    edges = [intervals * i // blocks for i in range(blocks + 1)]
    spans = [(low, high - low) for low, high in pairwise(edges)]
    return [spans[worker::workers] for worker in range(workers)]


def _direct(n: int, d: int, shape: Any, G: int, index: int) -> Part:
    return lambda _tell: direct_lattice(n, d, shape, G=G, index=index)


def _scan(n: int, d: int, rung: Rung, blocks: Sequence[tuple[int, int]], stop: Callable[[], bool]) -> Part:
    total = sum(count for _, count in blocks)

    def scan(tell: Tell) -> tuple[int, ...] | None:
        before = 0
        for first, count in blocks:
            found = scan_intervals(
                n,
                d,
                rung.search.shape,
                rung.search.guess_bits,
                G=rung.G,
                first=first,
                count=count,
                stop=stop,
                on_progress=partial(_tell, tell, before, total),
            )
            if found or stop():
                return found
            before += count
        return None

    return scan


def _tell(tell: Tell, before: int, total: int, done: int, _count: int) -> None:
    tell((before + done, total))


def in_turn(_label: str, parts: Sequence[Part]) -> tuple[tuple[int, ...] | None, str]:
    """Run parts one after another in this process: the first result and, always, that nothing was cut short."""
    return next((found for found in (part(_silent) for part in parts) if found), None), ""


def _silent(_value: Any) -> None:
    """Tell nobody."""


def reach(done: Iterator[Rung]) -> str:
    """What some finished rungs exclude together, in words; empty if there are none."""
    longest: dict[str, int] = {}
    for rung in done:
        if not rung.wide:
            longest[rung.reduced] = max(longest.get(rung.reduced, 0), rung.search.e_bits)
    return ", ".join(f"up to {bits} bits if d was taken {how}" for how, bits in longest.items())
