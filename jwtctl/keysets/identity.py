"""When two entries of key sets are the same key, and what they say about it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jwtctl.jose import key
from jwtctl.model import PRIVATE_MEMBERS, Key

if TYPE_CHECKING:
    from jwtctl.model import Place

MATERIAL = PRIVATE_MEMBERS | {"kty", "crv", "n", "e", "x", "y", "pub"}
"""JWK members that hold the key itself; all others describe it."""


def material(item: Key) -> str:
    """What is equal for equal keys: the RFC 7638 thumbprint, or the members themselves where one is missing.

    Not to be shown: it may hold the members, and of an HMAC secret a thumbprint lets guesses be tested.
    """
    if print_ := key.thumbprint(item):
        return print_
    jwk = key.to_jwk(item, private=True)
    return canonical({name: value for name, value in jwk.items() if name in MATERIAL})


def metadata(item: Key) -> dict[str, Any]:
    """All JWK members but the material."""
    return {name: value for name, value in key.to_jwk(item, private=True).items() if name not in MATERIAL}


def canonical(value: Any) -> str:
    """One text for equal JSON values; takes the infinity that 1e999 is read as."""
    return json.dumps(value, sort_keys=True)


def at(place: Place) -> str:
    """A place in words."""
    return f"'{short(place.source)}'" + (f" entry {place.index}" if place.index is not None else "")


def short(text: str, limit: int = 200) -> str:
    """Untrusted text, cut to a length that fits a message."""
    return text if len(text) <= limit else f"{text[:limit]}…"
