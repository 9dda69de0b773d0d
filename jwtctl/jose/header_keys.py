"""Keys that a token brings in its own header: the sender chose them, so they prove nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import base64url, certificate
from jwtctl.jose.key import from_jwk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.model import GivenToken, Key

MAX_CERTIFICATES = 3


def header_jwk(token: GivenToken) -> Key | None:
    """The key of `jwk` (RFC 7515 section 4.1.3); None if there is none, or what is there is no key."""
    jwk = token.header.get("jwk")
    try:
        return from_jwk(jwk, token.place) if isinstance(jwk, dict) else None
    except KeyMaterialError:
        return None


def header_keys(token: GivenToken) -> Iterator[tuple[str, Key]]:
    """The keys of `jwk` and of the first certificates of `x5c` (RFC 7515 sections 4.1.3 and 4.1.6), each with its member.

    What is no key or no certificate is passed over.
    """
    if (key := header_jwk(token)) is not None:
        yield "jwk", key
    chain = token.header.get("x5c")
    for entry in chain[:MAX_CERTIFICATES] if isinstance(chain, list) else ():
        try:
            encoding = base64url.decode_lenient(entry if isinstance(entry, str) else "")
            key = certificate.read(encoding).key
        except (ValueError, KeyMaterialError):
            continue
        if key is not None:
            yield "x5c", key._replace(certificates=(encoding,), place=token.place)
