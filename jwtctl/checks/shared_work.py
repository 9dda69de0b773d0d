"""Work on many keys, shared out among processes."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.context import ForkProcess

T = TypeVar("T")

MANY_KEYS = 64
"""Up to so many keys, other processes take longer to begin than they save."""


def usual_jobs(keys: int) -> int:
    """How many processes an audit of so many keys takes if nobody says otherwise: one for each processor."""
    if keys <= MANY_KEYS:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_shares(work: Callable[[range], T], count: int, jobs: int, size: int = 16) -> Iterator[tuple[range, T]]:
    """Do a piece of work for every share of some items, in several processes.

    Args:
        work: is given the positions of a few items; what it returns is pickled.
        count: number of items.
        jobs: number of processes; with 1 everything is done here.
        size: number of items in a share.

    Yields:
        Each share with what its work returned, as it comes. Whatever is raised (Ctrl-C, say), no process is left behind.

    Raises:
        RuntimeError: if a process ended before its work was done.
    """
    shares = [range(start, min(start + size, count)) for start in range(0, count, size)]
    if jobs < 2 or len(shares) < 2:
        yield from ((share, work(share)) for share in shares)
        return
    context = multiprocessing.get_context("fork")
    running: dict[Connection, ForkProcess] = {}
    try:
        for job in range(min(jobs, len(shares))):
            here, there = context.Pipe(duplex=False)
            process = context.Process(target=_serve, args=(work, shares[job::jobs], there), daemon=True)
            process.start()
            there.close()
            running[here] = process
        waiting = list(running)
        while waiting:
            for here in cast("list[Connection]", wait(waiting)):
                try:
                    answer = here.recv()
                except EOFError as err:
                    raise RuntimeError("a process of the audit ended before its work was done") from err
                if answer is None:
                    waiting.remove(here)
                else:
                    yield answer
    finally:
        for here, process in running.items():
            process.kill()
            process.join()
            here.close()


def _serve(work: Callable[[range], object], shares: list[range], there: Connection) -> None:
    # Ctrl-C goes to the whole group of a terminal; it is the parent's to answer.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(BrokenPipeError):
        for share in shares:
            there.send((share, work(share)))
        there.send(None)
