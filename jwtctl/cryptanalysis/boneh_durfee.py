"""From (n, d) to the factors of n if the secret exponent e is short: the lattice of Boneh and Durfee.

If d is the inverse of e modulo φ(n)/G, or modulo φ(n) and G = 1, then G·e·d = G + k·φ(n) for some k < e. With a guess
c of p + q, the pair x = k, y = c - (p + q) is a small root of f = G + x·(n + 1 - c + y) modulo D = G·d. Polynomials
x^i·f^k·D^(m-k) and y^j·f^k·D^(m-k) vanish there modulo D^m; written in x, y and u = G + x·y, where f is linear, they
make a lattice (Herrmann and May), of which `Shape` says how much is used.

The root is read off the dual lattice, so no resultant or Gröbner basis is needed: to take the value of a polynomial at
the root and divide it by D^m is an integer-valued functional, and an unusually small one. When the bound holds, all
vectors of a reduced basis but the last vanish at the root, and so the values of all monomials there are, up to one
factor, the solution z of B·z = (0, ..., 0, 1).

Sources: Boneh and Durfee, Cryptanalysis of RSA with private key d less than N^0.292, 1999; Herrmann and May, Maximizing
small root bounds by linearization and applications to small secret exponent RSA, 2010; the roles of e and d exchanged.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, comb, log2
from typing import TYPE_CHECKING, Any, NamedTuple

import gmpy2
from gmpy2 import mpz

from jwtctl.cryptanalysis.exponent import multipliers
from jwtctl.cryptanalysis.factoring import bases
from jwtctl.cryptanalysis.lattice_reduction import QUICK, flint

if TYPE_CHECKING:
    from collections.abc import Sequence


class Monomial(NamedTuple):
    """x^i·u^k·y^j, where i or j is zero: x·y is written as u - G."""

    i: int
    k: int
    j: int


@dataclass(frozen=True, slots=True)
class Shape:
    """Which polynomials span the lattice.

    Attributes:
        power: m; polynomials vanish modulo D^m.
        y_shifts: y^j·f^k·D^(m-k) is in for y_shifts[j-1] ≤ k ≤ m; strictly increasing.

    Of the x^i·f^k·D^(m-k), those of total degree i + k from `least_degree` to m are in: lower ones share no monomial
    with any other polynomial and cannot contribute to a short vector.
    """

    power: int
    y_shifts: tuple[int, ...]

    @property
    def least_degree(self) -> int:
        """The least degree in x and u that a y-shift has."""
        return min(k - j for j, k in enumerate(self.y_shifts, 1))

    @property
    def monomials(self) -> tuple[Monomial, ...]:
        """The leading monomials: one for each polynomial, each polynomial made of it and earlier ones."""
        x_shifts = [Monomial(s - k, k, 0) for s in range(self.least_degree, self.power + 1) for k in range(s + 1)]
        y_shifts = [Monomial(0, k, j) for j, least in enumerate(self.y_shifts, 1) for k in range(least, self.power + 1)]
        return (*x_shifts, *y_shifts)

    @property
    def dimension(self) -> int:
        """The number of polynomials, which is the dimension of the lattice."""
        return len(self.monomials)


SHAPES = (
    Shape(3, (3,)),
    Shape(4, (4,)),
    Shape(4, (3,)),
    Shape(5, (4, 5)),
    Shape(6, (4, 5)),
    Shape(7, (5, 6, 7)),
    Shape(7, (4, 5, 7)),
    Shape(8, (5, 6, 7)),
    Shape(8, (4, 5, 7)),
    Shape(9, (5, 6, 7)),
)
"""The shapes that reach furthest for their dimensions: 8, 10, 14, 18, 27, 32, 38, 44, 50, 57."""


_MARGIN = 0.8


USUAL_GCD = 12
"""A G that serves all d modulo φ(n), and modulo λ(n) four in five, at a loss of one bit; 120 serves nine in ten for two.

