"""Untrusted text made printable: nothing from a token, key or server reaches a terminal any other way."""

from __future__ import annotations

import json
import re
from typing import Any

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control, format (bidi overrides, zero width, tags), surrogate, private, unassigned, line and paragraph separator."""

_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
    + "".join(map(chr, (*range(0xFE00, 0xFE0E), *range(0xE0100, 0xE01F0))))
)
"""Letters and marks that show nothing: Default_Ignorable_Code_Point (Unicode 15.0, DerivedCoreProperties) outside the
categories above, without U+FE0E and U+FE0F, which ordinary text uses to choose between text and emoji."""

# Build services obey lines of their log: GitHub's runner takes `::name …::` after leading spaces and `##[name]` anywhere
# in a line (actions/runner, ActionCommand.cs); Azure Pipelines and TeamCity put a word between `##` and `[`. The second
# `::` may come from the next text on the line. An IPv6 address such as `::ffff:192.0.2.1` is no command. Both patterns
# are compiled when first needed, which for most output is never.
_COMMAND = r"\A( *):(?=:[A-Za-z])(?!:[0-9A-Fa-f]{1,4}(?![\w-]))"
_MARKER = r"##(?=\w*\[)"


def printable(text: str, limit: int = 2000) -> str:
    r"""Put text on one line: what does not print stands as an escape, `\x1b` or `\u202e`.

    What a build service would obey as a command is broken by an escape as well.

    Args:
        text: anything, lone surrogates included.
        limit: longest result in characters; a cut is marked with `…`.
    """
    cut = text[:limit]
    if not (cut.isascii() and cut.isprintable()):
        cut = cut.translate(
            {ord(character): _escape(ord(character)) for character in set(cut) if _is_hidden(character)}
        )
    if "::" in cut:
        cut = re.sub(_COMMAND, r"\1\\x3a", cut)
    if "##" in cut:
        cut = re.sub(_MARKER, r"\\x23#", cut)
    return cut if len(text) <= limit and len(cut) <= limit else cut[: limit - 1] + "…"


def quoted(text: str, limit: int = 200) -> str:
    r"""Put text on one line between single quotes, with `\'` and `\\` inside, so that no text can forge its end."""
    return "'" + printable(text[: limit + 1].replace("\\", r"\\").replace("'", r"\'"), limit) + "'"


def multiline(text: str) -> str:
    """The same for text whose line breaks count; every other control character is escaped."""
    return "\n".join(printable(line, limit=max(2000, 12 * len(line))) for line in text.split("\n"))


def json_text(value: Any, indent: int | None = 2) -> str:
    r"""Write JSON that is safe to show and parses back to the same value: what does not print becomes `\uXXXX`.

    Args:
        value: a JSON value.
        indent: spaces per level; None writes one line.

    Raises:
        ValueError: for NaN or an infinity, which JSON does not have and no reader of input lets in.
    """
    text = json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)
    # What is replaced stands in strings only: json.dumps writes structure in ASCII and never puts `##` in it.
    if not (text.isascii() and text.replace("\n", "").isprintable()):
        hidden = {ord(character) for character in set(text) - {"\n"} if _is_hidden(character)}
        text = text.translate({code: _json_escape(code) for code in hidden})
    return re.sub(_MARKER, r"\\u0023#", text) if "##" in text else text


def _is_hidden(character: str) -> bool:
    import unicodedata  # noqa: PLC0415 - most text is plain ASCII, and never gets here

    return (
        unicodedata.category(character) in _HIDDEN
        or character in _INVISIBLE
        or (character.isspace() and character != " ")
    )


def _escape(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _json_escape(code: int) -> str:
    if code < 0x10000:
        return f"\\u{code:04x}"
    # As two UTF-16 code units (RFC 8259 section 7).
    return f"\\u{0xD800 + ((code - 0x10000) >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
