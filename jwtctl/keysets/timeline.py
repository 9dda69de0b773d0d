"""What becomes of an issuer's keys under a schedule, and what breaks on the way: a simulation, nothing is changed.

What lies behind is read from the history of the store. What lies ahead is what `rotation.rotate` does when it runs at
every moment at which a step is due. Both are then judged by other means than those that planned them: by the tokens
and the cached key sets that may be in the field. Settings that change now change neither the tokens that were signed
nor the key sets that were cached before, so that a schedule which is sound in itself can break what the one before it
has left behind.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jwtctl.errors import UsageError
from jwtctl.jose.key import thumbprint
from jwtctl.keysets import rotation
from jwtctl.model import (
    Breakage,
    Key,
    KeyLine,
    KeyState,
    KeyStore,
    Proposal,
    Schedule,
    Span,
    Timeline,
    Victim,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jwtctl.model import KeyEvent

MOST_FORESEEN = 1000
"""Keys that a simulation makes before it refuses."""

AS_IT_IS = Proposal()
"""Nothing is proposed."""

_GONE = {"dropped", "revoked"}


@dataclass(slots=True)
class _Life:
    """When what happened to one key."""

    kid: str
    published: int
    activated: int | None = None
    retired: int | None = None
    gone: int | None = None
    revoked: bool = False
    foreseen: bool = False

    @property
    def last_signed(self) -> int | None:
        """When it signed its last token; None if it never signed, or still does."""
        return (self.gone if self.retired is None else self.retired) if self.activated is not None else None

    def happen(self, event: KeyEvent) -> None:
        if event.what == "activated":
            self.activated = event.at
        elif event.what == "retired":
            self.retired = event.at
        elif event.what in _GONE:
            self.gone, self.revoked = event.at, event.what == "revoked"


def timeline(store: KeyStore, now: int, *, back: int, ahead: int, proposal: Proposal = AS_IT_IS) -> Timeline:
    """The states of a store's keys around now, and what breaks between.

    A token breaks when its key leaves the set before it expires; a cache, when a key signs that a cached set may lack;
    a service, when no key signs; a schedule, when what it asks for cannot be done in time. Before now the store's own
    settings count, from now on those that are proposed.

    Args:
        store: as it is.
        now: Unix time.
        back: seconds to look back.
        ahead: seconds to look ahead.
        proposal: settings from now on, where they differ from the store's.

    Raises:
        InputError: if the clock stands before the last change of the store.
        UsageError: if more than MOST_FORESEEN keys would be needed.
    """
    end = now + ahead
    asked = _asked(store.schedule, proposal)
    kept = asked if asked.every is None else replace(asked, every=max(asked.every, asked.cache_ttl))
    lives = _lives(store, _simulated(replace(store, schedule=kept.schedule()), now, end))
    first = min((life.published for life in lives), default=now)
    begin = min(now, max(now - back, first))
    found = list(_World(now, end, store.schedule, kept).judge(lives))
    if asked != kept:
        found.append(
            Breakage(
                now,
                end,
                Victim.SCHEDULE,
                None,
                f"it cannot be kept: a new key every {asked.every} s, but verifiers may not see one for "
                f"{asked.cache_ttl} s; a key signs for {kept.every} s instead",
            )
        )
    shown = [life for life in lives if life.gone is None or life.gone >= begin]
    return Timeline(
        now,
        begin,
        end,
        tuple(_line(life, end) for life in shown),
        len(lives) - len(shown),
        tuple(sorted((each for each in found if begin <= each.until and each.at <= end), key=lambda each: each.at)),
        rotated_by_hand=kept.every is None,
    )


@dataclass(frozen=True, slots=True)
class _Settings:
    """A schedule that may be one that cannot be kept, which `Schedule` refuses."""

    alg: str
    every: int | None
    max_ttl: int
    cache_ttl: int
    buffer: int

    def schedule(self) -> Schedule:
        return Schedule(self.alg, None, self.every, self.max_ttl, self.cache_ttl, self.buffer)


def _asked(own: Schedule, proposal: Proposal) -> _Settings:
    def chosen(name: str) -> int:
        proposed: int | None = getattr(proposal, name)
        stated: int = getattr(own, name)
        return stated if proposed is None else proposed

    return _Settings(own.alg, chosen("every"), chosen("max_ttl"), chosen("cache_ttl"), chosen("buffer"))


def _simulated(store: KeyStore, now: int, end: int) -> list[KeyEvent]:
    """What happens until the end if `rotate` runs whenever a step is due."""
    taken = {event.kid for event in store.history} | {entry.kid for entry in store.entries}
    names = (name for name in map("next-{}".format, itertools.count(1)) if name not in taken)
    made = itertools.count(1)

    def make_key() -> Key:
        if next(made) > MOST_FORESEEN:
            raise UsageError(
                f"more than {MOST_FORESEEN} keys would be made until then",
                hint="a shorter --ahead, or a longer --every",
            )
        return Key("EC", kid=next(names))

    moment: int | None = now
    events: list[KeyEvent] = []
    while moment is not None and moment <= end:
        run = rotation.rotate(store, moment, make_key)
        events += run.steps
        # Each step would read the whole history once more.
        store = replace(run.store, history=())
        moment = run.next_due
        if store.active is None:
            may_sign = rotation.activatable(store.of(KeyState.PENDING)[0], store.schedule)
            moment = may_sign if moment is None else min(moment, may_sign)
    return events


def _lives(store: KeyStore, foreseen: list[KeyEvent]) -> list[_Life]:
    """The life of every key that was or will be, by publication."""
    lives: dict[tuple[str, str], _Life] = {}
    for event in store.history:
        lives.setdefault((event.kid, event.thumbprint), _Life(event.kid, event.at)).happen(event)
    for entry in store.entries:
        # What the store says of a key it holds counts for more than the history, which may have been cut.
        name = (entry.kid, thumbprint(entry.key) or "")
        lives[name] = _Life(entry.kid, entry.published, entry.activated, entry.retired)
    for event in foreseen:
        lives.setdefault((event.kid, event.thumbprint), _Life(event.kid, event.at, foreseen=True)).happen(event)
    return sorted(lives.values(), key=lambda life: life.published)


def _line(life: _Life, end: int) -> KeyLine:
    last = end if life.gone is None else min(life.gone, end)
    times = [(KeyState.PENDING, life.published), (KeyState.ACTIVE, life.activated), (KeyState.RETIRING, life.retired)]
    stated = [(state, begin) for state, begin in times if begin is not None]
    ends = [*(begin for _, begin in stated[1:]), last]
    spans = tuple(
        Span(state, begin, min(until, last))
        for (state, begin), until in zip(stated, ends, strict=True)
        if begin < min(until, last)
    )
    gone = life.gone if life.gone is None or life.gone <= end else None
    return KeyLine(life.kid, spans, gone, foreseen=life.foreseen, revoked=life.revoked and gone is not None)


@dataclass(frozen=True, slots=True)
class _World:
    """What may be in the field: tokens and cached key sets, under one schedule before now and another after it."""

    now: int
    end: int
    before: Schedule
    after: _Settings

    def judge(self, lives: list[_Life]) -> Iterator[Breakage]:
        first = min((life.published for life in lives), default=0)
        for life in lives:
            if life.activated is not None and life.published > first:
                seen = self._over(life.published, "cache_ttl")
                if life.activated < seen:
                    yield Breakage(
                        life.activated,
                        seen,
                        Victim.CACHE,
                        life.kid,
                        f"it signs {life.activated - life.published} s after it was published; verifiers may use a key "
                        f"set without it for another {seen - life.activated} s",
                    )
            if life.gone is not None and life.last_signed is not None:
                expired = self._over(life.last_signed, "max_ttl")
                if life.gone < expired:
                    why = ", as an emergency asks for" if life.revoked else ""
                    yield Breakage(
                        life.gone,
                        expired,
                        Victim.TOKEN,
                        life.kid,
                        "it leaves the key set, but tokens that it signed may live for another "
                        f"{expired - life.gone} s{why}",
                    )
            yield from self._late(life)
        yield from self._silence(lives)

    def _over(self, moment: int, lifetime: str) -> int:
        """When the last token or cached key set of up to a moment is over.

        What was made before now keeps the lifetime that it was given then.
        """
        old = min(moment, self.now) + int(getattr(self.before, lifetime))
        return old if moment <= self.now else max(old, moment + int(getattr(self.after, lifetime)))

    def _late(self, life: _Life) -> Iterator[Breakage]:
        if self.after.every is None or life.activated is None or (life.retired is None and life.gone is not None):
            return
        due = max(life.activated + self.after.every, self.now)
        until = self.end if life.retired is None else life.retired
        if due < until:
            reason = f"it signs {until - due} s longer than it should: no other key may sign sooner"
            yield Breakage(due, until, Victim.SCHEDULE, life.kid, reason)

    def _silence(self, lives: Iterable[_Life]) -> Iterator[Breakage]:
        """The times in which no key signs."""
        signing = sorted(
            (life.activated, self.end if life.last_signed is None else life.last_signed)
            for life in lives
            if life.activated is not None
        )
        begin = min((life.published for life in lives), default=self.now)
        for activated, last in [*signing, (self.end, self.end)]:
            if begin < activated:
                yield Breakage(begin, activated, Victim.SERVICE, None, f"no key signs for {activated - begin} s")
            begin = max(begin, last)
