"""How two key sets differ."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Change(Enum):
    """Kinds of difference between two key sets."""

    ADDED = "added"
    REMOVED = "removed"
    KID_REUSED = "kid-reused"
    METADATA = "metadata"
    PRIVATE_MATERIAL = "private-material"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class KeySetChange:
    """One difference between two key sets."""

    kind: Change
    kid: str | None
    thumbprint: str | None
    detail: str
    unsafe: bool = False


@dataclass(frozen=True, slots=True)
class KeySetDiff:
    """All differences between two key sets; equal when there are none."""

    changes: tuple[KeySetChange, ...]

    @property
    def equal(self) -> bool:
        """Whether nothing changed."""
        return not self.changes

    @property
    def safe(self) -> bool:
        """Whether no change strands live tokens or weakens the set."""
        return not any(change.unsafe for change in self.changes)
