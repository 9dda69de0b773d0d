"""Walking a directory as git sees it, for audits."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from jwtctl.model import KeyProblem, Place

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"7z\xbc\xaf\x27\x1c", b"\x28\xb5\x2f\xfd")
"""How files begin that are left alone."""
_SKIPPED_DIRECTORIES = {".git", ".hg", ".svn", ".venv", "node_modules", "__pycache__"}


def walk(directory: str, unreadable: list[KeyProblem], passed_over: Counter[str], *, gitignore: bool) -> Iterator[str]:
    """Give the path of every file below a directory, in order.

    Args:
        directory: where to begin.
        unreadable: gets what cannot be entered.
        passed_over: counts what is left out, by reason.
        gitignore: whether to leave out what git ignores.
    """

    def note(err: OSError) -> None:
        unreadable.append(KeyProblem(Place(str(err.filename)), (err.strerror or str(err)).lower()))

    from jwtctl.cli.gitignore import Rules

    rules = Rules(Path(directory)) if gitignore else None
    for folder, folders, names in os.walk(directory, onerror=note):
        here = Path(folder)
        kept = sorted(name for name in folders if name not in _SKIPPED_DIRECTORIES)
        if rules is not None:
            rules.enter(here)
            ignored = [name for name in kept if rules.leaves_out(here / name, directory=True)]
            passed_over.update(["ignored by .gitignore"] * len(ignored))
            kept = [name for name in kept if name not in ignored]
        folders[:] = kept
        for name in sorted(names):
            if rules is not None and rules.leaves_out(here / name):
                passed_over["ignored by .gitignore"] += 1
            else:
                yield str(here / name)
