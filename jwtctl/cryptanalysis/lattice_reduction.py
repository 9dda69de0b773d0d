"""LLL of python-flint, which is an optional part of jwtctl, and how far a basis is reduced where."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

from jwtctl.errors import MissingExtraError

if TYPE_CHECKING:
    from types import ModuleType

STRONG = {"delta": 0.99, "eta": 0.51}
"""Lenstra-Lenstra-Lovász parameters of a thorough reduction."""
QUICK = {"delta": 0.5, "eta": 0.6}
"""A reduction in half the time; the lattices of `boneh_durfee` need no better one up to the bound that is claimed."""


def has_flint() -> bool:
    """Whether the optional python-flint is there."""
    return importlib.util.find_spec("flint") is not None


def flint(what: str = "the search with lattices") -> ModuleType:
    """The module python-flint.

    Args:
        what: needs it, for the message.

    Raises:
        MissingExtraError: if it is not installed.
    """
    try:
        import flint as module  # noqa: PLC0415 - optional, and loaded when a lattice is reduced
    except ImportError:
        raise MissingExtraError(what, "lattice") from None
    return module


def shortest_rows(rows: list[list[int]]) -> list[list[int]]:
    """An LLL-reduced basis of the lattice that the rows span, roughly from short to long."""
    reduced: Any = flint().fmpz_mat(rows).lll(**STRONG)
    return [[int(x) for x in row] for row in reduced.tolist()]
