"""Progress on standard error, for people who wait at a terminal. The only module that loads rich."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from jwtctl.render.safe import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TELLING_INTERVAL = 0.1


def is_wanted(*, quiet: bool) -> bool:
    """Whether anybody would see a progress bar: standard error is a terminal, and nobody asked for silence."""
    return not quiet and sys.stderr is not None and sys.stderr.isatty()


@contextmanager
def bar(label: str, total: int | None, *, before: str = "") -> Iterator[Callable[[str], None]]:
    """Show a bar with count, rate and time left until the block ends, and leave nothing behind.

    Args:
        label: what is being done.
        total: number of things, or None if nobody knows, for a bar that only moves.
        before: what is done before the first thing begins, which does not count for the rate.

    Yields:
        A function to call when the next thing begins, with its name.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        *(() if total is None else (MofNCompleteColumn(),)),
        TextColumn("{task.fields[rate]}", markup=False),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[current]}", markup=False),
    )
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as shown:
        task = shown.add_task(label, total=total, current=before, rate="")
        begun, told, done = time.monotonic(), 0.0, -1

        def next_(name: str) -> None:
            nonlocal begun, told, done
            done += 1
            moment = time.monotonic()
            if not done:
                begun = moment
            # Thousands of things may pass in a second, and each telling takes longer than most of them.
            if moment - told >= _TELLING_INTERVAL:
                told = moment
                rate = f"{done / (moment - begun):,.0f}/s" if done else ""
                shown.update(task, completed=done, current=printable(name, 40), rate=rate)

        yield next_


@contextmanager
def search(seconds: float, *, shown: bool) -> Iterator[Callable[[str, float], None]]:
    """Show what is being searched, how much of it is done and how much time is left, until the block ends.

    Args:
        seconds: time for the whole search.
        shown: whether anybody would see it; if not, rich is not loaded.

    Yields:
        A function to call with the words of a step and the part of it that is done, from 0 to 1.
    """
    if not shown:
        yield lambda _label, _part: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn(f"of {seconds:.0f} s", markup=False),
    )
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as bar_:
        task = bar_.add_task("searching", total=1.0)

        def tell(label: str, part: float) -> None:
            bar_.update(task, completed=part, description=printable(label, 32))

        yield tell
