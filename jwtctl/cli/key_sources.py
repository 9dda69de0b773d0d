"""Everything that an audit was pointed at: files, directories, URLs, standard input."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from jwtctl.errors import InputError, RemoteError
from jwtctl.model import KeyProblem, KeySet, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from jwtctl.cli.trusted_keys import Fetching

LARGEST_IN_DIRECTORY = 1024 * 1024
"""Files beyond this size are passed over when a directory is walked; named by themselves they are read."""

_SKIPPED_DIRECTORIES = {".git", ".hg", ".svn", ".venv", "node_modules", "__pycache__"}
_MARKS = re.compile(
    rb'-----BEGIN [A-Z0-9 ]*(?:KEY|CERTIFICATE)-----|"kty"\s*:|(?:^|\n)(?:ssh-(?:rsa|ed25519)|ecdsa-sha2-)'
)


@dataclass(slots=True)
class Sources:
    """What was found.

    Attributes:
        key_sets: one for each source that holds keys.
        unreadable: sources that could not be read.
        skipped: number of files in directories that hold no key.
    """

    key_sets: list[KeySet] = field(default_factory=list)
    unreadable: list[KeyProblem] = field(default_factory=list)
    skipped: int = 0


def gather(given: Iterable[str], passphrase: Callable[[], bytes | None], fetching: Fetching) -> Sources:
    """Read everything; what cannot be read is noted, and the rest goes on.

    A remote source that fails is an unreadable one as well.
    """
    from jwtctl.cli import trusted_keys

    found = Sources()
    for source in given:
        if trusted_keys.is_url(source) or not Path(source).is_dir():
            try:
                found.key_sets.append(trusted_keys.key_set_at(source, fetching, passphrase))
            except (InputError, RemoteError) as err:
                found.unreadable.append(_problem(source, err))
        else:
            for path in _walk(source, found):
                _read(path, passphrase, found)
    return found


def _walk(directory: str, found: Sources) -> Iterator[str]:
    def note(err: OSError) -> None:
        found.unreadable.append(KeyProblem(Place(str(err.filename)), (err.strerror or str(err)).lower()))

    for folder, folders, names in os.walk(directory, onerror=note):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED_DIRECTORIES)
        for name in sorted(names):
            yield str(Path(folder, name))


def _read(path: str, passphrase: Callable[[], bytes | None], found: Sources) -> None:
    from jwtctl.jose import key_formats

    file = Path(path)
    try:
        if not file.is_file() or file.stat().st_size > LARGEST_IN_DIRECTORY:
            found.skipped += 1
            return
        octets = file.read_bytes()
    except OSError as err:
        found.unreadable.append(KeyProblem(Place(path), (err.strerror or str(err)).lower()))
        return
    marked = _MARKS.search(octets) is not None
    if not marked and octets[:1] != b"\x30":
        found.skipped += 1
        return
    try:
        found.key_sets.append(key_formats.read(octets, path, passphrase=passphrase))
    except InputError as err:
        if marked:
            found.unreadable.append(_problem(path, err))
        else:
            found.skipped += 1


def _problem(source: str, err: InputError | RemoteError) -> KeyProblem:
    return KeyProblem(Place(source), err.message + (f" ({err.hint})" if err.hint else ""))
