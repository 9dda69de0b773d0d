"""The states of signing keys over time, and the one promise behind them: no live token is ever stranded."""

from __future__ import annotations

import bisect
import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jwtctl.errors import InputError, UsageError
from jwtctl.jose.key import from_jwk
from jwtctl.keysets import rotation
from jwtctl.model import KeyState, Place, Schedule
from tests.keysets.conftest import P256, P256_D

DAY, HOUR = 86_400, 3_600
DAILY = Schedule("ES256", every=DAY, max_ttl=HOUR, cache_ttl=900, buffer=300)


def maker():
    """Gives keys a, b, c … whose material does not matter here."""
    names = itertools.chain("abcdefghijklmnopqrstuvwxyz", map(str, itertools.count()))
    return lambda: from_jwk({**P256, "d": P256_D, "kid": next(names), "alg": "ES256"}, Place("-"))


def states(store):
    return "".join(f"{entry.kid}:{entry.state.value} " for entry in store.entries).strip()


def steps(done):
    return [f"{step.what} {step.kid}" for step in done.steps]


def test_the_first_key_signs_at_once_and_the_next_is_published():
    done = rotation.begin(DAILY, 1000, maker())
    assert states(done.store) == "a:active b:pending"
    assert steps(done) == ["published a", "activated a", "published b"]
    assert done.next_due == 1000 + DAY - 300


def test_a_life():
    make = maker()
    store = rotation.begin(DAILY, 0, make).store
    assert not rotation.rotate(store, DAY - 301, make).steps
    done = rotation.rotate(store, DAY, make)
    assert steps(done) == ["retired a", "activated b", "published c"]
    assert states(done.store) == "a:retiring b:active c:pending"
    assert done.next_due == DAY + HOUR + 300
    assert not rotation.rotate(done.store, DAY + HOUR + 299, make).steps
    done = rotation.rotate(done.store, DAY + HOUR + 300, make)
    assert steps(done) == ["dropped a"]
    assert states(done.store) == "b:active c:pending"
    assert [(event.at, event.what, event.kid) for event in done.store.history][-1] == (DAY + HOUR + 300, "dropped", "a")
    assert len(done.store.history) == 7


@pytest.mark.parametrize(("every", "early"), [(DAY, 300), (HOUR, 180), (1200, 60), (900, 45)])
def test_a_timer_that_fires_a_moment_sooner_counts(every, early):
    make = maker()
    store = rotation.begin(replace(DAILY, every=every), 0, make).store
    assert not rotation.is_due(store, every - early - 1)
    assert rotation.is_due(store, every - early)


def test_a_key_that_verifiers_may_not_have_seen_does_not_sign():
    make = maker()
    store = rotation.begin(DAILY, 0, make).store
    done = rotation.rotate(store, 899, make, by_hand=True)
    assert (steps(done), states(done.store)) == ([], "a:active b:pending")
    assert done.obstacles == (
        "the pending key 'b' may sign in 1 s: until then verifiers may have cached a key set without it",
    )
    assert steps(rotation.rotate(store, 900, make, by_hand=True)) == ["retired a", "activated b", "published c"]


def test_a_missed_week_is_one_rotation():
    make = maker()
    store = rotation.begin(DAILY, 0, make).store
    done = rotation.rotate(store, 7 * DAY, make)
    assert steps(done) == ["retired a", "activated b", "published c"]


def test_a_store_without_a_pending_key_gets_one_first():
    make = maker()
    store = rotation.begin(DAILY, 0, make).store
    store = replace(store, entries=store.of(KeyState.ACTIVE))
    done = rotation.rotate(store, DAY, make)
    assert steps(done) == ["published c"]
    assert done.obstacles == ("no key is pending: one is published now, and may sign once verifiers have seen it",)
    assert steps(rotation.rotate(done.store, DAY + 900, make)) == ["retired a", "activated c", "published d"]


