import math
import sys

import pytest
from gmpy2 import mpz

from jwtctl.cryptanalysis.polynomial_lattice import reduced_polynomials
from jwtctl.errors import MissingExtraError
from tests.cryptanalysis.weak_keys import Maker

P, Q = Maker("polynomial lattice").primes(512)
N = P * Q
ROOT = 0x5EED << 44
# Written down; a product of two of them; a product of products; more and less than twice the power.
SHAPES = [(1, 14), (3, 6), (5, 11), (6, 12), (7, 14), (13, 26), (4, 14), (12, 16)]


def never():
    return False


def polynomials(a, bound, m, degree, stop=never):
    return reduced_polynomials(mpz(N), mpz(a), mpz(bound), m, degree, stop)


def determinant(rows):
    flint = pytest.importorskip("flint")
    return abs(int(flint.fmpz_mat(rows).det()))


@pytest.mark.parametrize(("m", "degree"), SHAPES)
def test_a_short_basis_of_nearly_the_whole_lattice(m, degree):
    bound = 1 << 100
    rows = polynomials(P - ROOT, bound, m, degree)
    assert [len(row) for row in rows] == [degree + 1] * (degree + 1)
    for row in rows:
        assert sum(c * ROOT**j for j, c in enumerate(row)) % P**m == 0
        assert sum(c * (ROOT - P) ** j for j, c in enumerate(row)) % N**m == 0
    volume = N ** (m * (m + 1) // 2)
    missed, rest = divmod(determinant(rows), volume)
    assert rest == 0
    assert 0 < missed < 1 << (3 * degree)
    # An unreduced basis is longer than its volume by hundreds of bits for each vector.
    sizes = [max(abs(c) * bound**j for j, c in enumerate(row)).bit_length() for row in rows]
    assert sum(sizes) - math.log2(volume) - 100 * degree * (degree + 1) / 2 < (degree + 1) * (6 + degree / 4)


@pytest.mark.parametrize(("m", "a"), [(2, 0), (2, 1), (3, 1), (3, -1)])
def test_a_lattice_whose_products_span_too_little_is_reduced_as_it_is_written_down(m, a):
    rows = polynomials(a % N, 1 << 100, m, 12)
    assert determinant(rows) == N ** (m * (m + 1) // 2)
    assert all(sum(c * (-a) ** j for j, c in enumerate(row)) % N**m == 0 for row in rows)


@pytest.mark.parametrize(("n", "a", "bound", "degree"), [(9, 0, 4, 13), (729, 728, 32, 14), (3**10, 0, 32, 14)])
def test_rows_that_depend_on_each_other_are_no_basis(n, a, bound, degree):
    rows = reduced_polynomials(mpz(n), mpz(a), mpz(bound), 3, degree, never)
    assert determinant(rows) > 0
    assert determinant(rows) % n**6 == 0


def test_it_stops_between_steps():
    polls = []
    assert polynomials(P - ROOT, 1 << 100, 13, 26, lambda: polls.append(0) or len(polls) > 9) == []
    assert len(polls) == 10
    assert polynomials(P - ROOT, 1 << 100, 3, 6, lambda: True) == []


def test_without_flint_it_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "flint", None)
    with pytest.raises(MissingExtraError):
        polynomials(P - ROOT, 1 << 100, 3, 6)
