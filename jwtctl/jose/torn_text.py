"""Base64 that survives in a torn, redacted, cropped or rewrapped PEM file, as runs of characters.

What redaction looks like cannot be known: a row of stars may stand for as many characters, or for a hundred lines; a
short line may be whole, or torn off at either side. So the text is split into lines once and joined in several ways;
which one is right shows when the DER inside fits (see `torn_key`).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MASKED = "*"
"""Stands for one illegible base64 character in a Run."""
MAX_CHARACTERS = 1 << 15
"""Base64 characters of one block beyond which the rest is left unread: twice those of a key of 16384 bits."""

MAX_MARKERS = 1_000
"""PEM markers beyond which no other is looked for."""

_LINE = 16
_WIDTHS = (64, 70, 76)
# Counts are bounded, here and below: a million backslashes or dashes must not cost a million squared.
_ESCAPES = (
    (re.compile(r"\\{1,4}r"), ""),
    (re.compile(r"\\{1,4}n"), "\n"),
    (re.compile(r"\\{1,4}t"), " "),
    (re.compile(r"\\{1,4}u002[bB]"), "+"),
    (re.compile(r"\\{1,4}(?:u002[fF]|/)"), "/"),
    (re.compile(r"\\{1,4}u003[dD]"), "="),
)
# The whole line, one that lost its end, or only the end of one.
_MARKER = re.compile(
    r"-{2,12}[ \t]{0,4}(?P<kind>BEGIN|END)\b(?P<label>[A-Z0-9 ]{0,64})-*"
    r"|^[ \t>|#\"']{0,64}(?P<rest>[A-Z ]{0,32}KEY)-{3,12}"
    r"|^[ \t>|#\"']{0,64}(?P<cut>-{4,12}[A-Z]{0,4})\s{0,9}\Z",
    re.MULTILINE,
)
_ORNAMENT = re.compile(r"^(?:[\s>|\"'`,]+|(?:\*|#|//|--|;)[ \t]+|\d{1,4}(?::[ \t]?|[ \t]+)(?=\S))*")
_ENDING = " \t\r\f\v,;\\\"'`"
# A line number, quote or comment sign before the END marker.
_BEFORE_END = re.compile(r"[\s>|\"'#;:*+]{0,64}\d{0,4}[\s>|\"'#;:*+]{0,16}")
# What is left of a line of source code whose "\\n" has become one.
_CONTINUED = re.compile(r"""[ \t]*["'][ \t]*[+.,;)]*\s*$""")
_HEADER = re.compile(r"^[A-Za-z][A-Za-z0-9-]*:(?:\s|$)")
_RUBOUT = re.compile("x{4,}|X{4,}")
_TOKEN = re.compile(
    r"(?P<gap>\[[^\]\n]{0,80}\]|<[^>\n]{0,80}>|\{[^}\n]{0,80}\}|\([^)\n]{0,80}\)|…+"
    r"|(?i:redacted|censored|truncated|omitted))"
    r"|(?P<base64>[A-Za-z0-9+/]+)|(?P<padding>={1,2}(?=\s|$))"
    r"|(?P<mask>[-*•●█▓▒░■□#?_~·✱\xd7.=\ufffd]+)|(?P<space>\s+)|(?P<other>.)"
)


class Run(NamedTuple):
    """Characters that follow each other without a gap of unknown length.

    Attributes:
        text: base64 characters, MASKED for each that is illegible; no padding.
        lines: positions in `text` at which a line of the file starts, but for the first.
        at_start: whether the base64 of the key starts here.
        at_end: whether it ends here.
        line: line of the file in which it starts, from 1.
    """

    text: str
    lines: tuple[int, ...]
    at_start: bool
    at_end: bool
    line: int

    def __repr__(self) -> str:
        """Says how much there is without showing it."""
        return f"<Run of {len(self.text)} characters in line {self.line}>"


@dataclass(frozen=True, slots=True, repr=False)
class _Line:
    """One line: texts of base64 and masks, and None for each gap of unknown length."""

    number: int
    parts: tuple[str | None, ...]

    @property
    def length(self) -> int:
        return sum(len(part) for part in self.parts if part)


