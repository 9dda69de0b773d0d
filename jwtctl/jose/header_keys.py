"""Keys that a token brings in its own header: the sender chose them, so they prove nothing."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import base64url, certificate
from jwtctl.jose.key import from_jwk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.model import GivenToken, Key

MAX_CERTIFICATES = 3


def header_keys(token: GivenToken) -> Iterator[tuple[str, Key]]:
    """The keys of `jwk` and of the first certificates of `x5c` (RFC 7515 sections 4.1.3 and 4.1.6), each with its member.

    What is no key or no certificate is passed over.
    """
    jwk, chain = token.header.get("jwk"), token.header.get("x5c")
    if isinstance(jwk, dict):
        with contextlib.suppress(KeyMaterialError):
            yield "jwk", from_jwk(jwk, token.place)
    for entry in chain[:MAX_CERTIFICATES] if isinstance(chain, list) else ():
        try:
            encoding = base64url.decode_lenient(entry if isinstance(entry, str) else "")
            key = certificate.read(encoding).key
        except (ValueError, KeyMaterialError):
            continue
        if key is not None:
            yield "x5c", key._replace(certificates=(encoding,), place=token.place)
