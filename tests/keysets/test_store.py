"""A store on the disk: whole at every instant, one run at a time, and nobody else's."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
from pathlib import Path

import pytest

from jwtctl.errors import InputError, KeyMaterialError
from jwtctl.jose.generate import generate
from jwtctl.jose.key import named
from jwtctl.keysets import rotation, run_lock, store
from jwtctl.model import KeyState, Schedule

DAY = 86_400
DAILY = Schedule("ES256", every=DAY)


def make():
    return named(generate("ES256"), "thumbprint")


@pytest.fixture
def path(tmp_path):
    """A store that was begun at time 0 and has a retiring, an active and a pending key since the end of a day."""
    store.begin(str(tmp_path / "store"), rotation.begin(DAILY, 0, make))
    rotate(str(tmp_path / "store"), DAY)
    return str(tmp_path / "store")


def rotate(path, now):
    return store.change(path, lambda given: rotation.rotate(given, now, make))


def private_members(path):
    return {name for key in json.loads((Path(path) / "jwks.json").read_bytes())["keys"] for name in key} & {"d", "k"}


def test_what_a_store_is(path):
    folder = Path(path)
    assert sorted(entry.name for entry in folder.iterdir()) == ["jwks.json", "store.json", "store.lock"]
    assert folder.joinpath("store.json").stat().st_mode & 0o777 == 0o600
    assert private_members(path) == set()
    found = store.load(path)
    assert [entry.state for entry in found.entries] == [KeyState.RETIRING, KeyState.ACTIVE, KeyState.PENDING]
    assert [event.what for event in found.history].count("activated") == 2
    key, schedule = store.signing_key(path)
    assert (key, schedule) == (found.active.key, DAILY)
    assert key.is_private
    published = store.published(path)
    assert [item.kid for item in published.keys] == [entry.kid for entry in found.entries]
    assert not any(item.is_private for item in published.keys)


def test_what_is_read_is_what_was_written(tmp_path):
    path = str(tmp_path / "s")
    first = rotation.begin(Schedule("Ed25519", None, None, 10, 20, 30), 7, lambda: named(generate("Ed25519"), "uuid"))
    store.begin(path, first)
    found = store.load(path)
    assert (found.schedule, found.history) == (first.store.schedule, first.store.history)
    for written, read in zip(first.store.entries, found.entries, strict=True):
        assert (written.state, written.published, written.activated) == (read.state, read.published, read.activated)
        assert (written.key.octets, written.kid, written.key.alg) == (read.key.octets, read.kid, read.key.alg)


def test_a_run_with_nothing_to_do_writes_nothing(path):
    before = {entry.name: entry.stat().st_mtime_ns for entry in Path(path).iterdir()}
    assert not rotate(path, DAY + 1).steps
    assert {entry.name: entry.stat().st_mtime_ns for entry in Path(path).iterdir()} == before


def _killed_after(path, operations):
    """Rotate in a process of its own that kills itself before its n-th operation on a file; tell whether it lived."""

    def child():
        left = [operations]
        for module, name in ((os, "open"), (os, "fsync"), (os, "replace"), (os, "unlink"), (os, "fdopen")):
            original = getattr(module, name)

            def counted(*args, _original=original, **options):
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return _original(*args, **options)

            setattr(module, name, counted)
        rotate(path, 2 * DAY)
        os._exit(0)

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    process.join()
    assert process.exitcode in {0, -signal.SIGKILL}
    return process.exitcode == 0


def test_a_run_that_is_killed_leaves_the_old_store_or_the_new_one(path):
    """At every operation on a file there is: what was is read again, or what was meant to be, and everything verifies."""
    old = store.load(path)
    outcomes = []
    for operations in range(100):
        lived = _killed_after(path, operations)
        found = store.load(path)
        assert private_members(path) == set()
        kids = {key.kid for key in store.published(path).keys}
        public = {key["kid"] for key in json.loads((Path(path) / "jwks.json").read_bytes())["keys"]}
        assert kids <= public
        if found == old:
            outcomes.append("old")
        else:
            outcomes.append("new")
            assert [event.what for event in found.history[len(old.history) :]] == [
                "dropped",
                "retired",
                "activated",
                "published",
            ]
            break
        assert not lived
    assert outcomes.count("old") >= 10
    assert outcomes[-1] == "new"
    rotate(path, 2 * DAY)
    assert sorted(entry.name for entry in Path(path).iterdir()) == ["jwks.json", "store.json", "store.lock"]
    document = json.loads((Path(path) / "jwks.json").read_bytes())
    assert [key["kid"] for key in document["keys"]] == [entry.kid for entry in store.load(path).entries]


def test_a_first_run_that_is_killed_can_be_begun_again(tmp_path):
    path = tmp_path / "store"
    path.mkdir()
    for name in ("store.lock", "jwks.json", ".store.json.new"):
        (path / name).write_text("{}")
    store.begin(str(path), rotation.begin(DAILY, 0, make))
    assert store.load(str(path)).active


def test_a_full_disk_leaves_the_old_store(path, monkeypatch):
    before = {entry.name: entry.read_bytes() for entry in Path(path).iterdir()}

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match=r"cannot write to '.*': no space left on device"):
        rotate(path, 2 * DAY)
    assert {entry.name: entry.read_bytes() for entry in Path(path).iterdir()} == before


def test_two_runs_at_once_take_their_turns(path):
    """Twenty runs at the same moment: one does what is due, the others find it done."""
    done = []
    threads = [threading.Thread(target=lambda: done.append(rotate(path, 2 * DAY))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(len(each.steps) for each in done) == [0] * 19 + [4]
    assert len(store.load(path).entries) == 3


def test_a_reader_is_not_led_astray_by_a_run_between_the_two_files(path, monkeypatch):
    document, rotated = store._document, []

    def read(file):
        if file.name == store.PUBLIC and not rotated:
            rotated.append(True)
            rotate(path, 2 * DAY)
        return document(file)

    before = store.load(path)
    monkeypatch.setattr(store, "_document", read)
    found = store.load(path)
    assert rotated
    assert found != before
    assert found == store.load(path)


def test_a_run_that_never_ends_is_waited_for_ten_seconds(path, monkeypatch):
    ticks = iter(range(0, 100, 5))
    with run_lock.held(Path(path) / store.LOCK, path):
        monkeypatch.setattr(run_lock.time, "monotonic", lambda: next(ticks))
        with pytest.raises(InputError, match="another run is at work on"):
            rotate(path, 2 * DAY)


def damaged(name, change):
    def damage(folder):
        file = folder / name
        file.write_bytes(change(file.read_bytes()))

    return damage


def edited(**members):
    return damaged("store.json", lambda octets: json.dumps(json.loads(octets) | members).encode())


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / "store.json").unlink(), "store.json' is missing"),
        (lambda folder: (folder / "jwks.json").unlink(), "jwks.json' is missing"),
        (damaged("store.json", lambda octets: octets[:-20]), "store.json' is truncated or no store file: not JSON"),
        (damaged("store.json", lambda _: b""), "store.json' is truncated or no store file"),
        (damaged("jwks.json", lambda octets: octets[:100]), "jwks.json' is truncated or no store file"),
        (damaged("jwks.json", lambda _: b'{"keys": []}'), "jwks.json' does not publish the key"),
        (damaged("jwks.json", lambda octets: octets.replace(b'"ES256"', b'"RS256"')), "does not publish the key"),
        (lambda folder: (folder / "notes.txt").write_text("x"), "notes.txt' does not belong to a store"),
        (lambda folder: (folder / "store.json").chmod(0o640), "store.json' can be read or changed by others"),
        (lambda folder: (folder / "store.json").chmod(0o602), "store.json' can be read or changed by others"),
        (lambda folder: (folder / "jwks.json").chmod(0o664), "jwks.json' can be changed by others"),
        (lambda folder: folder.chmod(0o777), "store' can be changed by others"),
        (edited(schema="x"), "is no store: its schema is not 'jwtctl.store/1'"),
        (edited(schedule={}), "is no store that jwtctl wrote: 'size' is missing"),
        (edited(states={}), "is no store that jwtctl wrote"),
        (edited(history=[[1]]), "is no store that jwtctl wrote"),
        (edited(history=[["x", "x", "x", "x"]]), "a time or size is no sensible whole number"),
        (edited(keys=[{"kty": "oct", "k": "AAAA", "kid": "a"}]), "entry 0 is no private key with a kid"),
        (edited(keys=[{"kty": "X"}]), "entry 0: unknown key type"),
        (edited(keys=7), "is no key set"),
    ],
)
def test_a_store_that_is_not_whole_is_named_and_left_alone(path, damage, message):
    damage(Path(path))
    before = {entry.name: entry.read_bytes() for entry in Path(path).iterdir()}
    for use in (store.load, store.published, store.signing_key, lambda given: rotate(given, 2 * DAY)):
        with pytest.raises(InputError, match=message):
            use(path)
    assert {entry.name: entry.read_bytes() for entry in Path(path).iterdir()} == before


def test_states_that_contradict_each_other(path):
    def doubled(octets):
        document = json.loads(octets)
        for state in document["states"].values():
            state["state"] = "active"
        return json.dumps(document).encode()

    damaged("store.json", doubled)(Path(path))
    with pytest.raises(InputError, match="two keys are active"):
        store.load(path)


def test_a_store_of_another_user(path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    if Path(path).stat().st_uid == 0:
        os.chown(path, 4242, -1)
    with pytest.raises(InputError, match="belongs to another user"):
        store.load(path)


def test_no_store_is_begun_where_something_is(path, tmp_path):
    with pytest.raises(InputError, match="is a store already"):
        store.begin(path, rotation.begin(DAILY, 0, make))
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "file").write_text("x")
    with pytest.raises(InputError, match="is not empty"):
        store.begin(str(tmp_path / "x"), rotation.begin(DAILY, 0, make))
    with pytest.raises(InputError, match=r"not a directory|file exists"):
        store.begin(str(tmp_path / "x" / "file"), rotation.begin(DAILY, 0, make))
    with pytest.raises(InputError, match="is no directory"):
        store.load(str(tmp_path / "nosuch"))


def test_nothing_is_left_where_there_is_no_store(tmp_path):
    with pytest.raises(InputError, match="is missing"):
        rotate(str(tmp_path), 0)
    assert list(tmp_path.iterdir()) == []


def test_a_store_without_an_active_key_signs_nothing(path):
    def idle(octets):
        document = json.loads(octets)
        for state in document["states"].values():
            state["state"] = "pending"
        return json.dumps(document).encode()

    damaged("store.json", idle)(Path(path))
    with pytest.raises(KeyMaterialError, match="has no active key"):
        store.signing_key(path)