@dataclass(frozen=True, slots=True, repr=False)
class Block:
    """The lines between two markers, or before, after or without any.

    Attributes:
        label: what the PEM marker calls it, empty without one or if its label is cut.
        lines: its lines of base64, in order; None for a place where something may be missing.
        begun: whether a BEGIN marker stands before it.
        ended: whether an END marker or base64 padding stands after it.
        encrypted: whether its header says so.
    """

    label: str
    lines: tuple[_Line | None, ...]
    begun: bool
    ended: bool
    encrypted: bool

    @property
    def legible(self) -> int:
        """Number of legible base64 characters."""
        texts = (part for line in self.lines if line for part in line.parts if part)
        return sum(len(text) - text.count(MASKED) for text in texts)


def blocks(text: str) -> tuple[Block, ...]:
    """Split a text into what its PEM markers enclose and what stands outside, each with its base64."""
    for pattern, replacement in _ESCAPES:
        text = pattern.sub(replacement, text)
    found: list[Block] = []
    label, begun, ornament, start = "", False, "", 0
    number = 1
    for marker in islice(_MARKER.finditer(text), MAX_MARKERS):
        body = text[start : marker.start()]
        if (line := body.rfind("\n") + 1) and _BEFORE_END.fullmatch(body, line):
            body = body[:line]
        kind = marker["kind"] or ("END" if marker["cut"] or _legible(body) else "BEGIN")
        found.append(_block(label, body, number, ornament, begun=begun, ended=kind == "END"))
        number += text.count("\n", start, marker.end())
        label = (marker["label"] or "").strip() if kind == "BEGIN" else ""
        begun = kind == "BEGIN"
        ornament = text[text.rfind("\n", 0, marker.start()) + 1 : marker.start()] if begun else ""
        start = marker.end()
    found.append(_block(label, text[start:], number, ornament, begun=begun, ended=False))
    return tuple(block for block in found if block.legible or block.encrypted)


def readings(block: Block) -> Iterator[tuple[Run, ...]]:
    """The ways in which the lines of a block may follow each other, each once, the plainest first."""
    lengths = Counter(line.length for line in block.lines if line and line.length >= _LINE)
    usual = max(lengths, key=lambda length: (lengths[length], length), default=0)
    widths = [usual] if usual in _WIDTHS else [width for width in (usual, *_WIDTHS) if width >= usual]
    seen: set[tuple[Run, ...]] = set()
    for joined in (
        block.lines,
        *(_padded(block, width, left=left) for width in widths for left in (False, True)),
        _with_gaps(block.lines),
        _broken(block.lines, usual),
    ):
        runs = tuple(_runs(block, joined))
        if runs and runs not in seen:
            seen.add(runs)
            yield runs


def _legible(body: str) -> bool:
    return any(len(word) >= _LINE for word in re.findall("[A-Za-z0-9+/]+", body))


def _block(label: str, body: str, number: int, ornament: str, *, begun: bool, ended: bool) -> Block:
    lines: list[_Line | None] = []
    left = MAX_CHARACTERS
    encrypted, padded = "ENCRYPTED" in label, False
    texts = body.split("\n")
    # The lines of a diff begin with +, which is base64 too: it is taken off where all of them do.
    pluses = sum(line.startswith("+") for line in texts)
    plus = ornament.endswith("+") or (not begun and pluses > 3 and pluses >= sum(map(bool, texts)) - 1)
    for offset, line in enumerate(texts):
        if not line or line.isspace() or _CONTINUED.match(line):
            continue
        encrypted |= begun and line.lstrip().startswith(("Proc-Type: 4,ENCRYPTED", "DEK-Info:"))
        bare = line.removeprefix(ornament) if ornament else line
        bare = bare.removeprefix("+") if plus and bare == line else bare
        found = list(_parts(bare[:left], strict=not begun))
        if not found and not begun and bare.strip() and lines:
            _append_gap(lines)
        for parts, end in found:
            content = _Line(number + offset, parts)
            left -= content.length
            if parts == (None,) or padded:
                _append_gap(lines)
            if content.length >= _LINE or (content.length and (begun or (lines and lines[-1] is not None))):
                lines.append(content)
                padded = end
        if left <= 0:
            break
    while lines and lines[-1] is None and not ended:
        lines.pop()
    return Block(label, tuple(lines), begun, ended or padded, encrypted)


def _append_gap(lines: list[_Line | None]) -> None:
    if not lines or lines[-1] is not None:
        lines.append(None)


