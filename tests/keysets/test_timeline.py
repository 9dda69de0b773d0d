"""Keys over time: what is foreseen is what happens, and every kind of breakage is seen where it is and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jwtctl.errors import InputError, UsageError
from jwtctl.keysets import rotation
from jwtctl.keysets.timeline import MOST_FORESEEN, timeline
from jwtctl.model import KeyEvent, KeyState, KeyStore, Proposal, Schedule, Victim
from tests.keysets.test_rotation import DAILY, DAY, HOUR, maker


def begun(schedule=DAILY, at=0):
    return rotation.begin(schedule, at, maker()).store


def drawn(store, now, *, back=30 * DAY, ahead=3 * DAY, **proposed):
    return timeline(store, now, back=back, ahead=ahead, proposal=Proposal(**proposed))


def spans(key):
    return [(span.state.value, span.begin, span.end) for span in key.spans]


def broken(found):
    return [(each.victim, each.kid, each.at, each.until) for each in found.breakages]


def test_a_sound_schedule():
    found = drawn(begun(), HOUR)
    first, second, third, *_ = found.keys
    early = DAY - 300
    assert (found.begin, found.now, found.end, found.earlier) == (0, HOUR, HOUR + 3 * DAY, 0)
    assert spans(first) == [("active", 0, early), ("retiring", early, DAY + HOUR)]
    assert spans(second)[:2] == [("pending", 0, early), ("active", early, 2 * early)]
    assert [key.foreseen for key in found.keys] == [False, False, True, True, True]
    assert (third.kid, first.gone, first.revoked) == ("next-1", DAY + HOUR, False)
    assert found.breakages == found.ahead == ()


def after(store):
    """Makes keys of other names than the first two."""
    make = maker()
    for _ in store.entries:
        make()
    return make


def lived(store, until, step=60):
    """The store after a timer has run every minute."""
    make = after(store)
    for moment in range(store.changed, until + 1, step):
        store = rotation.rotate(store, moment, make).store
    return store


def test_what_is_foreseen_is_what_happens():
    schedule = Schedule("ES256", every=HOUR, max_ttl=600, cache_ttl=1200, buffer=60)
    store = begun(schedule)
    foreseen = drawn(store, 0, ahead=6 * HOUR)
    happened = drawn(lived(store, 6 * HOUR), 6 * HOUR, ahead=0)
    assert len(happened.keys) > 7
    assert [spans(key) for key in happened.keys] == [spans(key) for key in foreseen.keys]
    assert [key.gone for key in happened.keys] == [key.gone for key in foreseen.keys]
    assert happened.breakages == foreseen.breakages == ()


@given(
    st.integers(600, 2 * DAY), st.integers(0, 2 * DAY), st.integers(0, DAY), st.integers(0, 600), st.integers(0, DAY)
)
@settings(max_examples=40, deadline=None)
def test_no_schedule_that_is_kept_from_the_start_breaks_anything(every, max_ttl, cache_ttl, buffer, now):
    schedule = Schedule("ES256", None, every, max_ttl, min(cache_ttl, every), buffer)
    found = drawn(begun(schedule, now), now, ahead=20 * every)
    assert found.breakages == ()
    active = sorted(span for key in found.keys for span in spans(key) if span[0] == "active")
    assert [end for _, _, end in active[:-1]] == [begin for _, begin, _ in active[1:]]


def test_a_shorter_life_of_tokens_does_not_shorten_those_that_live():
    """A key that retires now has signed tokens of an hour until this moment: rotate would drop it after 11 minutes."""
    found = drawn(begun(), DAY, max_ttl=360)
    assert broken(found) == [(Victim.TOKEN, "a", DAY + 660, DAY + HOUR)]
    assert "tokens that it signed may live for another 2940 s" in found.breakages[0].reason
    assert broken(drawn(begun(), DAY, max_ttl=HOUR - 301)) == [(Victim.TOKEN, "a", DAY + HOUR - 1, DAY + HOUR)]
    assert broken(drawn(begun(), DAY, max_ttl=HOUR - 300)) == []


def test_a_shorter_life_in_caches_does_not_empty_those_that_are_full():
    """The new key is published now: who has looked just before may keep a set without it for 900 s."""
    store = rotation.rotate(begun(), DAY, after(begun())).store
    found = drawn(store, DAY, ahead=2 * HOUR, cache_ttl=60, every=400)
    assert broken(found) == [
        (Victim.CACHE, "c", DAY + 380, DAY + 900),
        (Victim.CACHE, "next-1", DAY + 760, DAY + 900),
    ]
    assert found.breakages[0].reason == (
        "it signs 380 s after it was published; verifiers may use a key set without it for another 520 s"
    )
    assert broken(drawn(store, DAY, ahead=2 * HOUR, cache_ttl=60, every=1000)) == []


def test_a_schedule_that_cannot_be_kept():
    found = drawn(begun(), HOUR, every=600)
    assert broken(found) == [(Victim.SCHEDULE, None, HOUR, HOUR + 3 * DAY)]
    assert found.breakages[0].reason == (
        "it cannot be kept: a new key every 600 s, but verifiers may not see one for 900 s; a key signs for 900 s instead"
    )
    active = [span for key in found.keys for span in spans(key) if span[0] == "active"]
    assert {end - begin for _, begin, end in active[1:-1]} == {900}


def test_a_rotation_that_has_to_wait():
    """The pending key was published when the day began; caches of two days are to be waited for from then on."""
    found = drawn(begun(), DAY - HOUR, cache_ttl=2 * DAY, every=2 * DAY)
    assert broken(found) == []
    store = rotation.rotate(begun(), DAY, after(begun())).store
    found = drawn(store, DAY + HOUR, every=2 * HOUR, cache_ttl=2 * HOUR)
    assert broken(found) == []
    found = drawn(store, DAY + HOUR, every=3 * HOUR, cache_ttl=3 * HOUR)
    assert broken(found) == []
    late = replace(store.entries[2], published=DAY + HOUR)
    store = replace(store, entries=(*store.entries[:2], late))
    found = drawn(store, DAY + HOUR, every=3 * HOUR, cache_ttl=3 * HOUR)
    assert broken(found)[0] == (Victim.SCHEDULE, "b", DAY + 3 * HOUR, DAY + 4 * HOUR)


def test_an_emergency_strands_tokens_on_purpose():
    store = rotation.revoke(begun(), HOUR, after(begun())).store
    found = drawn(store, HOUR)
    assert broken(found) == [(Victim.TOKEN, "a", HOUR, 2 * HOUR)]
    assert found.breakages[0].reason.endswith("as an emergency asks for")
    assert found.keys[0].revoked
    assert found.ahead == found.breakages
    assert not drawn(store, 2 * HOUR).ahead
    assert broken(drawn(store, 2 * HOUR)) == broken(found)


def test_a_second_emergency_signs_with_a_key_that_caches_lack():
    store, make = begun(), after(begun())
    store = rotation.revoke(store, HOUR, make).store
    store = rotation.revoke(store, HOUR + 100, make).store
    assert (Victim.CACHE, store.active.kid, HOUR + 100, HOUR + 900) in broken(drawn(store, HOUR + 200))


def test_no_key_that_signs():
    store = begun()
    silent = replace(store, entries=store.entries[1:], history=store.history[2:])
    found = drawn(silent, 100)
    assert broken(found) == [(Victim.SERVICE, None, 0, 900)]
    assert found.breakages[0].reason == "no key signs for 900 s"
    empty = drawn(KeyStore(DAILY), 100)
    assert broken(empty) == [(Victim.SERVICE, None, 100, 1000)]
    assert [key.foreseen for key in empty.keys][:1] == [True]


def test_keys_that_sign_side_by_side_leave_no_silence():
    """Two keys of a history that no rotation wrote: the shorter life lies within the longer one."""
    told = [("published", "a", 0), ("activated", "a", 0), ("published", "b", 0), ("activated", "b", 1000)]
    told += [("retired", "b", 2000), ("retired", "a", 5000), ("published", "c", 0), ("activated", "c", 5000)]
    history = tuple(KeyEvent(at, what, kid, "") for what, kid, at in told)
    assert not [each for each in drawn(KeyStore(DAILY, (), history), 5000, ahead=0).breakages if each.at < 5000]


def test_keys_rotated_by_hand():
    found = drawn(begun(replace(DAILY, every=None)), HOUR)
    assert found.rotated_by_hand
    assert [spans(key)[-1][0] for key in found.keys] == ["active", "pending"]
    assert not drawn(begun(replace(DAILY, every=None)), HOUR, every=DAY).rotated_by_hand


def test_what_was_dropped_before_the_picture_is_counted():
    store = lived(begun(), 5 * DAY, step=600)
    found = drawn(store, 5 * DAY, back=DAY)
    assert found.earlier == 3
    assert found.keys[0].gone >= found.begin


def test_names_of_keys_that_do_not_exist_are_nobody_s():
    store = begun()
    named = replace(store.entries[0], key=store.entries[0].key._replace(kid="next-1"))
    found = drawn(replace(store, entries=(named, *store.entries[1:])), HOUR)
    kids = [key.kid for key in found.keys]
    assert len(set(kids)) == len(kids)
    assert "next-2" in kids


def test_a_simulation_is_bounded():
    store = begun()
    with pytest.raises(UsageError, match=f"more than {MOST_FORESEEN} keys"):
        drawn(store, 0, ahead=10 * DAY, every=1, cache_ttl=1)
    with pytest.raises(UsageError, match=f"more than {MOST_FORESEEN} keys"):
        drawn(store, 0, ahead=0, every=0, cache_ttl=0)


def test_a_clock_that_runs_backwards_is_refused():
    with pytest.raises(InputError, match="the clock says 5, before"):
        drawn(begun(at=10), 5)


def test_the_store_is_left_alone():
    store = begun()
    before = (store.entries, store.history)
    drawn(store, DAY, every=HOUR)
    assert (store.entries, store.history) == before
    assert store.active.state is KeyState.ACTIVE
