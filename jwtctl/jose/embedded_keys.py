"""Keys inside other files: configuration in JSON or YAML, `.env` files, Kubernetes secrets, source code.

Found are PEM blocks, JWKs (also as text inside a string), and base64 of either or of a DER key. Nothing is parsed as
YAML or code: what is looked for stands out in any of them.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import base64url, der, key_formats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jwtctl.model import Key, KeySet

MAX_PIECES = 2000
"""Pieces of one file that are tried as keys."""
MAX_DEPTH = 3
"""Layers of base64 and of strings inside strings that are opened."""

MAX_OBJECT = 1 << 15
"""Characters of a JWK; one with a long chain of certificates has some ten thousand."""
MAX_ATTEMPTS = 2000
"""Places of one file at which a JWK may begin."""

_PEM_MARKER = re.compile(r"-----(BEGIN|END) ([A-Z0-9 ]{3,40})-----")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_.-])[A-Za-z0-9+/_-]{60,}={0,2}(?![A-Za-z0-9+/_.=-])")
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_KTY = re.compile(r'"kty"\s*:')


class Piece(NamedTuple):
    """Octets that may be a key, and the line of the file on which they start."""

    octets: bytes
    line: int


def pieces(text: str) -> Iterator[Piece]:
    """Everything in a text that may be a key, in no particular order, each stretch of text once."""
    yield from _Search().inside(text, line=1, depth=0)


def read(
    octets: bytes, source: str, *, passphrase: Callable[[], bytes | None] | bytes | None = None
) -> tuple[Key, ...]:
    """Read every key inside a file, with the line on which each starts.

    Args:
        octets: the file, of any kind.
        source: where it came from.
        passphrase: for encrypted keys.

    Returns:
        The keys; empty if there are none. What looked like a key and is none is passed over.
    """
    keys: list[Key] = []
    for number, piece in enumerate(pieces(octets.decode("utf-8", "replace"))):
        if number >= MAX_PIECES:
            break
        found = _keys(piece, source, passphrase)
        keys += [key._replace(place=key.place._replace(source=source, index=None, line=piece.line)) for key in found]
    keys.sort(key=lambda key: key.place.line or 0)
    return tuple(
        key._replace(place=key.place._replace(index=index)) if len(keys) > 1 else key for index, key in enumerate(keys)
    )


def _keys(piece: Piece, source: str, passphrase: Any) -> tuple[Key, ...]:
    try:
        found: KeySet = key_formats.read(piece.octets, source, passphrase=passphrase)
    except KeyMaterialError:
        return ()
    return found.keys


class _Search:
    """One search, with what it may still spend on places at which an object may begin."""

    def __init__(self) -> None:
        self.attempts = MAX_ATTEMPTS

    def inside(self, text: str, *, line: int, depth: int) -> Iterator[Piece]:
        taken: list[tuple[int, int]] = []
        last = 0

        def at(position: int) -> int:
            nonlocal line, last
            if depth == 0:
                # From where it was asked for last: there may be a run of base64 on every line.
                line += text.count("\n", last, position) - text.count("\n", position, last)
                last = position
            return line

        for start, end in _pem_blocks(text):
            taken.append((start, end))
            yield Piece(text[start:end].encode("utf-8", "surrogatepass"), at(start))
        for start, end in self.objects(text):
            taken.append((start, end))
            yield Piece(text[start:end].encode("utf-8", "surrogatepass"), at(start))
        if depth >= MAX_DEPTH:
            return
        for run in _free(_BASE64, text, taken):
            yield from self.opened(run[0], at(run.start()), depth)
        for literal in _free(_STRING, text, taken):
            if "\\" in literal[0] and ("kty" in literal[0] or "BEGIN" in literal[0]):
                try:
                    inner = json.loads(literal[0])
                except ValueError:
                    continue
                yield from self.inside(inner, line=at(literal.start()), depth=depth + 1)

    def objects(self, text: str) -> Iterator[tuple[int, int]]:
        """Spans of JSON objects that have a member `kty` of their own."""
        decoder, end = json.JSONDecoder(), 0
        for member in _KTY.finditer(text):
            brace = member.start()
            while brace >= end and self.attempts > 0:
                brace = text.rfind("{", max(end, member.start() - MAX_OBJECT), brace)
                if brace < 0:
                    break
                self.attempts -= 1
                try:
                    value, length = decoder.raw_decode(text[brace : brace + MAX_OBJECT])
                except (ValueError, RecursionError):
                    continue
                if brace + length > member.start():
                    if isinstance(value, dict) and "kty" in value:
                        end = brace + length
                        yield brace, end
                    break

    def opened(self, run: str, line: int, depth: int) -> Iterator[Piece]:
        try:
            octets = base64url.decode_lenient(run)
        except ValueError:
            return
        if _is_der(octets):
            yield Piece(octets, line)
        elif b"-----BEGIN " in octets or b'"kty"' in octets or _BASE64.fullmatch(octets.decode("latin-1").strip()):
            yield from self.inside(octets.decode("utf-8", "replace"), line=line, depth=depth + 1)


def _pem_blocks(text: str) -> Iterator[tuple[int, int]]:
    begin: re.Match[str] | None = None
    for marker in _PEM_MARKER.finditer(text):
        if marker[1] == "BEGIN":
            begin = marker
        elif begin is not None and begin[2] == marker[2]:
            yield begin.start(), marker.end()
            begin = None


def _is_der(octets: bytes) -> bool:
    try:
        return der.read_one(octets).tag == der.SEQUENCE
    except der.DerError:
        return False


def _free(pattern: re.Pattern[str], text: str, taken: list[tuple[int, int]]) -> Iterator[re.Match[str]]:
    """Matches that do not lie in a stretch that was taken."""
    spans = sorted(taken)
    position = 0
    for match in pattern.finditer(text):
        while position < len(spans) and spans[position][1] <= match.start():
            position += 1
        if position == len(spans) or match.end() <= spans[position][0]:
            yield match