def _parts(line: str, *, strict: bool) -> Iterator[tuple[tuple[str | None, ...], bool]]:
    """The lines that one line holds (more than one if white space stands for line breaks), and whether padding ends it.

    Prose becomes a gap where `strict` is false, and nothing where it is true.
    """
    if _HEADER.match(line) and not strict:
        return
    line = _ORNAMENT.sub("", line).rstrip()
    if line.endswith(("+", ".")) and line[:-1].rstrip().endswith(('"', "'")):
        line = line[:-1]
    line = _RUBOUT.sub(lambda run: MASKED * len(run[0]), line.rstrip(_ENDING))
    parts: list[str | None] = []
    ready: list[tuple[tuple[str | None, ...], bool]] = []
    prose = False
    for token in _TOKEN.finditer(line):
        kind = token.lastgroup
        if kind == "base64":
            _extend(parts, token[0])
        elif kind == "mask":
            _extend(parts, MASKED * len(token[0]))
        elif kind == "gap":
            parts.append(None)
        elif parts:
            ready.append((tuple(parts), kind == "padding"))
            parts = []
        prose |= kind == "other"
    if parts:
        ready.append((tuple(parts), False))
    longest = max((len(part) for parts, _ in ready for part in parts if part), default=0)
    bare = any(None in parts or any(MASKED in (part or "") for part in parts) for parts, _ in ready)
    if (len(ready) > 1 or prose) and longest < _LINE and not (bare and not prose and len(ready) == 1):
        if not strict or bare:
            yield (None,), False
        return
    for parts_, end in ready:
        # Words beside a long run of base64 are the name that it has in some file, or a remark.
        if len(ready) == 1 or end or None in parts_ or sum(len(part) for part in parts_ if part) >= _LINE:
            yield parts_, end


def _extend(parts: list[str | None], text: str) -> None:
    if parts and parts[-1] is not None:
        parts[-1] += text
    else:
        parts.append(text)


def _padded(block: Block, width: int, *, left: bool) -> tuple[_Line | None, ...]:
    """Every line as wide as the others: what is missing was at its left or right, or where its one gap or mask is."""
    padded: list[_Line | None] = []
    last = max((index for index, line in enumerate(block.lines) if line), default=0)
    for index, line in enumerate(block.lines):
        if index == last and left:
            # How much of the last line is missing, its length does not say.
            padded.append(None)
        if not line or line.length >= width or (index == last and None not in line.parts):
            padded.append(line)
            continue
        text = "".join(MASKED if part is None else part for part in line.parts)
        missing = MASKED * (width - line.length)
        masks = re.findall(rf"{re.escape(MASKED)}+", text)
        if len(masks) == 1:
            missing = MASKED * (width - len(text) + len(masks[0]))
            text = text.replace(masks[0], missing)
        elif None in line.parts:
            padded.append(line)
            continue
        else:
            text = missing + text if left else text + missing
        padded.append(_Line(line.number, (text,)))
    return tuple(padded)


def _with_gaps(lines: Iterable[_Line | None]) -> tuple[_Line | None, ...]:
    """Every row of masks as a gap of unknown length."""
    return tuple(
        line
        and _Line(
            line.number,
            tuple(
                piece or None
                for part in line.parts
                for piece in (re.split(rf"({re.escape(MASKED)}+)", part) if part else [""])
                for piece in ["" if piece.startswith(MASKED) else piece]
            ),
        )
        for line in lines
    )


def _broken(lines: Iterable[_Line | None], usual: int) -> tuple[_Line | None, ...]:
    """Masks as gaps, and a gap after each line that is not as long as the others, but for the last."""
    broken: list[_Line | None] = []
    for line in _with_gaps(lines):
        if broken and broken[-1] and broken[-1].length != usual:
            broken.append(None)
        broken.append(line)
    return tuple(broken)


def _runs(block: Block, lines: tuple[_Line | None, ...]) -> Iterator[Run]:
    texts: list[str] = []
    starts: list[int] = []
    length, first = 0, 0
    at_start = block.begun

    def run(*, at_end: bool) -> Iterator[Run]:
        text = "".join(texts)
        if text.strip(MASKED):
            yield Run(text, tuple(start for start in starts if start), at_start, at_end, first)

    for line in lines:
        for index, part in enumerate(line.parts if line else (None,)):
            if part is None:
                yield from run(at_end=False)
                texts, starts, length, at_start = [], [], 0, False
                continue
            if not texts:
                first = line.number if line else 0
            if index == 0:
                starts.append(length)
            texts.append(part)
            length += len(part)
    yield from run(at_end=block.ended)
