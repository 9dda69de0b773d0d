import sys

import pytest

from jwtctl.cryptanalysis.lattice_reduction import flint, shortest_rows
from jwtctl.errors import MissingExtraError


def test_short_vectors_of_a_lattice():
    rows = shortest_rows([[1, 0, 3141593], [0, 1, 2718282], [0, 0, 10**7]])
    assert all(max(map(abs, row)) < 1000 for row in rows)
    assert all((a * (3141593) + b * (2718282) - c) % 10**7 == 0 for a, b, c in rows)


def test_without_flint_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "flint", None)
    with pytest.raises(MissingExtraError) as caught:
        flint()
    assert "jwtctl[lattice]" in caught.value.hint
