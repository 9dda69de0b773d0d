"""The keys of an issuer, each somewhere in its life: pending → active → retiring → dropped. All times in Unix seconds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from jwtctl.errors import UsageError

if TYPE_CHECKING:
    from jwtctl.model.key import Key

LARGEST_SLACK = 300
"""Seconds by which a rotation may come early, at most: a timer that fires a moment sooner than yesterday counts."""


class KeyState(Enum):
    """Where a key stands in its life."""

    PENDING = "pending"
    ACTIVE = "active"
    RETIRING = "retiring"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Schedule:
    """What the steps of a store wait for; all times in seconds.

    Attributes:
        alg: of the keys to make.
        size: of the keys to make; None for the default.
        every: how long a key signs; None if somebody rotates by hand.
        max_ttl: longest life of a token.
        cache_ttl: how long verifiers may keep a key set before they look again.
        buffer: how much longer a key stays published, for clocks that differ.
    """

    alg: str
    size: int | None = None
    every: int | None = None
    max_ttl: int = 3600
    cache_ttl: int = 3600
    buffer: int = 300

    def __post_init__(self) -> None:
        if self.every is not None and self.every < self.cache_ttl:
            raise UsageError(
                f"keys would be activated every {self.every} s, but verifiers may not see a new one for {self.cache_ttl} s",
                hint="a longer --every, or a shorter --cache-ttl",
            )

    @property
    def slack(self) -> int:
        """How much earlier than `every` a rotation counts as due."""
        return min(LARGEST_SLACK, (self.every or 0) // 20)


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key that is in the store, and since when it is what it is (Unix time)."""

    key: Key
    state: KeyState
    published: int
    activated: int | None = None
    retired: int | None = None

    @property
    def kid(self) -> str:
        """Every key of a store has one."""
        return self.key.kid or ""


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """What happened to a key.

    Attributes:
        at: Unix time.
        what: `published`, `activated`, `retired`, `dropped`, or `revoked` for one that was dropped in an emergency.
        kid: of the key.
        thumbprint: of the key, RFC 7638.
    """

    at: int
    what: str
    kid: str
    thumbprint: str


@dataclass(frozen=True, slots=True)
class KeyStore:
    """The keys of an issuer: one active, at least one pending, and those that still have tokens to outlive."""

    schedule: Schedule
    entries: tuple[StoredKey, ...] = ()
    history: tuple[KeyEvent, ...] = ()

    @property
    def active(self) -> StoredKey | None:
        """The entry whose key signs."""
        return next(iter(self.of(KeyState.ACTIVE)), None)

    def of(self, state: KeyState) -> tuple[StoredKey, ...]:
        """Entries of one state, oldest first."""
        return tuple(entry for entry in self.entries if entry.state is state)

    @property
    def changed(self) -> int:
        """Time of the last event; 0 for an empty store."""
        return max((event.at for event in self.history), default=0)


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a run does, or would do.

    Attributes:
        store: as it is afterwards.
        steps: what happened, in order.
        obstacles: why a step that was due has to wait, one sentence each.
        next_due: when the next step is due; None if nothing is waited for.
    """

    store: KeyStore
    steps: tuple[KeyEvent, ...] = ()
    obstacles: tuple[str, ...] = ()
    next_due: int | None = None
