"""Everything that an audit of tokens was pointed at: tokens, lists of them, and what is searched for them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from jwtctl.errors import InputError
from jwtctl.model import KeyProblem, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jwtctl.model import GivenToken

MOST_TOKENS = 10_000
"""Tokens that are looked at; there is a note if there are more."""
MOST_WORDS = 1_000_000
LONGEST_WORD = 256
"""Octets of the longest line of a wordlist that is tried."""
_MOST_OCTETS = 64 << 20


@dataclass(slots=True)
class TokenSources:
    """What was found.

    Attributes:
        tokens: in order; the same token in the same place once.
        unreadable: sources that could not be read.
        passed_over: number of files that were not searched or hold no token, by reason.
    """

    tokens: list[GivenToken] = field(default_factory=list)
    unreadable: list[KeyProblem] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)


def gather(given: Iterable[str], *, scan: bool, gitignore: bool = True) -> TokenSources:
    """Read everything; what cannot be read is noted, and the rest goes on.

    Args:
        given: tokens, `@FILE`, paths, `-`.
        scan: search files and directories for tokens, instead of taking each line for one.
        gitignore: whether directories are walked as git sees them.
    """
    found = TokenSources()
    for source in given:
        try:
            for token in _tokens(source, found, scan=scan, gitignore=gitignore):
                if len(found.tokens) == MOST_TOKENS:
                    found.unreadable.append(
                        KeyProblem(Place(source), f"more than {MOST_TOKENS:,} tokens: only the first were looked at")
                    )
                    return found
                found.tokens.append(token)
        except InputError as err:
            found.unreadable.append(KeyProblem(Place(source.removeprefix("@")), err.message))
    return found


def words(path: str) -> tuple[bytes, ...]:
    """The lines of a wordlist, without line ends.

    Raises:
        InputError: if it cannot be read, or has more than MOST_WORDS lines.
    """
    from jwtctl.cli import files

    lines = files.read(path, limit=_MOST_OCTETS).split(b"\n")
    if len(lines) > MOST_WORDS + 1:
        raise InputError(f"{path!r} has more than {MOST_WORDS:,} lines", hint="split it")
    return tuple(dict.fromkeys(line.rstrip(b"\r") for line in lines if 0 < len(line) <= LONGEST_WORD))


def _tokens(source: str, found: TokenSources, *, scan: bool, gitignore: bool) -> Iterator[GivenToken]:
    from jwtctl.cli import files
    from jwtctl.cli.walking import walk
    from jwtctl.jose.given_tokens import given_token

    path = source.removeprefix("@")
    if scan:
        if source != "-" and files.is_folder(path):
            for name in walk(path, found.unreadable, found.passed_over, gitignore=gitignore):
                yield from _in_file(name, found)
        else:
            yield from _searched(source)
    elif source != "-" and not source.startswith("@") and not _exists(source):
        yield given_token(source, Place("argument"))
    elif source != "-" and files.is_folder(path):
        raise InputError(f"{path!r} is a directory", hint="--scan searches it for tokens")
    else:
        yield from _listed(source)


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        # Too long for a name, or no name at all: a token.
        return False


def _listed(source: str) -> Iterator[GivenToken]:
    from jwtctl.cli import files
    from jwtctl.jose.given_tokens import given_token

    path = source.removeprefix("@")
    number = 0
    for number, line in files.numbered_lines(source):
        yield given_token(line, Place(path, None, number))
    if not number:
        raise InputError(f"no token in {path!r}: it is empty", hint="one compact token per line is expected")


def _searched(source: str) -> Iterator[GivenToken]:
    from jwtctl.cli import files
    from jwtctl.jose.given_tokens import embedded_tokens

    path = source.removeprefix("@")
    for number, line in files.numbered_lines(source):
        yield from embedded_tokens(line, path, first_line=number)


def _in_file(path: str, found: TokenSources) -> Iterator[GivenToken]:
    from jwtctl.cli.walking import ARCHIVES

    file = Path(path)
    try:
        if not file.is_file():
            found.passed_over["no regular file"] += 1
            return
        with file.open("rb") as opened:
            start = opened.read(8192)
        if start.startswith(ARCHIVES) or b"\0" in start:
            found.passed_over["that is binary or an archive"] += 1
            return
        yield from _searched(path)
    except (OSError, InputError) as err:
        message = err.message if isinstance(err, InputError) else (err.strerror or str(err)).lower()
        found.unreadable.append(KeyProblem(Place(path), message))
