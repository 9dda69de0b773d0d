"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from jwtctl.cli import times
from jwtctl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from jwtctl.model import KeyProblem


_MOST_ENTRIES = 20
"""A server may send a hundred thousand entries that are no keys; so many are told one by one."""


# Not enums: making one costs a hundredth of what `verify` may take to start.
Color = Literal["auto", "always", "never"]
TextOrJson = Literal["text", "json"]

ColorOption = Annotated[Color, typer.Option("--color", help="Colour: auto is on a terminal without NO_COLOR.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No summary and no warning on standard error.")]
JsonOption = Annotated[bool, typer.Option("--json", help="The result as JSON.")]
FormatOption = Annotated[TextOrJson, typer.Option("--format", help="text, or json, which --json is short for.")]
KidOption = Annotated[str | None, typer.Option("--kid", help="Choose the key of this kid among several.")]
OutputOption = Annotated[
    str | None,
    typer.Option("--output", "-o", help="Write to a file; 0600 when it is private.", metavar="FILE"),
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace existing files.")]
PassphraseOption = Annotated[
    str | None,
    typer.Option(
        "--passphrase-file",
        "--passphrase",
        help="Passphrase of an encrypted key, from a file or env:NAME.",
        metavar="FILE|env:NAME",
    ),
]
InsecureHttpOption = Annotated[
    bool, typer.Option("--insecure-http", help="Allow http beyond the loopback: anybody on the way can swap the keys.")
]
CaFileOption = Annotated[
    str | None, typer.Option("--ca-file", help="Trust the certificate authorities in this PEM file.", metavar="FILE")
]
TimeoutOption = Annotated[
    str, typer.Option("--timeout", help="For the whole fetch, redirects and retries included.", metavar="DURATION")
]
AtOption = Annotated[str | None, typer.Option("--at", help="Pretend that it is this time.", metavar="TIME")]
TokenArgument = Annotated[
    str | None,
    typer.Argument(
        help="The token, @FILE, or - for standard input, which is also read when it is left out.",
        metavar="[TOKEN]",
        show_default=False,
    ),
]


def now(at: str | None = None) -> float:
    """The time by which a command judges: the real one, or what --at says.

    Raises:
        UsageError: if it is no time.
    """
    real = time.time()
    return real if at is None else moment(at, real, "--at")


def moment(text: str, reference: float, option: str) -> int:
    """A TIME option as Unix seconds; UsageError naming the option if it is none."""
    try:
        return times.moment(text, reference)
    except ValueError as err:
        raise UsageError(f"{option}: {err}") from err


def size(text: str, option: str) -> int:
    """A SIZE option, such as 512MiB or 2GiB, in octets; UsageError naming the option if it is none."""
    units = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
    digits = text.strip().lower().removesuffix("b").removesuffix("i")
    number = digits.rstrip("kmg")
    unit = digits[len(number) :]
    if not (number.isascii() and number.isdigit() and len(number) <= 12 and unit in units):
        raise UsageError(f"{option}: {text!r} is no size: 512MiB, 2GiB or a number of bytes")
    return int(number) * units[unit]


def duration(text: str, option: str) -> int:
    """A DURATION option in seconds; UsageError naming the option if it is none."""
    try:
        return times.duration(text)
    except ValueError as err:
        raise UsageError(f"{option}: {err}") from err


def wants_color(color: Color) -> bool:
    """Whether standard output gets colour (https://no-color.org; FORCE_COLOR overrides the terminal test)."""
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def say(kind: str, message: str) -> None:
    """Tell something on standard error in jwtctl's voice: `error`, `hint`, `warning` or `note`."""
    from jwtctl.render.safe import printable

    try:
        sys.stderr.write(f"jwtctl: {kind}: {printable(message)}\n")
    except OSError:
        return


def warner(*, quiet: bool) -> Callable[[str], None]:
    """A function that warns on standard error, or does nothing under --quiet."""
    return (lambda _: None) if quiet else (lambda message: say("warning", message))


def unusable_entries(problems: Sequence[KeyProblem], *, sources: bool = False) -> Iterator[str]:
    """What is wrong with each entry of a key set, one line each; of very many the first, and how many more there are.

    Args:
        problems: of one key set or of several.
        sources: whether each line begins with where the entry came from.
    """
    for problem in problems[:_MOST_ENTRIES]:
        yield f"{problem.place.source}: " * sources + f"entry {problem.place.index}: {problem.message}"
    if len(problems) > _MOST_ENTRIES:
        yield f"{len(problems) - _MOST_ENTRIES:,} more entries cannot be used"


def emit(text: str) -> None:
    """Write a result to standard output."""
    sys.stdout.write(text)


def emit_octets(octets: bytes) -> None:
    """Write octets as they are to standard output.

    Raises:
        UsageError: if they are binary and standard output is a terminal.
    """
    if sys.stdout.isatty() and any(octet < 32 and octet not in {9, 10, 13} for octet in octets):
        raise UsageError("binary output to a terminal", hint="-o FILE writes it to a file")
    sys.stdout.flush()
    sys.stdout.buffer.write(octets)


def deliver(octets: bytes, output: str | None, *, private: bool, force: bool) -> None:
    """Write a result to -o FILE, or to standard output."""
    if output is None or output == "-":
        emit_octets(octets)
        return
    from jwtctl.cli import files

    files.write(output, octets, private=private, force=force)
