"""The file in which `jwtctl audit-keys --seen FILE` remembers what it was shown."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from jwtctl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jwtctl.checks.seen import SeenKeys
    from jwtctl.model import KeySet

LARGEST = 1 << 30
"""Octets of the largest file that is read: two million keys of 2048 bits."""
_LONGEST_AUDIT = 600.0


@contextlib.contextmanager
def alone(path: str | None) -> Iterator[None]:
    """Hold the file for a whole audit: of two at once, neither would compare its keys with those of the other.

    Raises:
        InputError: if another audit holds it for longer than ten minutes.
    """
    if path is None or path == "-" or path.startswith("env:"):
        yield
        return
    from jwtctl.cli.options import say
    from jwtctl.keysets import run_lock

    with run_lock.held(
        Path(f"{path}.lock"), path, seconds=_LONGEST_AUDIT, on_wait=lambda: say("note", f"waiting for {path}")
    ):
        yield


def recall(path: str | None) -> SeenKeys | None:
    """What earlier audits remembered in a file; nothing yet if there is none, and None if none is named.

    Raises:
        InputError: if it cannot be read, or is no such file.
        UsageError: for `-` and `env:NAME`, which do not stay.
    """
    if path is None:
        return None
    from jwtctl.checks import seen
    from jwtctl.cli import files

    if path == "-" or path.startswith("env:"):
        raise UsageError(f"--seen {path!r} is no file", hint="name a file that stays until the next audit")
    return seen.read(files.read(path, limit=LARGEST) if Path(path).exists() else b"", path)


def remember(path: str | None, seen: SeenKeys | None, key_sets: Iterable[KeySet]) -> None:
    """Write the file anew, whole or not at all, if this audit has compared a modulus that is new.

    Raises:
        InputError: if it cannot be written.
    """
    if path is None or seen is None or not seen.compared:
        return
    from jwtctl.cli import files

    files.write(path, seen.document(key for key_set in key_sets for key in key_set.keys), force=True)
