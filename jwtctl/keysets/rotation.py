"""The life of a signing key: pending → active → retiring → dropped, and when each step is safe.

A key is published before it signs, for as long as verifiers may cache a key set without it; it stays published after
it has signed its last token, until that token has expired. Everything here is pure: times come in, a new state of the
store comes out.

Sources: OpenID Connect Core 1.0 section 10.1.1 (rotation of signing keys); NIST SP 800-57 part 1 section 5.3.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from jwtctl.errors import InputError
from jwtctl.jose.key import thumbprint
from jwtctl.keysets.identity import short
from jwtctl.model import KeyEvent, KeyState, KeyStore, Rotation, StoredKey

if TYPE_CHECKING:
    from collections.abc import Callable

    from jwtctl.model import Key, Schedule


@dataclass(slots=True)
class _Run:
    """A store while it is changed."""

    store: KeyStore
    now: int
    make_key: Callable[[], Key]
    steps: list[KeyEvent] = field(default_factory=list)

    def publish(self) -> None:
        key = self.make_key()
        self._add(StoredKey(key, KeyState.PENDING, self.now), "published")

    def activate(self, entry: StoredKey) -> None:
        self._change(entry, replace(entry, state=KeyState.ACTIVE, activated=self.now), "activated")

    def retire(self, entry: StoredKey) -> None:
        self._change(entry, replace(entry, state=KeyState.RETIRING, retired=self.now), "retired")

    def drop(self, entry: StoredKey, what: str = "dropped") -> None:
        self._change(entry, None, what)

    def _add(self, entry: StoredKey, what: str) -> None:
        self._record(entry, what, (*self.store.entries, entry))

    def _change(self, old: StoredKey, new: StoredKey | None, what: str) -> None:
        entries = tuple(new if entry is old else entry for entry in self.store.entries)
        self._record(old, what, tuple(entry for entry in entries if entry is not None))

    def _record(self, entry: StoredKey, what: str, entries: tuple[StoredKey, ...]) -> None:
        event = KeyEvent(self.now, what, entry.kid, thumbprint(entry.key) or "")
        self.steps.append(event)
        self.store = replace(self.store, entries=entries, history=(*self.store.history, event))


def begin(schedule: Schedule, now: int, make_key: Callable[[], Key]) -> Rotation:
    """Start a store: one key that signs at once, for nobody can have cached a set without it, and the next one.

    Args:
        schedule: what its steps wait for.
        now: Unix time.
        make_key: gives a fresh private key with a kid.
    """
    run = _Run(KeyStore(schedule), now, make_key)
    run.publish()
    run.activate(run.store.entries[0])
    run.publish()
    return Rotation(run.store, tuple(run.steps), (), next_due(run.store))


def rotate(store: KeyStore, now: int, make_key: Callable[[], Key], *, by_hand: bool = False) -> Rotation:
    """Take every step that is due and safe.

    Args:
        store: as it is.
        now: Unix time.
        make_key: gives a fresh private key with a kid.
        by_hand: rotate now, whether or not `every` has passed.

    Raises:
        InputError: if the clock stands before the last change of the store: then nothing is judged, least of all what
            may be dropped.
    """
    _refuse_backward_clock(store, now)
    run, obstacles = _Run(store, now, make_key), []
    for entry in store.of(KeyState.RETIRING):
        if now >= droppable(entry, store.schedule):
            run.drop(entry)
    active, pending = store.active, store.of(KeyState.PENDING)
    if by_hand or active is None or is_due(store, now):
        if not pending:
            obstacles.append("no key is pending: one is published now, and may sign once verifiers have seen it")
        elif now < activatable(pending[0], store.schedule):
            wait = activatable(pending[0], store.schedule) - now
            obstacles.append(
                f"the pending key '{short(pending[0].kid, 100)}' may sign in {wait} s: until then verifiers may have "
                "cached a key set without it"
            )
        else:
            if active is not None:
                run.retire(active)
            run.activate(pending[0])
    if not run.store.of(KeyState.PENDING):
        run.publish()
    return Rotation(run.store, tuple(run.steps), tuple(obstacles), next_due(run.store))


def revoke(store: KeyStore, now: int, make_key: Callable[[], Key], kid: str | None = None) -> Rotation:
    """Drop a key at once because it leaked, whatever tokens it has signed.

    If it is the active one, the pending key signs from now on, also where verifiers may not have seen it yet. A clock
    that runs behind does not stop it: nothing is kept for the sake of tokens here.

    Args:
        store: as it is.
        now: Unix time.
        make_key: gives a fresh private key with a kid.
        kid: the key to drop; None for the active one.

    Raises:
        InputError: if there is no such key.
    """
    now = max(now, store.changed)
    wanted = next((entry for entry in store.entries if entry.kid == kid), None) if kid is not None else store.active
    if wanted is None:
        raise InputError(f"the store has no key '{short(kid or '', 100)}'" if kid else "the store has no active key")
    run, obstacles = _Run(store, now, make_key), []
    run.drop(wanted, "revoked")
    if run.store.active is None:
        if not run.store.of(KeyState.PENDING):
            run.publish()
        successor = run.store.of(KeyState.PENDING)[0]
        if (wait := activatable(successor, store.schedule) - now) > 0:
            obstacles.append(
                f"verifiers may refuse tokens of '{short(successor.kid, 100)}' for up to {wait} s: they may have cached "
                "a key set without it"
            )
        run.activate(successor)
    if not run.store.of(KeyState.PENDING):
        run.publish()
    return Rotation(run.store, tuple(run.steps), tuple(obstacles), next_due(run.store))


def is_due(store: KeyStore, now: int) -> bool:
    """Whether the active key has signed for as long as it should."""
    return (moment := _rotation_due(store)) is not None and now >= moment


def activatable(entry: StoredKey, schedule: Schedule) -> int:
    """When a pending key may sign: no verifier then uses a key set without it."""
    return entry.published + schedule.cache_ttl


def droppable(entry: StoredKey, schedule: Schedule) -> int:
    """When a retiring key may go: every token that it signed has expired by every clock."""
    return (entry.retired or 0) + schedule.max_ttl + schedule.buffer


def next_due(store: KeyStore) -> int | None:
    """When the next step is due, None if none is waited for."""
    moments = [droppable(entry, store.schedule) for entry in store.of(KeyState.RETIRING)]
    pending = store.of(KeyState.PENDING)
    if (rotation := _rotation_due(store)) is not None and pending:
        moments.append(max(rotation, activatable(pending[0], store.schedule)))
    return min(moments, default=None)


def _rotation_due(store: KeyStore) -> int | None:
    active, every = store.active, store.schedule.every
    if active is None or every is None:
        return None
    return (active.activated or 0) + every - store.schedule.slack


def _refuse_backward_clock(store: KeyStore, now: int) -> None:
    if now < store.changed:
        raise InputError(
            f"the clock says {now}, before the store's last change at {store.changed}: nothing is done",
            hint="set the clock right; a key that is dropped too early strands the tokens that it signed",
        )
