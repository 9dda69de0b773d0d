"""What an issuer remembers for a while, under names that nobody can guess: sessions and authorization codes."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class Expiring(Generic[T]):
    """Values that are forgotten after a time, and the oldest first when there are too many.

    A clock that is frozen lets nothing expire; the number stays bounded all the same.

    Args:
        lifetime: of a value, in seconds.
        most: values that are kept at once.
        clock: gives Unix time.
    """

    def __init__(self, lifetime: float, most: int, clock: Callable[[], float]) -> None:
        self._lifetime, self._most, self._clock = lifetime, most, clock
        self._kept: dict[str, tuple[float, T]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, value: T) -> str:
        """Keep a value; returns its name, 256 random bits."""
        self._forget()
        while len(self._kept) >= self._most:
            self._kept.pop(next(iter(self._kept)))
        name = secrets.token_urlsafe(32)
        self._kept[name] = (self._clock() + self._lifetime, value)
        return name

    def get(self, name: str) -> T | None:
        """The value of a name, None if there is none or it has expired."""
        end, value = self._kept.get(name, (0.0, None))
        return value if self._clock() < end else None

    def pop(self, name: str) -> T | None:
        """The value of a name, which is forgotten."""
        value = self.get(name)
        self._kept.pop(name, None)
        return value

    def _forget(self) -> None:
        # All live equally long, so the first to come is the first to go.
        while self._kept and next(iter(self._kept.values()))[0] <= self._clock():
            self._kept.pop(next(iter(self._kept)))
