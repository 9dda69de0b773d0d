"""Polynomials that p^m divides wherever p divides x + a, for every divisor p of n: a short basis of all up to a degree.

Those of a small degree are reduced as they are written down: n^(m-i)·(x + a)^i, and x^j·(x + a)^m. The others are
products. What is divisible by p^m, times what is divisible by p^k, is divisible by p^(m+k), and such products span the
lattice; if the factors are short, they are nearly so: for a degree of 2m and x up to n^(1/4), an eighth of the length
of n is left to be gained for each of them, whatever m is. Written down, they would be longer by a multiple of m.

One product more than the dimension is enough, as a rule. It joins the others with a weight on its multiples that falls
step by step, and each step needs only the leading bits.

Sources: Howgrave-Graham, Finding small roots of univariate modular equations revisited, 1997, for the lattice; van Hoeij
and Novocin, Gradual sub-lattice reduction and a new complexity for factoring polynomials, 2010, for weights that
change step by step; Bi, Coron, Faugère, Nguyen, Renault and Zeitoun, Rounding and chaining LLL, 2014, for leading bits.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from gmpy2 import mpz

from jwtctl.cryptanalysis.lattice_reduction import STRONG, flint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_WRITTEN_DOWN = 12
"""Up to this dimension products save nothing."""
_AT_ONCE = 20
"""Up to this dimension a lattice is reduced in one go; larger ones row by row, so that `stop` is asked in between."""
_STEP_BITS = 400
"""By so much the weight of a product that joins the others falls at a time."""
_GUARD_BITS = 60
"""So many leading bits are kept beyond those that a step takes off."""
_PRIME = (1 << 61) - 1
_COLUMNS = 8
_ROUGH = {"delta": 0.75, "eta": 0.6}
"""LLL parameters in between; half the time of STRONG."""


def reduced_polynomials(  # noqa: PLR0917 - the modulus and the bound, then the shape
    n: mpz, a: mpz, bound: mpz, m: int, degree: int, stop: Callable[[], bool]
) -> list[list[int]]:
    """Coefficients, the constant one first, of an LLL-reduced basis of the polynomials, in the measure of |x| ≤ bound.

    The lattice may be a part of all of them that misses a few bits of its determinant. Empty if `stop()` turns true,
    which is polled before a lattice is reduced, and for each step if it takes several.

    Args:
        n: of which p is a divisor.
        a: 0 ≤ a < n.
        bound: at least 1.
        m: power of p, at least 1.
        degree: at least m.
        stop: polled.

    Raises:
        MissingExtraError: if python-flint is not installed.
    """
    try:
        basis = _Lattices(n, a, bound, stop).basis(m, degree)
    except _StoppedError:
        return []
    return [[int(c) for c in row] for row in basis]


class _StoppedError(Exception):
    pass


class _Lattices:
    """Reduced bases for one polynomial; rows are coefficients, numbers of flint."""

    def __init__(self, n: mpz, a: mpz, bound: mpz, stop: Callable[[], bool]) -> None:
        self._n, self._a, self._bound, self._stop = n, a, bound, stop
        self._flint = flint("lattice reduction")
        self._known: dict[tuple[int, int], list[list[Any]]] = {}

    def basis(self, m: int, degree: int) -> list[list[Any]]:
        if (m, degree) not in self._known:
            written_down = m < 2 or degree < _WRITTEN_DOWN
            self._known[m, degree] = ([] if written_down else self._from_products(m, degree)) or self._from_powers(
                m, degree
            )
        return self._known[m, degree]

    def _from_powers(self, m: int, degree: int) -> list[list[Any]]:
        scales = [self._bound**j for j in range(degree + 1)]
        rows = [[int(c * s) for c, s in zip(row, scales, strict=False)] for row in _powers(self._n, self._a, m, degree)]
        _reduce_sizes(rows)
        reduced: list[list[Any]] = []
        step = len(rows) if len(rows) <= _AT_ONCE else 1
        for end in range(step, len(rows) + 1, step):
            self._poll()
            grown = [[*row, *[0] * step] for row in reduced]
            added = [row + [0] * (end - len(row)) for row in rows[end - step : end]]
            reduced = self._flint.fmpz_mat(grown + added).lll().tolist()
        return [[c // int(s) for c, s in zip(row, scales, strict=True)] for row in reduced]

    def _from_products(self, m: int, degree: int) -> list[list[Any]]:
        """A reduced basis, or nothing if the products that are taken do not span enough."""
        # Of one shape as far as possible; where the degree is 2m, no vector is much longer than the others.
        half = m // 2, degree * (m // 2) // m
        first, second = sorted(
            (
                [self._flint.fmpz_poly(row) for row in self.basis(*part)]
                for part in (half, (m - half[0], degree - half[1]))
            ),
            key=len,
        )
        # Sums, since short vectors alone have divisors in common.
        one, other = sum(first[::2]), sum(first[1::2])
        spanning = [one * f for f in second] + [other * f for f in second[1 - len(first) :]]
        extra = sum(first[::3]) * sum(second[1::3])
        rows = [[f[j] for j in range(degree + 1)] for f in spanning]
        weights = [self._flint.fmpz(int(self._bound)) ** j for j in range(degree + 1)]
        rows = self._reduced(rows, weights, _ROUGH)
        rows = self._joined(rows, [extra[j] for j in range(degree + 1)], weights, self._volume_bits(m, degree))
        return self._reduced(rows, weights, STRONG) if rows and self._independent(rows) else []

    def _joined(
        self, rows: list[list[Any]], extra: list[Any], weights: list[Any], volume_bits: float
    ) -> list[list[Any]]:
        """A basis of what the rows and one more span, reduced, if that has about the volume that is expected."""
        sizes = [_size(row, weights) for row in rows]
        dimension = len(rows)
        # The last column counts how often the new one is taken. That its multiple by the index vanishes shows at last.
        index_bits = sum(sizes) + dimension * math.log2(dimension) / 2 - volume_bits
        least = int(volume_bits / dimension - index_bits) - 2 * _STEP_BITS
        raised = max(-least, 0)
        weights = [weight << raised for weight in weights]
        rows = [[*row, 0] for row in rows] + [[*extra, 1]]
        for bits in range(max(sizes) + _GUARD_BITS + raised, least + raised, -_STEP_BITS):
            rows = self._reduced(rows, [*weights, self._flint.fmpz(1) << bits], _ROUGH)
            left = [row[:-1] for row in rows if any(row[:-1])]
            if len(left) <= dimension:
                return left if len(left) == dimension else []
        return []

    def _reduced(self, rows: list[list[Any]], weights: list[Any], parameters: dict[str, float]) -> list[list[Any]]:
        """The same lattice, reduced by its leading bits; near enough if no vector has to lose more than a step."""
        self._poll()
        weighed = [[c * w for c, w in zip(row, weights, strict=True)] for row in rows]
        sizes = [max(c.bit_length() for c in row) for row in weighed]
        cut = max(2 * min(sizes) - max(sizes) - _STEP_BITS - _GUARD_BITS, 0)
        leading = self._flint.fmpz_mat([[c >> cut for c in row] for row in weighed])
        _, transform = leading.lll(transform=True, **parameters)
        # Some columns at a time, since flint multiplies large matrices of long numbers modulo primes, four times as slowly.
        parts = [
            (transform * self._flint.fmpz_mat([row[j : j + _COLUMNS] for row in rows])).tolist()
            for j in range(0, len(weights), _COLUMNS)
        ]
        return [[c for part in parts for c in part[i]] for i in range(len(rows))]

    def _independent(self, rows: list[list[Any]]) -> bool:
        """False also with a chance of 2^-61, or if somebody has made n for it."""
        return int(self._flint.nmod_mat(self._flint.fmpz_mat(rows), _PRIME).rank()) == len(rows)

    def _volume_bits(self, m: int, degree: int) -> float:
        return m * (m + 1) / 2 * math.log2(int(self._n)) + degree * (degree + 1) / 2 * math.log2(int(self._bound))

    def _poll(self) -> None:
        if self._stop():
            raise _StoppedError


def _size(row: list[Any], weights: list[Any]) -> int:
    return max(int((c * w).bit_length()) for c, w in zip(row, weights, strict=True))


def _powers(n: mpz, a: mpz, m: int, degree: int) -> Iterator[list[mpz]]:
    """Coefficients of n^(m-i)·f^i for i < m and of x^j·f^m up to the degree, f = x + a."""
    power = [mpz(1)]
    for i in range(m):
        yield [c * n ** (m - i) for c in power]
        power = [a * c + b for c, b in zip([*power, mpz(0)], [mpz(0), *power], strict=True)]
    for j in range(degree + 1 - m):
        yield [mpz(0)] * j + power


def _reduce_sizes(rows: list[list[int]]) -> None:
    """Make the entries of a triangular basis at most half the pivots above them, which leaves LLL a third of its work."""
    for i, row in enumerate(rows):
        for pivot in reversed(rows[:i]):
            last = len(pivot) - 1
            times = (2 * row[last] + pivot[last]) // (2 * pivot[last])
            row[: last + 1] = [c - times * b for c, b in zip(row, pivot, strict=False)]