gcd(p - 1, q - 1) divides it for that share of random primes.
"""


@dataclass(frozen=True, slots=True)
class Problem:
    """A lattice for one (n, d), one G and one length of interval for p + q.

    Attributes:
        n: modulus of two primes.
        d: the exponent that is known.
        G: gcd(p - 1, q - 1) if d was reduced modulo λ(n), and 1 if modulo φ(n), or a multiple of that: it stretches k,
            which for each doubling costs a quarter of a bit of e. See USUAL_GCD.
        shape: which polynomials are used.
        y_bits: p + q is sought within 2^y_bits of the centre of an interval.
    """

    n: int
    d: int
    G: int
    shape: Shape
    y_bits: int

    @property
    def modulus(self) -> int:
        """D = G·d."""
        return self.G * self.d

    @property
    def e_bits(self) -> int:
        """The length of e up to which the root is expected to be found: where the determinant is D^(m·dimension).

        Less _MARGIN: in trials with 700 keys all failures were above that.
        """
        m, y, D = self.shape.power, self.y_bits, log2(self.modulus)
        monomials = self.shape.monomials
        spent = sum((k + j) * y + (m - k) * D for _, k, j in monomials)
        x = (m * D * len(monomials) - spent) / sum(i + k for i, k, _ in monomials)
        return max(int(x - self._excess - _MARGIN), 1)

    @property
    def x_bits(self) -> int:
        """The length of the bound of k for every e of `e_bits` bits."""
        return max(ceil(self.e_bits + self._excess), 1)

    @property
    def _excess(self) -> float:
        """By how many bits k is longer than e: k < e·D/φ(n)."""
        return log2(self.modulus) - log2(self.n)

    @property
    def weights(self) -> list[int]:
        """The binary logarithm of each monomial's bound."""
        x, y = self.x_bits, self.y_bits
        return [i * x + k * (x + y) + j * y for i, k, j in self.shape.monomials]


def gcd_candidates(n: int, d: int) -> list[int]:
    """The G to try for (n, d): 1 and even divisors of n - 1, as long as d may have been reduced modulo φ(n)/G."""
    return [G for G in multipliers(n) if G * d < n] or [1]


