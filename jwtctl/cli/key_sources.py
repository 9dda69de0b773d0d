"""Everything that an audit was pointed at: files, directories, URLs, standard input."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from jwtctl.cli.walking import ARCHIVES, walk
from jwtctl.errors import InputError, RemoteError
from jwtctl.model import KeyProblem, KeySet, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jwtctl.cli.trusted_keys import Fetching

LARGEST_IN_DIRECTORY = 1024 * 1024
"""Files beyond this size are passed over when a directory is walked; named by themselves they are read."""

_MARKS = re.compile(
    rb'-----BEGIN [A-Z0-9 ]*(?:KEY|CERTIFICATE)-----|"kty\\?"\s*:|(?:^|\n)(?:ssh-(?:rsa|ed25519)|ecdsa-sha2-)'
)
# Base64 of `"kty"` and of `-----BEGIN ` at each of the three alignments, and of what a DER key begins with.
_ENCODED_MARKS = re.compile(
    rb"Imt0eS|JrdHki|ia3R5I|LS0tLS1CRUdJTi|0tLS0tQkVHSU4g|tLS0tLUJFR0lOI|M[C-I][A-Za-z0-9+/_-]{58}"
)


@dataclass(slots=True)
class Sources:
    """What was found.

    Attributes:
        key_sets: one for each source that holds keys.
        unreadable: sources that could not be read.
        passed_over: number of files in directories that were not looked into or hold no key, by reason.
    """

    key_sets: list[KeySet] = field(default_factory=list)
    unreadable: list[KeyProblem] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)


def gather(
    given: Iterable[str],
    passphrase: Callable[[], bytes | None],
    fetching: Fetching,
    *,
    gitignore: bool = True,
    allow_keyless: bool = False,
) -> Sources:
    """Read everything; what cannot be read is noted, and the rest goes on.

    A remote source that fails is an unreadable one as well.

    Args:
        given: paths, URLs, `-`, `env:NAME`.
        passphrase: of encrypted keys.
        fetching: bounds of requests.
        gitignore: whether directories are walked as git sees them.
        allow_keyless: whether a named file without any key is passed over, as one in a directory is.
    """
    from jwtctl.cli import files, trusted_keys

    found = Sources()
    for source in given:
        if not trusted_keys.is_url(source) and not files.is_store(source) and files.is_folder(source):
            for path in walk(source, found.unreadable, found.passed_over, gitignore=gitignore):
                _read(path, passphrase, found)
            continue
        if allow_keyless and Path(source).is_file():
            _read(source, passphrase, found)
            continue
        try:
            found.key_sets.append(_named(source, passphrase, fetching))
        except (InputError, RemoteError) as err:
            found.unreadable.append(_problem(source, err))
    return found


def _named(source: str, passphrase: Callable[[], bytes | None], fetching: Fetching) -> KeySet:
    from jwtctl.cli import files, trusted_keys
    from jwtctl.errors import KeyMaterialError

    if trusted_keys.is_url(source) or source.startswith("pkcs11:") or files.is_store(source):
        return trusted_keys.key_set_at(source, fetching, passphrase)
    octets = files.read(source)
    try:
        return _keys(octets, source, passphrase)
    except KeyMaterialError:
        if embedded := _embedded(octets, source, passphrase):
            return embedded
        raise


def _read(path: str, passphrase: Callable[[], bytes | None], found: Sources) -> None:
    from jwtctl.errors import KeyMaterialError

    file = Path(path)
    try:
        if not file.is_file():
            found.passed_over["no regular file"] += 1
            return
        if file.stat().st_size > LARGEST_IN_DIRECTORY:
            found.passed_over[f"larger than {LARGEST_IN_DIRECTORY >> 20} MiB"] += 1
            return
        octets = file.read_bytes()
    except OSError as err:
        found.unreadable.append(KeyProblem(Place(path), (err.strerror or str(err)).lower()))
        return
    marked = _MARKS.search(octets) is not None
    if octets.startswith(ARCHIVES) or octets[257:262] == b"ustar":
        found.passed_over["that is an archive"] += 1
        return
    if octets[:1] != b"\x30" and b"\0" in octets[:8192]:
        found.passed_over["that is binary"] += 1
        return
    if not (marked or octets[:1] == b"\x30" or _ENCODED_MARKS.search(octets)):
        found.passed_over["without any key"] += 1
        return
    try:
        found.key_sets.append(_keys(octets, path, passphrase))
    except KeyMaterialError as err:
        if embedded := _embedded(octets, path, passphrase):
            found.key_sets.append(embedded)
        elif marked:
            found.unreadable.append(_problem(path, err))
        else:
            found.passed_over["without any key"] += 1


def _keys(octets: bytes, source: str, passphrase: Callable[[], bytes | None]) -> KeySet:
    from jwtctl.jose import key_formats

    return _with_lines(key_formats.read(octets, source, passphrase=passphrase), octets)


def _embedded(octets: bytes, source: str, passphrase: Callable[[], bytes | None]) -> KeySet | None:
    from jwtctl.jose import embedded_keys

    keys = embedded_keys.read(octets, source, passphrase=passphrase)
    return KeySet(source, keys, octets=len(octets)) if keys else None


def _with_lines(key_set: KeySet, octets: bytes) -> KeySet:
    """The entries of a JWK Set with the lines on which they stand."""
    if not key_set.is_jwks:
        return key_set
    from jwtctl.jose.entry_lines import entry_lines

    lines = dict(enumerate(entry_lines(octets.decode("utf-8", "replace"))))

    def placed(place: Place) -> Place:
        return place._replace(line=lines.get(place.index if place.index is not None else -1))

    return key_set._replace(
        keys=tuple(key._replace(place=placed(key.place)) for key in key_set.keys),
        problems=tuple(problem._replace(place=placed(problem.place)) for problem in key_set.problems),
    )


def _problem(source: str, err: InputError | RemoteError) -> KeyProblem:
    return KeyProblem(Place(source), err.message + (f" ({err.hint})" if err.hint else ""))
