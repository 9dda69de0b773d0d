"""A lock file that lets two runs change one thing only one after the other."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from typing import TYPE_CHECKING

from jwtctl.errors import InputError
from jwtctl.keysets.identity import short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@contextlib.contextmanager
def held(lock: Path, what: str, *, seconds: float = 10.0, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold a lock; the system gives it up when the process dies, however it does (flock(2)).

    Args:
        lock: a file that is made if it is not there, 0600, and stays.
        what: it guards, for messages.
        seconds: the longest wait for another run.
        on_wait: called once if there is another.

    Raises:
        InputError: if the file cannot be made, or another run holds it for longer.
    """
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as err:
        raise InputError(f"'{short(str(lock))}': {(err.strerror or str(err)).lower()}") from err
    try:
        _acquire(handle, what, seconds, on_wait)
        yield
    finally:
        os.close(handle)


def _acquire(handle: int, what: str, seconds: float, on_wait: Callable[[], None]) -> None:
    end = time.monotonic() + seconds
    told = False
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as err:
            if time.monotonic() > end:
                raise InputError(f"another run is at work on '{short(what)}'", hint="try again later") from err
            if not told:
                on_wait()
                told = True
            time.sleep(0.05)
        else:
            return
