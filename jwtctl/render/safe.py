"""Untrusted text made printable: nothing from a token, key or server reaches a terminal any other way."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Control, format (bidi overrides, zero width, tags), surrogate, private, unassigned, line and paragraph separator."""


def printable(text: str, limit: int = 2000) -> str:
    r"""Put text on one line: what does not print stands as an escape, `\x1b` or `\u202e`.

    Args:
        text: anything, lone surrogates included.
        limit: longest result in characters; a cut is marked with `…`.
    """
    cut = text[:limit]
    if not (cut.isascii() and cut.isprintable()):
        cut = "".join(map(_escaped, cut))
    return cut if len(text) <= limit and len(cut) <= limit else cut[: limit - 1] + "…"


def multiline(text: str) -> str:
    """The same for text whose line breaks count; every other control character is escaped."""
    return "\n".join(printable(line, limit=max(2000, 12 * len(line))) for line in text.split("\n"))


def json_text(value: Any, indent: int | None = 2) -> str:
    r"""Write JSON that is safe to show and parses back to the same value: what does not print becomes `\uXXXX`.

    Args:
        value: a JSON value.
        indent: spaces per level; None writes one line.
    """
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return "".join(character if character == "\n" else _json_escaped(character) for character in text)


def joined(parts: Iterable[str], separator: str = ", ") -> str:
    """Printable parts in one line."""
    return separator.join(map(printable, parts))


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in _HIDDEN or (character.isspace() and character != " ")


def _escaped(character: str) -> str:
    if not _is_hidden(character):
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _json_escaped(character: str) -> str:
    if not _is_hidden(character):
        return character
    # Only strings hold such characters: json.dumps writes structure in ASCII.
    return "".join(f"\\u{unit:04x}" for unit in _utf16(ord(character)))


def _utf16(code: int) -> tuple[int, ...]:
    if code < 0x10000:
        return (code,)
    return 0xD800 + ((code - 0x10000) >> 10), 0xDC00 + (code & 0x3FF)
