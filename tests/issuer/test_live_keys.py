"""Keys that change while an issuer runs."""

import asyncio
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest

from jwtctl.errors import InputError, KeyMaterialError
from jwtctl.issuer.live_keys import LiveKeys, Rotating, keep_rotating
from jwtctl.keysets import rotation, store
from jwtctl.model import KeyState, Schedule
from tests.issuer.conftest import NOON, Clock, make_key

DAY = 86_400
FAST = Schedule("ES256", every=10, cache_ttl=5, max_ttl=30, buffer=10)


@pytest.fixture
def notes():
    return []


@pytest.fixture
def keys(store_path, notes):
    return LiveKeys(store_path, notes.append)


def test_a_rotation_by_somebody_else_is_seen(keys, notes):
    before = keys.active.kid
    store.change(keys.path, lambda old: rotation.rotate(old, NOON + DAY, make_key))
    assert keys.active.kid != before
    assert keys.document["keys"][0]["kid"] == before
    assert len(keys.published.keys) == 3
    assert notes == ["the store has changed: 1 pending, 1 active, 1 retiring"]


def test_a_store_that_broke_leaves_the_keys_as_they_were(keys, notes):
    before, file = keys.active.kid, Path(keys.path) / "store.json"
    whole = file.read_bytes()
    file.write_bytes(whole[:100])
    assert keys.active.kid == before
    assert keys.active.kid == before
    assert len(notes) == 1
    assert "the keys stay as they were: " in notes[0]
    file.unlink()
    assert keys.active.kid == before
    file.write_bytes(whole)
    file.chmod(0o600)
    assert keys.active.kid == before
    assert len(notes) == 2


def test_a_store_that_is_mended_without_a_change_of_its_files_is_read(keys, notes):
    """An emergency rotation must not be missed because something stood in the way when it was first looked at."""
    revoked, foreign = keys.active.kid, Path(keys.path) / "foreign"
    store.change(keys.path, lambda old: rotation.revoke(old, NOON, make_key))
    foreign.touch()
    assert keys.active.kid == revoked
    assert keys.active.kid == revoked
    foreign.unlink()
    assert keys.active.kid != revoked
    assert [note.partition(":")[0] for note in notes] == ["the keys stay as they were", "the store has changed"]


def test_no_store(tmp_path, store_path):
    with pytest.raises(InputError):
        LiveKeys(str(tmp_path / "absent"), print)
    old = store.load(store_path)
    kid = old.active.kid
    gone = replace(old, entries=tuple(entry for entry in old.entries if entry.kid != kid))
    store.change(store_path, lambda _: replace(rotation.rotate(old, NOON, make_key), store=gone))
    with pytest.raises(KeyMaterialError, match="no active key"):
        LiveKeys(store_path, print)


def test_a_faster_schedule_publishes_before_it_signs_and_keeps_what_has_tokens(store_path):
    """Every second for two minutes, judged by what the schedule promises."""
    begun = store.load(store_path)
    rotating = Rotating(FAST, NOON, make_key)
    state, seen, activations = begun, {}, []
    for now in range(NOON, NOON + 120):
        if rotating.is_due(state, now):
            state = rotating.plan(state, now).store
        for entry in state.entries:
            seen.setdefault(entry.kid, now)
        active = state.active.kid
        if not activations or activations[-1][1] != active:
            activations.append((now, active))
    assert len(activations) >= 11
    for at, kid in activations[2:]:
        assert at - seen[kid] >= FAST.cache_ttl
    here = [entry for entry in state.entries if entry.state is KeyState.RETIRING and entry.activated >= NOON]
    assert 3 <= len(here) <= 5
    # The key that was active before may have signed elsewhere, for as long as the store allows.
    assert begun.active.kid in [entry.kid for entry in state.entries]
    assert state.schedule == begun.schedule
    late = NOON + begun.schedule.max_ttl + begun.schedule.buffer + 60
    assert begun.active.kid not in [entry.kid for entry in rotating.plan(state, late).store.entries]


def test_the_history_stays_bounded(store_path):
    old = store.load(store_path)
    long = replace(old, history=old.history * 5000)
    assert len(Rotating(FAST, NOON, make_key).plan(long, NOON).store.history) == 10_000


def test_rotation_in_the_background(keys, notes):
    clock = Clock(NOON)
    before = keys.active.kid

    async def scenario(seconds):
        task = asyncio.create_task(keep_rotating(keys, Rotating(FAST, NOON, make_key), clock, notes.append))
        await asyncio.sleep(seconds)
        task.cancel()

    asyncio.run(scenario(0.5))
    assert keys.active.kid != before
    assert notes[0].startswith(f"rotated: retired {before}, activated {keys.active.kid}, published ")
    Path(keys.path, "store.lock").chmod(0o600)
    Path(keys.path, "foreign").touch()
    clock.now += 20
    notes.clear()
    asyncio.run(scenario(0.8))
    assert any(note.startswith("no rotation: ") and "does not belong" in note for note in notes)
    assert len([note for note in notes if note.startswith("no rotation: ")]) == 1
    notes.clear()
    with mock.patch("jwtctl.keysets.store.change", side_effect=RuntimeError):
        asyncio.run(scenario(0.4))
    assert notes == ["no rotation: a bug, RuntimeError"]
