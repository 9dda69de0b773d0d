"""The lattice of Boneh and Durfee beyond its bound: p + q is guessed interval by interval, at milliseconds each.

A shorter interval for y = c - (p + q) lets the same lattice reach a longer e, by 0.6 to 0.7 bits for each bit of y. The
next interval has the same lattice in other variables: y becomes y - 2Y and u becomes u - 2Y·x, if Y is half the length
of an interval. In units of the bounds of the monomials that is a matrix of small integers, the same at every step,
under which a reduced basis stays nearly reduced; to reduce it again takes a thousandth of the first reduction.

Two things are carried along: the leading bits of the basis, which say what to do to reduce it, and modulo a word-sized
prime what was done, which tells whether the basis has a root. The exact basis is made when there is one.
"""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING, Any

from jwtctl.cryptanalysis.boneh_durfee import (
    Problem,
    Shape,
    factors_of_basis,
    in_geometric_progression,
    interval_centre,
    interval_count,
    probes,
    product,
    reduced_basis,
    scaled,
    word_prime,
    y_bits,
)
from jwtctl.cryptanalysis.factoring import never
from jwtctl.cryptanalysis.lattice_reduction import QUICK, flint

if TYPE_CHECKING:
    from collections.abc import Callable

_DOUBLE_BITS = 52


def scan_intervals(
    n: int,
    d: int,
    shape: Shape,
    guess_bits: int,
    *,
    G: int = 1,
    first: int = 0,
    count: int | None = None,
    stop: Callable[[], bool] = never,
    on_progress: Callable[[int, int], None] | None = None,
) -> tuple[int, int] | None:
    """The factors of n if e is short and p + q lies in one of these intervals, else None.

    It finds every e of up to `Problem(n, d, G, shape, y_bits(n, guess_bits)).e_bits` bits, which is heuristic as for
    `direct_lattice`. The whole range has `interval_count(n, guess_bits)` intervals, at most 2^guess_bits. Parts of it
    are independent of each other; each begins with one reduction from scratch.

    Args:
        n: modulus of two primes with a ratio below √2, unless `count` goes beyond the range.
        d: inverse of e modulo φ(n)/G, of any length.
        shape: which lattice; see SHAPES.
        guess_bits: into how many intervals the range of p + q is split.
        G: a multiple of gcd(p - 1, q - 1) if d was reduced modulo λ(n); any number, best 1, if modulo φ(n).
        first: the interval to begin with; they ascend from p + q = 2·√n, near which most sums lie.
        count: how many intervals; all that remain if None.
        stop: polled between the steps, which take milliseconds but for the first one.
        on_progress: is told after each interval how many are done, and how many there are.

    Raises:
        MissingExtraError: if python-flint is not installed.
    """
    count = interval_count(n, guess_bits) - first if count is None else count
    if count < 1 or stop():
        return None
    problem = Problem(n, d, G, shape, y_bits(n, guess_bits))
    sweep = _Sweep(problem, interval_centre(n, guess_bits, first), count)
    for done in range(1, count + 1):
        if sweep.has_root():
            found = factors_of_basis(problem, sweep.centre, sweep.exact_basis())
            if found:
                return found
        if on_progress:
            on_progress(done, count)
        if done == count or stop():
            break
        sweep.advance()
    return None


def substitution(shape: Shape, step: int, G: int) -> list[list[int]]:
    """What y = y' + step makes of each monomial: a row of coefficients of the monomials in x, y' and u' = G + x·y'."""
    monomials = shape.monomials
    column = {monomial: c for c, monomial in enumerate(monomials)}
    rows = []
    for i, k, j in monomials:
        row = [0] * len(monomials)
        for s in range(k + 1):
            for t in range(j + 1):
                factor = comb(k, s) * comb(j, t) * step ** (s + t)
                for monomial, coefficient in product(i + s, k - s, j - t, G):
                    row[column[monomial]] += factor * coefficient
        rows.append(row)
    return rows


class _Sweep:
    """A reduced basis that moves upwards, from interval to interval."""

    def __init__(self, problem: Problem, centre: int, steps: int) -> None:
        self.problem = problem
        self.steps = 0
        self._first_centre = centre
        self._flint = module = flint()
        self._prime = prime = word_prime(problem)
        self._size = size = problem.shape.dimension
        # In units of the bounds a step is y = y' - 2; G is nothing against u.
        self._substitution = module.fmpz_mat(substitution(problem.shape, -2, 0))
        # After s steps an error has grown by the coefficients of y' - 2s, and by those of the way back.
        degree = max(k + j for _, k, j in problem.shape.monomials)
        slack = 2 * degree * (2 * steps).bit_length() + size
        self._start = reduced_basis(problem, centre)
        self._leading_start = self._leading = _cut(scaled(problem, self._start), _DOUBLE_BITS + slack)
        self._excess = 0
        # Modulo the prime: the product of all transformations, and the rows of the inverse of all substitutions that
        # give the values to be tested.
        unit = [int(r == c) for r in range(size) for c in range(size)]
        self._done = module.nmod_mat(size, size, unit, prime)
        self._probes = module.nmod_mat(
            3, size, [int(c == p) for p in probes(problem.shape) for c in range(size)], prime
        )
        self._inverse = module.nmod_mat(self._start, prime).inv()
        step = -(1 << (problem.y_bits + 1)) % prime
        self._step_back = module.nmod_mat(module.fmpz_mat(substitution(problem.shape, step, problem.G)), prime).inv()
        self._last = module.nmod_mat(size, 1, unit[-size:], prime)

    @property
    def centre(self) -> int:
        """The middle of the interval at which the basis is."""
        return self._first_centre + self._moved

    @property
    def _moved(self) -> int:
        return self.steps << (self.problem.y_bits + 1)

    def has_root(self) -> bool:
        values = self._probes * (self._inverse * self._done.solve(self._last))
        return in_geometric_progression([int(values[row, 0]) for row in range(3)], self._prime)

    def advance(self) -> None:
        moved = self._leading * self._substitution
        entries = moved.entries()
        if not self.steps:
            self._excess = max(0, max(abs(int(x)).bit_length() for x in entries) - _DOUBLE_BITS)
        head = self._flint.fmpz_mat(self._size, self._size, [x >> self._excess for x in entries])
        _, transform = head.lll(transform=True, **QUICK)
        self._leading = transform * moved
        self._done = self._flint.nmod_mat(transform, self._prime) * self._done
        self._probes = self._probes * self._step_back
        self.steps += 1

    def exact_basis(self) -> Any:
        """The basis at this interval; that of the beginning, after everything that was done to its leading bits."""
        module, shape = self._flint, self.problem.shape
        if not self.steps:
            return self._start
        moved = self._leading_start * module.fmpz_mat(substitution(shape, -2 * self.steps, 0))
        try:
            transform = moved.transpose().solve(self._leading.transpose()).transpose()
        except ZeroDivisionError:
            # For a d that makes no key the leading bits need not be a basis.
            return reduced_basis(self.problem, self.centre)
        rows = [[x.p for x in row] for row in transform.tolist()]
        step = module.fmpz_mat(substitution(shape, -self._moved, self.problem.G))
        return module.fmpz_mat(rows) * self._start * step


def _cut(basis: Any, bits: int) -> Any:
    """The leading bits of a matrix, as integers."""
    excess = max(0, max(abs(int(x)).bit_length() for x in basis.entries()) - bits)
    return flint().fmpz_mat(basis.nrows(), basis.ncols(), [x >> excess for x in basis.entries()])