def y_bits(n: int, guess_bits: int = 0) -> int:
    """The half-length of intervals, as a power of two, of which 2^guess_bits or fewer cover all p + q.

    All means: of primes with a ratio below √2, as FIPS 186-5 section A.1.3 asks for. They have a sum between 2·√n and
    2.0302·√n.
    """
    return int(_sum_range(n) // 2).bit_length() - guess_bits


def interval_count(n: int, guess_bits: int) -> int:
    """How many intervals of that length cover the range."""
    return int(_sum_range(n) >> (y_bits(n, guess_bits) + 1)) + 1


def interval_centre(n: int, guess_bits: int, index: int) -> int:
    """The middle of an interval; they adjoin upwards from 2·√n, where most sums are."""
    return int(2 * gmpy2.isqrt(n)) + (2 * index + 1 << y_bits(n, guess_bits))


def _sum_range(n: int) -> mpz:
    return gmpy2.isqrt(n) * 302 // 10_000 + 1


def direct_lattice(n: int, d: int, shape: Shape, *, G: int = 1, index: int = 0) -> tuple[int, int] | None:
    """The factors of n if e is short, from one lattice.

    It finds every e of n^0.2 up to `Problem(n, d, G, shape, y_bits(n)).e_bits` bits. That bound is heuristic: no proof
    is known that the vectors of a reduced basis that should vanish at the root do. In trials with keys of 1024 and 2048
    bits, 320 of 320 were found at or just below the bound, and 111 of 148 at one bit more. At 2048 bits, seconds of one
    core: 539 bits in 0.01, 555 in 0.1, 561 in 0.6, 564 in 1.6, 567 in 2.1, 569 in 5.

    Args:
        n: modulus of two primes with a ratio below √2.
        d: inverse of e modulo φ(n)/G, of any length; the bound is less for one longer than n.
        shape: which lattice; see SHAPES.
        G: a multiple of gcd(p - 1, q - 1) if d was reduced modulo λ(n); any number, best 1, if modulo φ(n).
        index: 0, or 1 to 4 for primes with a larger ratio, up to 2.

    Raises:
        MissingExtraError: if python-flint is not installed.
    """
    problem = Problem(n, d, G, shape, y_bits(n))
    return factor_near(problem, interval_centre(n, 0, index))


def factor_near(problem: Problem, centre: int) -> tuple[int, int] | None:
    """The factors of n if p + q is within 2^y_bits of `centre` and e within the bound, else None.

    Raises:
        MissingExtraError: if python-flint is not installed.
    """
    basis = reduced_basis(problem, centre)
    if not has_root(problem, basis):
        return None
    return factors_of_basis(problem, centre, basis)


def reduced_basis(problem: Problem, centre: int) -> Any:
    """A reduced basis, as a flint.fmpz_mat of coefficients, rows in the order of increasing length."""
    return unscaled(problem, scaled(problem, flint().fmpz_mat(_polynomials(problem, centre))).lll(**QUICK))


def scaled(problem: Problem, basis: Any) -> Any:
    """Coefficients times the bounds of their monomials."""
    weights = problem.weights
    return flint().fmpz_mat([[x << bits for x, bits in zip(row, weights, strict=True)] for row in basis.tolist()])


def unscaled(problem: Problem, basis: Any) -> Any:
    """The reverse of `scaled`."""
    weights = problem.weights
    return flint().fmpz_mat([[x >> bits for x, bits in zip(row, weights, strict=True)] for row in basis.tolist()])


def _polynomials(problem: Problem, centre: int) -> list[list[int]]:
    m, D, A = problem.shape.power, problem.modulus, problem.n + 1 - centre
    monomials = problem.shape.monomials
    column = {monomial: c for c, monomial in enumerate(monomials)}
    rows = []
    for i, k, j in monomials:
        row = [0] * len(monomials)
        for taken in range(k + 1):
            factor = comb(k, taken) * A**taken * D ** (m - k)
            for monomial, coefficient in product(i + taken, k - taken, j, problem.G):
                row[column[monomial]] += factor * coefficient
        rows.append(row)
    return rows


def product(i: int, k: int, j: int, G: int) -> list[tuple[Monomial, int]]:
    """x^i·u^k·y^j as a sum of monomials times coefficients, from x·y = u - G."""
    both = min(i, j)
    return [(Monomial(i - both, k + s, j - both), comb(both, s) * (-G) ** (both - s)) for s in range(both + 1)]


def word_prime(problem: Problem) -> int:
    """A prime of some 31 bits that does not divide D, so that a basis is invertible modulo it."""
    candidates = (int(gmpy2.next_prime((1 << 31) + base % (1 << 30))) for base in bases(problem.n))
    return next(prime for prime in candidates if problem.modulus % prime)


def probes(shape: Shape) -> list[int]:
    """Columns of x^m, x^(m-1)·u and x^(m-2)·u², whose values at a root are in geometric progression."""
    m, monomials = shape.power, shape.monomials
    return [monomials.index(Monomial(m - k, k, 0)) for k in range(3)]


def has_root(problem: Problem, basis: Any) -> bool:
    """Whether all vectors but the last vanish at one point, judged modulo a small prime: wrong once in 2^31 times."""
    module, prime = flint(), word_prime(problem)
    size = problem.shape.dimension
    last = module.nmod_mat(size, 1, [0] * (size - 1) + [1], prime)
    values = module.nmod_mat(basis, prime).solve(last)
    return in_geometric_progression([int(values[c, 0]) for c in probes(problem.shape)], prime)


def in_geometric_progression(residues: Sequence[int], prime: int) -> bool:
    """Whether three residues are a·b^i with neither a nor b zero, as the values of the `probes` at a root are."""
    first, second, third = residues
    return second != 0 and (first * third - second * second) % prime == 0


def factors_of_basis(problem: Problem, centre: int, basis: Any) -> tuple[int, int] | None:
    """The factors of n from a reduced basis of which all vectors but the last vanish at the root, else None."""
    module, size, m = flint(), problem.shape.dimension, problem.shape.power
    values = basis.solve(module.fmpz_mat(size, 1, [0] * (size - 1) + [1]))
    column = problem.shape.monomials.index
    below = values[column(Monomial(m - 1, 0, 0)), 0]
    if below == 0:
        return None
    x = values[column(Monomial(m, 0, 0)), 0] / below
    u = values[column(Monomial(m - 1, 1, 0)), 0] / below
    if x == 0:
        return None
    # Rounded: with a G that is not quite the right one it is no integer, and yet may be near enough.
    y = (u - problem.G) / x
    return factors_of_sum(problem.n, centre - int((2 * y.p + y.q) // (2 * y.q)))


def factors_of_sum(n: int, total: int) -> tuple[int, int] | None:
    """(p, q) with p·q = n and p + q = total, p ≥ q > 1, or None."""
    square = mpz(total) ** 2 - 4 * n
    if square < 0 or not gmpy2.is_square(square):
        return None
    p = (total + gmpy2.isqrt(square)) // 2
    q = total - p
    return (int(p), int(q)) if q > 1 and p * q == n else None
