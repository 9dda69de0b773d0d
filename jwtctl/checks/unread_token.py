"""What a text is that was given as a token and could not be read as one."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from jwtctl.jose import base64url
from jwtctl.jose.token import MAX_CHARACTERS

if TYPE_CHECKING:
    from jwtctl.model import GivenToken

_OF_JSON_SERIALIZATION = ('"payload"', '"signatures"', '"protected"', '"ciphertext"', '"recipients"')
_BEGINNINGS = (b"{", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\0{", b"{\0")


class Unread(Enum):
    """Why a text is no token that could be read."""

    READ = "it was read"
    TOO_LONG = "it or a part of it is longer than what is read"
    BAD_HEADER = "its header is meant as JSON, but is none that a reader takes"
    OTHER_FORM = "it resembles a token, but is no JWS or JWE in compact serialization"
    NOTHING = "nothing about it resembles a token"


def unread(token: GivenToken) -> Unread:
    """Tell why a text is no token that could be read, from its form alone."""
    if token.token is not None or token.is_jwe:
        return Unread.READ
    if not token.parts or (
        len(token.parts) == 3 and any(map(int.__gt__, map(len, token.parts), MAX_CHARACTERS.values()))
    ):
        return Unread.TOO_LONG
    if len(token.parts) in {3, 5} and not token.header and _is_meant_as_json(token.parts[0]):
        return Unread.BAD_HEADER
    if token.header or "eyJ" in token.text:
        return Unread.OTHER_FORM
    is_json = token.text.startswith(("{", "[")) and any(name in token.text for name in _OF_JSON_SERIALIZATION)
    return Unread.OTHER_FORM if is_json else Unread.NOTHING


def _is_meant_as_json(part: str) -> bool:
    try:
        return base64url.decode_lenient(part).lstrip().startswith(_BEGINNINGS)
    except ValueError:
        return False
