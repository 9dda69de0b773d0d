"""Since when a key has been in use, as far as it says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import certificate

if TYPE_CHECKING:
    from jwtctl.model import Key

_YEAR_9999 = 253_402_300_799


def begun(key: Key) -> float | None:
    """Unix time from which on a key is valid: its `nbf` or `iat` member, or its certificate's notBefore; None if unsaid.

    `iat` and `nbf` are no registered JWK members, but what OpenID Federation and many key sets use.
    """
    for name in ("nbf", "iat"):
        stated = key.members.get(name)
        if isinstance(stated, int | float) and not isinstance(stated, bool) and 0 < stated < _YEAR_9999:
            return stated
    if key.certificates:
        try:
            return certificate.read(key.certificates[0]).not_before
        except KeyMaterialError:
            return None
    return None
