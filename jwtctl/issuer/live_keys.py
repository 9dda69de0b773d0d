"""The keys of a store while others change it: read again when it has changed, and rotated in the background."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jwtctl.errors import InputError, JwtctlError, KeyMaterialError
from jwtctl.jose.key import from_jwks, to_jwk
from jwtctl.keysets import rotation
from jwtctl.keysets import store as stores
from jwtctl.keysets.identity import short
from jwtctl.model import KeyState

if TYPE_CHECKING:
    from collections.abc import Callable

    from jwtctl.model import Key, KeySet, KeyStore, Rotation, Schedule

_LONGEST_HISTORY = 10_000
_AGAIN = 5
"""Seconds from a rotation that failed to the next attempt, which may cost new keys."""


class LiveKeys:
    """The keys of a store, as they are now.

    Args:
        path: the directory.
        note: is told when the store was read again, or could not be.

    Raises:
        InputError: if it is no store; KeyMaterialError if no key is active.
    """

    def __init__(self, path: str, note: Callable[[str], None]) -> None:
        self.path, self._note = path, note
        self._seen, self._obstacle = self._state(), ""
        self._store = stores.load(path)
        if self._store.active is None:
            raise KeyMaterialError(
                f"'{short(path)}' has no active key", hint=f"jwtctl jwks rotate {path} activates one"
            )

    @property
    def store(self) -> KeyStore:
        """The store; if it has become unreadable, as it was before, and tried again whenever it is asked for."""
        state = self._state()
        if state != self._seen:
            try:
                fresh = stores.load(self.path)
            except InputError as err:
                if err.message != self._obstacle:
                    self._note(f"the keys stay as they were: {err.message}")
                self._obstacle = err.message
            else:
                self._seen, self._obstacle = state, ""
                if fresh.entries != self._store.entries:
                    self._note(f"the store has changed: {_counted(fresh)}")
                self._store = fresh
        return self._store

    @property
    def active(self) -> Key:
        """The key that signs.

        Raises:
            KeyMaterialError: if none is active any more.
        """
        entry = self.store.active
        if entry is None:
            raise KeyMaterialError("the store has no active key")
        return entry.key

    @property
    def document(self) -> dict[str, Any]:
        """The public key set: pending, active and retiring keys."""
        return {"keys": [to_jwk(entry.key, private=False) for entry in self.store.entries]}

    @property
    def published(self) -> KeySet:
        """The same, to verify with."""
        return from_jwks(self.document, self.path)

    def _state(self) -> tuple[tuple[int, int, int] | None, ...]:
        return tuple(_stamp(Path(self.path) / name) for name in (stores.STORE, stores.PUBLIC))


@dataclass(frozen=True, slots=True)
class Rotating:
    """Rotation of a store on a faster schedule than its own, which stays written in it.

    A key that was active before this began may have signed tokens elsewhere, which live as long as the store says; it
    is dropped by the store's schedule. All others signed here alone, and are dropped by the faster one.

    Attributes:
        schedule: the faster one.
        since: Unix time at which this began.
        make_key: gives a fresh private key with a kid.
    """

    schedule: Schedule
    since: int
    make_key: Callable[[], Key]

    def plan(self, old: KeyStore, now: int) -> Rotation:
        """Take every step that is due and safe."""
        kept = tuple(
            entry
            for entry in old.of(KeyState.RETIRING)
            if (entry.activated or 0) < self.since and now < rotation.droppable(entry, old.schedule)
        )
        mine = tuple(entry for entry in old.entries if entry not in kept)
        done = rotation.rotate(replace(old, schedule=self.schedule, entries=mine), now, self.make_key)
        history = done.store.history[-_LONGEST_HISTORY:]
        store = replace(done.store, schedule=old.schedule, entries=(*kept, *done.store.entries), history=history)
        return replace(done, store=store)

    def is_due(self, store: KeyStore, now: int) -> bool:
        """Whether a step is due; cheap, to be asked every moment."""
        mine = tuple(
            entry for entry in store.entries if (entry.activated or now) >= self.since or entry is store.active
        )
        due = rotation.next_due(replace(store, schedule=self.schedule, entries=mine))
        return due is not None and due <= now


async def keep_rotating(
    keys: LiveKeys, rotating: Rotating, clock: Callable[[], float], note: Callable[[str], None]
) -> None:
    """Rotate a store whenever a step is due, until cancelled; whatever goes wrong is noted, and tried again."""
    while True:
        now = int(clock())
        if rotating.is_due(keys.store, now):
            try:
                done = await asyncio.to_thread(stores.change, keys.path, lambda old: rotating.plan(old, int(clock())))
            except Exception as err:  # noqa: BLE001 - nobody waits for this task: what ended it would be told to nobody
                note(f"no rotation: {err.message if isinstance(err, JwtctlError) else f'a bug, {type(err).__name__}'}")
                await asyncio.sleep(_AGAIN)
            else:
                steps = ", ".join(f"{step.what} {short(step.kid, 100)}" for step in done.steps)
                note(f"rotated: {steps or 'nothing'}")
                for obstacle in done.obstacles:
                    note(obstacle)
        await asyncio.sleep(0.25)


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


def _counted(store: KeyStore) -> str:
    states = (KeyState.PENDING, KeyState.ACTIVE, KeyState.RETIRING)
    return ", ".join(f"{len(store.of(state))} {state.value}" for state in states)
