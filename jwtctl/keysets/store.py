"""A directory that holds an issuer's keys: `store.json`, private, and `jwks.json`, what it publishes.

`store.json` is a JWK Set of the private keys with the schedule, the states and the history beside them; it is replaced
whole by one rename, and that rename is the change. `jwks.json` follows from it. Before a change it is replaced by the
union of what was and what will be published, so that a run which is killed at any instant leaves a key set with which
everything verifies, and the next run puts it right.
"""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jwtctl.errors import InputError, KeyMaterialError
from jwtctl.jose import json_object, key_writing
from jwtctl.jose.key import from_jwks, to_jwk
from jwtctl.keysets import run_lock
from jwtctl.keysets.identity import short
from jwtctl.model import KeyEvent, KeyState, KeyStore, Schedule, StoredKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from jwtctl.model import Key, KeySet, Rotation

SCHEMA = "jwtctl.store/1"
STORE, PUBLIC, LOCK = "store.json", "jwks.json", "store.lock"
_TEMPORARY = {f".{STORE}.new", f".{PUBLIC}.new"}
_MAX_OCTETS = 16 << 20
_TIMES = ("published", "activated", "retired")
_SECONDS = ("every", "max_ttl", "cache_ttl", "buffer")


def load(path: str) -> KeyStore:
    """Read a store, and make sure that it is whole, and nobody else's to read or change.

    Raises:
        InputError: naming the file that is missing, truncated, foreign, readable by others, or at odds with the rest.
    """
    folder = Path(path)
    _refuse_others(folder)
    store = _parsed(folder / STORE)
    while missing := _unpublished(store, folder):
        # The key set always holds the keys of the store that is there: unless another run came in between.
        read, store = store, _parsed(folder / STORE)
        if store == read:
            raise InputError(
                f"'{folder / PUBLIC}' does not publish the key '{short(missing[0], 100)}' of the store",
                hint=f"jwtctl jwks public {folder / STORE} -o {folder / PUBLIC} --force writes it anew",
            )
    return store


def published(path: str) -> KeySet:
    """The public key set of a store, for verifying: pending, active and retiring keys.

    Raises:
        InputError: as `load`.
    """
    return from_jwks(_published(load(path).entries), path)


def signing_key(path: str) -> tuple[Key, Schedule]:
    """The active key of a store, and how long its tokens may live.

    Raises:
        InputError: as `load`; KeyMaterialError if no key is active.
    """
    store = load(path)
    if store.active is None:
        raise KeyMaterialError(f"'{short(path)}' has no active key", hint=f"jwtctl jwks rotate {path} activates one")
    return store.active.key, store.schedule


def begin(path: str, first: Rotation) -> None:
    """Write a new store.

    Args:
        path: a directory that does not exist or is empty.
        first: the state that it begins with.

    Raises:
        InputError: if there is something in the directory, or it cannot be made or written.
    """
    _must_be_new(path)
    with run_lock.held(Path(path) / LOCK, path):
        _must_be_new(path)
        _save(path, first.store, None)


def change(path: str, plan: Callable[[KeyStore], Rotation]) -> Rotation:
    """Change a store, alone: two runs at once take their turns.

    Args:
        path: the directory.
        plan: from the store as it is to what is to become of it.

    Raises:
        InputError: as `load`; if another run holds the store for longer than ten seconds; if it cannot be written,
            and then what was there before is still whole.
    """
    # Before the lock is made: what is no store gets no file of ours.
    load(path)
    with run_lock.held(Path(path) / LOCK, path):
        old = load(path)
        planned = plan(old)
        _save(path, planned.store, old)
    return planned


def _must_be_new(path: str) -> None:
    folder = Path(path)
    try:
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        present = {entry.name for entry in folder.iterdir()}
    except OSError as err:
        raise InputError(f"'{short(path)}': {(err.strerror or str(err)).lower()}") from err
    # A first run that was killed leaves these, and the lock says that it was one.
    leftovers = {LOCK, PUBLIC, *_TEMPORARY} if LOCK in present else set()
    if present - leftovers:
        what = "a store already" if STORE in present else "not empty"
        raise InputError(f"'{short(path)}' is {what}", hint="name a new directory for --init")


def _save(path: str, new: KeyStore, old: KeyStore | None) -> None:
    folder = Path(path)
    try:
        union = {entry.kid: entry for entry in (*(old.entries if old else ()), *new.entries)}
        _write(folder / PUBLIC, key_writing.document(_published(union.values())), 0o644)
        _write(folder / STORE, _written(new), 0o600)
        _write(folder / PUBLIC, key_writing.document(_published(new.entries)), 0o644)
    except OSError as err:
        raise InputError(f"cannot write to '{short(path)}': {(err.strerror or str(err)).lower()}") from err


def _write(target: Path, octets: bytes, mode: int) -> None:
    if target.exists() and target.read_bytes() == octets:
        return
    temporary = target.with_name(f".{target.name}.new")
    temporary.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    # A rename is on the disk when its directory is.
    handle = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _unpublished(store: KeyStore, folder: Path) -> list[str]:
    published = _document(folder / PUBLIC)
    stated = {json.dumps(entry, sort_keys=True) for entry in published.get("keys", []) if isinstance(entry, dict)}
    return [entry.kid for entry in store.entries if json.dumps(_public(entry.key), sort_keys=True) not in stated]


