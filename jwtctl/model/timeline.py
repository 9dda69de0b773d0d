"""The keys of an issuer over time, and the moments at which something breaks. All times in Unix seconds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jwtctl.model.key_store import KeyState


class Victim(Enum):
    """What breaks at a moment."""

    TOKEN = "token"  # noqa: S105 - a word, no secret
    CACHE = "cache"
    SERVICE = "service"
    SCHEDULE = "schedule"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Settings to try in place of a store's own, in seconds; None keeps what the store has.

    They may be settings that cannot be kept: to say so is what a timeline is for.
    """

    every: int | None = None
    max_ttl: int | None = None
    cache_ttl: int | None = None
    buffer: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """How long a key is in one state; `end` is that of the timeline where nothing ends it before."""

    state: KeyState
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class KeyLine:
    """The life of one key.

    Attributes:
        kid: of the key; a made-up one where the key does not exist yet.
        spans: its states in order, without those of no length.
        gone: when it leaves the key set; None if that is beyond the timeline.
        foreseen: whether it does not exist yet.
        revoked: whether it left in an emergency.
    """

    kid: str
    spans: tuple[Span, ...]
    gone: int | None = None
    foreseen: bool = False
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class Breakage:
    """A moment at which something breaks.

    Attributes:
        at: when it begins.
        until: when it is over.
        victim: what breaks.
        kid: of the key that it is about; None if it is about none.
        reason: one sentence.
    """

    at: int
    until: int
    victim: Victim
    kid: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The states of keys from `begin` to `end`; what lies after `now` is foreseen.

    Attributes:
        keys: those that are published at some moment between, in the order of publication.
        earlier: how many were gone before.
        breakages: what breaks between, in order.
        rotated_by_hand: whether no rotation is foreseen, because the schedule has no `every`.
    """

    now: int
    begin: int
    end: int
    keys: tuple[KeyLine, ...] = ()
    earlier: int = 0
    breakages: tuple[Breakage, ...] = ()
    rotated_by_hand: bool = False

    @property
    def ahead(self) -> tuple[Breakage, ...]:
        """What is still to break."""
        return tuple(breakage for breakage in self.breakages if breakage.until > self.now)
