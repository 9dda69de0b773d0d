"""Searches in processes of their own: a reduction that does not end is killed, and memory has a limit.

The libraries underneath hold Python's lock for as long as one reduction or one gcd takes, and end the whole process
when memory runs out. In a child of its own neither reaches the caller, who keeps what was excluded so far.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import multiprocessing
import os
import resource
import signal
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.context import ForkProcess

T = TypeVar("T")

DEFAULT_MEMORY = 2 << 30
"""Octets for the searches of one run, unless somebody says otherwise."""
MIN_MEMORY = 256 << 20
"""Octets below which a search is not worth beginning."""
_POLL = 0.1
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What some searches came to.

    Attributes:
        result: what the first successful one gave.
        stopped: why the others do not count as finished: `time`, `memory`, `crash`, or an empty string if every search
            came to its end.
    """

    result: T | None = None
    stopped: str = ""


def race(
    searches: Sequence[Callable[[Callable[[Any], None]], T | None]],
    *,
    stop: Callable[[], bool],
    max_memory: int,
    on_progress: Callable[[int, Any], None] = lambda _search, _progress: None,
) -> Outcome[T]:
    """Run searches side by side, each in a process of its own, until one succeeds or all have ended.

    Args:
        searches: each is given a function with which to tell its progress; what it tells and returns is pickled.
        stop: polled ten times a second; once true, every search is killed.
        max_memory: octets for all of them together, beyond what is loaded when they begin; each gets its share, at least
            MIN_MEMORY.
        on_progress: told the position of a search and what it told.

    Returns:
        The first result.

    Raises:
        Exception: what a search raised. Whatever is raised (Ctrl-C, say), no process is left behind.
    """
    context = multiprocessing.get_context("fork")
    share = max(max_memory // max(len(searches), 1), MIN_MEMORY)
    running: dict[Connection, tuple[int, ForkProcess]] = {}
    try:
        for position, search in enumerate(searches):
            here, there = context.Pipe(duplex=False)
            process = context.Process(target=_serve, args=(search, there, share), daemon=True)
            process.start()
            there.close()
            running[here] = (position, process)
        return _first(running, stop, on_progress)
    finally:
        for here, (_, process) in running.items():
            process.kill()
            process.join()
            here.close()


def _first(
    running: dict[Connection, tuple[int, ForkProcess]],
    stop: Callable[[], bool],
    on_progress: Callable[[int, Any], None],
) -> Outcome[Any]:
    waiting, stopped = dict(running), ""
    while waiting:
        if stop():
            return Outcome(stopped="time")
        for here in cast("list[Connection]", wait(list(waiting), timeout=_POLL)):
            position, process = waiting[here]
            kind, value = _heard(here, process)
            if kind == "progress":
                on_progress(position, value)
                continue
            del waiting[here]
            if kind == "raised":
                raise value
            if kind == "result" and value is not None:
                return Outcome(value)
            stopped = value if kind == "stopped" else stopped
    return Outcome(stopped=stopped)


def _heard(here: Connection, process: ForkProcess) -> tuple[str, Any]:
    try:
        return cast("tuple[str, Any]", here.recv())
    except (EOFError, OSError):
        process.join()
        # GMP and FLINT abort when they are given no memory, and the system kills what takes all that there is.
        return "stopped", "memory" if process.exitcode in {-signal.SIGABRT, -signal.SIGKILL} else "crash"


def _serve(search: Callable[[Callable[[Any], None]], Any], there: Connection, memory: int) -> None:
    """The whole life of a child: search, and say what came of it."""
    # Ctrl-C goes to the whole group of a terminal; it is the parent's to answer.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end_with_the_parent()
    with contextlib.suppress(ValueError, OSError):
        limit = _address_space() + memory
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    # What a library says when it gives up is said by the parent, in its own words.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    faulthandler.disable()
    try:
        answer = ("result", search(lambda value: there.send(("progress", value))))
    except MemoryError:
        answer = ("stopped", "memory")
    except Exception as err:  # noqa: BLE001 - it is raised again by the parent
        answer = ("raised", err)
    with contextlib.suppress(OSError):
        there.send(answer)


def _address_space() -> int:
    """Octets that this process has mapped already, as far as the system tells: libraries, and what the parent had."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return MIN_MEMORY


def _end_with_the_parent() -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