def test_keys_that_are_due_together_are_dropped_together():
    make = maker()
    store = rotation.begin(replace(DAILY, every=None, cache_ttl=10), 0, make).store
    for now in (10, 20, 30):
        store = rotation.rotate(store, now, make, by_hand=True).store
    assert states(store) == "a:retiring b:retiring c:retiring d:active e:pending"
    assert steps(rotation.rotate(store, 20 + HOUR + 300, make)) == ["dropped a", "dropped b"]


@pytest.mark.parametrize("now", [0, 999])
def test_a_clock_that_runs_backwards_drops_nothing(now):
    make = maker()
    store = rotation.begin(DAILY, 1000, make).store
    with pytest.raises(InputError, match=f"the clock says {now}, before the store's last change at 1000"):
        rotation.rotate(store, now, make)


def test_a_leaked_active_key_goes_at_once():
    make = maker()
    store = rotation.begin(DAILY, 1000, make).store
    done = rotation.revoke(store, 1000 + 900, make)
    assert steps(done) == ["revoked a", "activated b", "published c"]
    assert states(done.store) == "b:active c:pending"
    assert done.obstacles == ()


def test_an_emergency_before_verifiers_saw_the_next_key_and_with_a_slow_clock():
    make = maker()
    store = rotation.begin(DAILY, 1000, make).store
    done = rotation.revoke(store, 10, make)
    assert steps(done) == ["revoked a", "activated b", "published c"]
    assert {step.at for step in done.steps} == {1000}
    assert done.obstacles == (
        "verifiers may refuse tokens of 'b' for up to 900 s: they may have cached a key set without it",
    )


def test_a_leaked_key_that_does_not_sign():
    make = maker()
    store = rotation.rotate(rotation.begin(DAILY, 0, make).store, DAY, make).store
    assert steps(rotation.revoke(store, DAY, make, "a")) == ["revoked a"]
    assert steps(rotation.revoke(store, DAY, make, "c")) == ["revoked c", "published d"]
    with pytest.raises(InputError, match="the store has no key 'nosuch'"):
        rotation.revoke(store, DAY, make, "nosuch")


def test_an_emergency_without_a_pending_key():
    make = maker()
    store = rotation.begin(DAILY, 0, make).store
    store = replace(store, entries=store.of(KeyState.ACTIVE))
    assert steps(rotation.revoke(store, 10, make)) == ["revoked a", "published c", "activated c", "published d"]


def test_a_schedule_that_cannot_be_kept():
    with pytest.raises(UsageError, match="keys would be activated every 60 s, but verifiers may not see a new one for"):
        Schedule("ES256", every=60, cache_ttl=61)


@settings(deadline=None, max_examples=150)
@given(
    every=st.integers(60, 400),
    cache_ttl=st.integers(0, 60),
    max_ttl=st.integers(1, 600),
    buffer=st.integers(0, 50),
    runs=st.lists(st.tuples(st.integers(0, 300), st.booleans()), min_size=1, max_size=40),
)
def test_no_live_token_is_ever_stranded(every, cache_ttl, max_ttl, buffer, runs):
    """Whenever it was signed, and however old the verifier's copy of the key set is within what it may be."""
    schedule = Schedule("ES256", every=every, max_ttl=max_ttl, cache_ttl=cache_ttl, buffer=buffer)
    make = maker()
    store = rotation.begin(schedule, 0, make).store
    moments, stores = [0], [store]
    for pause, by_hand in runs:
        store = rotation.rotate(store, moments[-1] + pause, make, by_hand=by_hand).store
        moments.append(moments[-1] + pause)
        stores.append(store)

    def at(moment):
        return stores[bisect.bisect_right(moments, moment) - 1]

    for signed in {*moments, *(moment - 1 for moment in moments[1:] if moment)}:
        for verified in (signed, signed + max_ttl // 2, signed + max_ttl):
            for fetched in (verified, max(0, verified - cache_ttl)):
                kids = {entry.kid for entry in at(fetched).entries}
                assert at(signed).active.kid in kids, f"signed {signed}, verified {verified} with the set of {fetched}"