def _refuse_others(folder: Path) -> None:
    try:
        if not folder.is_dir():
            raise InputError(f"'{short(str(folder))}' is no directory", hint="--init makes a store")
        present = {entry.name for entry in folder.iterdir()}
        for name in (STORE, PUBLIC):
            # A listing may miss a file that is being replaced.
            if name not in present and not (folder / name).exists():
                raise InputError(f"'{folder / name}' is missing", hint="restore it from a backup, or begin with --init")
        foreign = sorted(present - {STORE, PUBLIC, LOCK, *_TEMPORARY})
        if foreign:
            raise InputError(
                f"'{short(str(folder / foreign[0]))}' does not belong to a store", hint="move it elsewhere"
            )
        for item, forbidden, what in (
            (folder, stat.S_IWGRP | stat.S_IWOTH, "changed"),
            (folder / STORE, stat.S_IRWXG | stat.S_IRWXO, "read or changed"),
            (folder / PUBLIC, stat.S_IWGRP | stat.S_IWOTH, "changed"),
        ):
            found = item.stat()
            if found.st_mode & forbidden:
                raise InputError(
                    f"'{item}' can be {what} by others", hint=f"chmod go-{'w' if what == 'changed' else 'rwx'} {item}"
                )
            if found.st_uid not in {os.geteuid(), 0}:
                raise InputError(f"'{item}' belongs to another user", hint="run this as its owner")
    except OSError as err:
        raise InputError(f"'{short(str(folder))}': {(err.strerror or str(err)).lower()}") from err


def _document(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            octets = file.read(_MAX_OCTETS + 1)
        if len(octets) > _MAX_OCTETS:
            raise InputError(f"'{path}' is larger than {_MAX_OCTETS:,} bytes")
        document, repeated = json_object.parse_object(octets)
    except OSError as err:
        raise InputError(f"'{path}': {(err.strerror or str(err)).lower()}") from err
    except ValueError as err:
        raise InputError(f"'{path}' is truncated or no store file: {err}", hint="restore it from a backup") from err
    if repeated or not isinstance(document.get("keys"), list):
        raise InputError(f"'{path}' is no key set", hint="restore it from a backup")
    return document


def _parsed(path: Path) -> KeyStore:
    document = _document(path)
    if document.get("schema") != SCHEMA:
        raise InputError(f"'{path}' is no store: its schema is not '{SCHEMA}'")
    keys = from_jwks(document, str(path))
    try:
        if keys.problems:
            raise ValueError(f"entry {keys.problems[0].place.index}: {keys.problems[0].message}")  # noqa: TRY301 - one error kind
        schedule = _schedule(document["schedule"])
        entries = tuple(_entry(key, document["states"]) for key in keys.keys)
        history = tuple(
            KeyEvent(_whole(at), str(what), str(kid), str(print_)) for at, what, kid, print_ in document["history"]
        )
        return _consistent(KeyStore(schedule, entries, history))
    except (KeyError, TypeError, ValueError) as err:
        reason = f"{err} is missing" if isinstance(err, KeyError) else str(err)
        raise InputError(f"'{path}' is no store that jwtctl wrote: {reason}", hint="restore it from a backup") from err


def _schedule(stated: Mapping[str, Any]) -> Schedule:
    size, every = (None if stated[name] is None else _whole(stated[name]) for name in ("size", "every"))
    max_ttl, cache_ttl, buffer = (_whole(stated[name]) for name in _SECONDS[1:])
    return Schedule(str(stated["alg"]), size, every, max_ttl, cache_ttl, buffer)


def _entry(key: Key, states: Mapping[str, Mapping[str, Any]]) -> StoredKey:
    if not key.kid or not key.is_private or key.is_symmetric:
        raise ValueError(f"entry {key.place.index} is no private key with a kid")
    stated = states[key.kid]
    times = {name: None if stated.get(name) is None else _whole(stated[name]) for name in _TIMES}
    return StoredKey(key, KeyState(stated["state"]), times["published"] or 0, times["activated"], times["retired"])


def _consistent(store: KeyStore) -> KeyStore:
    kids = [entry.kid for entry in store.entries]
    if len(set(kids)) != len(kids):
        raise ValueError("a kid stands twice")
    if len(store.of(KeyState.ACTIVE)) > 1:
        raise ValueError("two keys are active")
    if store.of(KeyState.DROPPED):
        raise ValueError("a dropped key is still there")
    return store


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 48:
        raise ValueError("a time or size is no sensible whole number")
    return value


def _written(store: KeyStore) -> bytes:
    schedule = store.schedule
    document = {
        "schema": SCHEMA,
        "schedule": {name: getattr(schedule, name) for name in ("alg", "size", *_SECONDS)},
        "states": {
            entry.kid: {"state": entry.state.value}
            | {name: getattr(entry, name) for name in _TIMES if getattr(entry, name) is not None}
            for entry in store.entries
        },
        "history": [[event.at, event.what, event.kid, event.thumbprint] for event in store.history],
        "keys": [to_jwk(entry.key, private=True) for entry in store.entries],
    }
    return json.dumps(document, ensure_ascii=True, indent=1).encode() + b"\n"


def _published(entries: Iterable[StoredKey]) -> dict[str, Any]:
    return {"keys": [_public(entry.key) for entry in entries]}


def _public(key: Key) -> dict[str, Any]:
    return to_jwk(key, private=False)
