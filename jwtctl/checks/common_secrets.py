"""Secrets that people choose, and the ways in which programs turn them into the octets of a key."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import re
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LONGEST_READ = 256
"""Octets beyond which nobody chose the secret by hand, and nothing is looked up."""
SHORTEST_WORD = 4
"""Letters of a word that counts in `share_of_words`; shorter ones turn up in any text."""

_HASHES = ("md5", "sha1", "sha256", "sha384", "sha512")
_USUAL_ENDINGS = (
    b"1",
    b"123",
    b"!",
    b"1!",
    b"123!",
    b"12",
    b"1234",
    b"@123",
    b"_123",
    b"#123",
    b"2023",
    b"2024",
    b"2025",
)
_ENDING = re.compile(rb"[0-9!@#$%&*?._\-]{1,6}$")


LIKELIEST = 282
"""The first words of the list, which were chosen as secrets of tokens."""


@lru_cache
def words() -> frozenset[bytes]:
    """The list, in lower case."""
    return frozenset(_listed())


@lru_cache
def candidates(*, likeliest: bool = False) -> tuple[bytes, ...]:
    """Secrets to try where only a token is known, each once, the likeliest first.

    Those are the words in three cases, with usual endings, in base64, decoded from it, and hashed. Filling up with zero octets gives the same HMAC (RFC 2104 section 2).

    Args:
        likeliest: the first words alone, as they are and in upper case.
    """
    chosen = _listed()[: LIKELIEST if likeliest else None]
    spelled = (_shortly if likeliest else _spellings)(chosen)
    return tuple(dict.fromkeys(spelled))


def explanation_of(secret: bytes) -> str:
    """How a secret comes from a word of the list, in words that do not give it away; empty if it does not.

    It may be the word, in any case, with digits and signs after it, with a line end, or filled up with zero octets;
    its base64 or hexadecimal text; what it gives when it is decoded as one of these; or its hash, raw or in
    hexadecimal.
    """
    if not 0 < len(secret) <= LONGEST_READ:
        return ""
    for how, candidate in _readings(secret):
        if candidate in words():
            return f"a common secret{how}"
        if _ENDING.sub(b"", candidate) in words():
            return f"a common secret with digits or signs after it{how}"
    if hash_name := _hashes(len(secret)).get(secret) or _hash_of_text(secret):
        return f"the {hash_name.upper()} hash of a common secret"
    return ""


def share_of_words(text: bytes) -> float:
    """The part of a text, from 0 to 1, that words of the list cover, none of them twice; words of letters alone."""
    covered = sum(map(_covered, re.findall(rb"[a-z]+", text.lower())))
    return covered / len(text) if text else 0.0


def _covered(letters: bytes) -> int:
    """Letters that words cover when they are laid side by side in the best way."""
    best = [0] * (len(letters) + 1)
    for end in range(1, len(letters) + 1):
        starts = range(max(0, end - 20), end - SHORTEST_WORD + 1)
        fitting = (best[start] + end - start for start in starts if letters[start:end] in words())
        best[end] = max(best[end - 1], *fitting, 0)
    return best[-1]


@lru_cache
def _listed() -> tuple[bytes, ...]:
    text = files("jwtctl.checks").joinpath("common_secrets.txt").read_bytes()
    return tuple(line for line in text.split(b"\n") if line and not line.startswith(b"#"))


def _shortly(chosen: Sequence[bytes]) -> Iterator[bytes]:
    for word in chosen:
        yield from (word, word.upper(), word.capitalize())


def _spellings(chosen: Sequence[bytes]) -> Iterator[bytes]:
    yield from _shortly(chosen)
    for position, word in enumerate(chosen):
        yield word + b"\n"
        for ending in _USUAL_ENDINGS if position < LIKELIEST else _USUAL_ENDINGS[:2]:
            yield from (word + ending, word.capitalize() + ending)
        encoded = base64.b64encode(word)
        yield from (encoded, encoded.rstrip(b"="), word.hex().encode())
        with contextlib.suppress(ValueError):
            yield _from_base64(word)
        for name in _HASHES:
            digest = hashlib.new(name, word, usedforsecurity=False).digest()
            yield from (digest, digest.hex().encode())


def _readings(secret: bytes) -> Iterator[tuple[str, bytes]]:
    yield "", secret.lower()
    trimmed = secret.rstrip(b"\r\n\0").lower()
    yield ", filled up or with a line end", trimmed
    for what, decode in (("base64", _from_base64), ("hexadecimal", binascii.unhexlify)):
        try:
            yield f" in {what}", decode(secret.strip()).lower()
        except ValueError:
            continue
    for encoded in (base64.b64encode(secret), base64.urlsafe_b64encode(secret)):
        yield ", decoded as base64", encoded.rstrip(b"=")
    yield ", decoded as hexadecimal", secret.hex().encode()


def _from_base64(text: bytes) -> bytes:
    squeezed = text.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    return binascii.a2b_base64(squeezed + b"=" * (-len(squeezed) % 4), strict_mode=True)


def _hash_of_text(secret: bytes) -> str:
    try:
        octets = bytes.fromhex(secret.decode("ascii"))
    except ValueError:
        return ""
    return _hashes(len(octets)).get(octets, "")


@lru_cache
def _hashes(length: int) -> Mapping[bytes, str]:
    """Hashes of all words that have a length in octets."""
    names = [name for name in _HASHES if hashlib.new(name, usedforsecurity=False).digest_size == length]
    return {hashlib.new(name, word, usedforsecurity=False).digest(): name for name in names for word in words()}
