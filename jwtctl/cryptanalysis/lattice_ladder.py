"""Lattices against (n, d) as rungs of a ladder: which to try one after another, for which gcd, split for how many cores."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from math import lcm
from typing import TYPE_CHECKING, Any

from jwtctl.cryptanalysis.boneh_durfee import USUAL_GCD, direct_lattice, gcd_candidates
from jwtctl.cryptanalysis.boneh_durfee_chain import scan_intervals
from jwtctl.cryptanalysis.lattice_plan import Search, plan, predicted_bits, predicted_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Tell = Callable[[Any], None]
    Part = Callable[[Tell], tuple[int, ...] | None]

_MAIN_SHARE = 0.75
_MOST_GCDS = 6
_RATIOS = (1, 2, 3)
_SMALL_SHARE = 0.02
_BLOCKS = 4
"""Most blocks per core of a scan: p + q lies low in its range, so that no core should have only the rest of it."""
_WORTH = 4
"""A block should take so many times as long as the reduction from scratch with which it begins."""
QUICK_SECONDS = 0.3
"""A shorter search is not worth a process of its own."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One search for one gcd.

    Attributes:
        G: a multiple of gcd(p - 1, q - 1) if d was reduced modulo λ(n); any number if modulo φ(n).
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
        return f"modulo phi(n), or modulo lambda(n) with a gcd(p-1, q-1) that divides {self.G}"

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
        blocks = dealt(self.search.intervals, *self._split(n, workers))
        return [_scan(n, d, self, own, stop) for own in blocks if own]

    def _split(self, n: int, workers: int) -> tuple[int, int]:
        """How many workers a scan is worth, and how many blocks for each."""
        first = predicted_seconds(n, self.search.shape)
        steps = self.search.seconds - first
        if steps < first:
            return 1, 1
        return workers, max(1, min(int(steps / (workers * _WORTH * first)), _BLOCKS))


def rungs(n: int, d: int, seconds: float) -> list[Rung]:
    """The searches that are worth so many seconds of one core, cheapest first.

    Most of the time goes to d modulo φ(n) and modulo λ(n) with one of the usual gcds, all of which a multiple of them
    serves; the rest to further ones, each by itself.
    """
    candidates = gcd_candidates(n, d)
    usual = lcm(*(G for G in candidates if USUAL_GCD % G == 0))
    others = [G for G in candidates if USUAL_GCD % G][:_MOST_GCDS]
    shares = {usual: seconds * (_MAIN_SHARE if others else 1)}
    shares |= {G: seconds * (1 - _MAIN_SHARE) / len(others) for G in others}
    found = [Rung(G, search) for G, share in shares.items() for search in plan(n, d, share, G=G)]
    direct = [rung for rung in found if usual == rung.G and rung.search.seconds <= _SMALL_SHARE * seconds]
    if direct:
        # Direct lattices, as many as there are steps up to the ratio; guesses would have to cover all of that range.
        search = direct[-1].search
        bits, spent = predicted_bits(n, d, search.shape, G=usual), predicted_seconds(n, search.shape)
        wide = Search(search.shape, 0, bits, len(_RATIOS), len(_RATIOS) * spent)
        found.append(Rung(usual, wide, wide=True))
    return sorted(found, key=lambda rung: rung.search.seconds)


def dealt(intervals: int, workers: int, blocks: int) -> list[list[tuple[int, int]]]:
    """For each worker its blocks, (first, count), low ones first; together every interval once."""
    total = min(intervals, workers * blocks)
    edges = [intervals * i // total for i in range(total + 1)]
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
