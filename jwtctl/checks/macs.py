"""HMAC tokens as those see them who guess the secret."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from jwtctl.checks.token_audit import right_under
from jwtctl.jose import algorithms
from jwtctl.model import Key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from jwtctl.model import GivenToken

_POLLED = 1000
_INNER, _OUTER = (bytes(octet ^ pad for octet in range(256)) for pad in (0x36, 0x5C))


def is_mac(token: GivenToken) -> bool:
    """Whether a token has an HMAC of the length of its hash."""
    octets = full_length(token)
    return octets > 0 and token.token is not None and len(token.token.signature) == octets


def full_length(token: GivenToken) -> int:
    """Octets of the HMAC of HS256, HS384, HS512 (RFC 7518 section 3.2); 0 for what is signed in another way."""
    algorithm = algorithms.SIGNATURES.get(token.alg) if isinstance(token.alg, str) else None
    return algorithm.hash_bits // 8 if algorithm is not None and algorithm.family == "hmac" else 0


def groups(tokens: Iterable[GivenToken]) -> list[list[GivenToken]]:
    """The different tokens with an HMAC, those together that should have one secret: of one iss, kid and alg.

    The shortest token of each group stands first: guesses at it cost least.
    """
    found: dict[tuple[str, ...], dict[str, GivenToken]] = {}
    for token in filter(is_mac, tokens):
        named = tuple(repr(value) for value in (token.claims.get("iss"), token.header.get("kid"), token.alg))
        found.setdefault(named, {})[token.text] = token
    return [sorted(group.values(), key=lambda token: len(token.text)) for group in found.values()]


def secret_among(token: GivenToken, secrets: Iterable[bytes], stop: Callable[[], bool]) -> bytes | None:
    """The first secret under which the HMAC of a token is right; None if there is none or time is over.

    About 1.1 µs for each secret and a token of 200 octets: half of what `hmac.digest` takes (RFC 2104 section 2).

    Args:
        token: for which `is_mac` holds.
        secrets: to try.
        stop: polled for every thousandth.
    """
    if token.token is None:
        return None
    wanted, message = token.token.signature, token.token.signing_input
    hashing = getattr(hashlib, f"sha{8 * len(wanted)}")
    block = hashing().block_size
    for number, secret in enumerate(secrets):
        if number % _POLLED == 0 and stop():
            return None
        key = (secret if len(secret) <= block else hashing(secret).digest()).ljust(block, b"\0")
        inner = hashing(key.translate(_INNER) + message).digest()
        if hashing(key.translate(_OUTER) + inner).digest() == wanted and verifies(token, secret):
            return secret
    return None


def verifies(token: GivenToken, secret: bytes) -> bool:
    """Whether `cryptography` says as well that the HMAC of a token is right."""
    return is_mac(token) and right_under(token, Key("oct", octets={"k": secret})) is True


def under_one_secret(group: Sequence[GivenToken], secret: bytes) -> Iterator[GivenToken]:
    """The tokens of a group whose HMAC is right under a secret that was found."""
    return (token for token in group if verifies(token, secret))


def begins_right(token: GivenToken, key: Key) -> bool:
    """Whether the HMAC of a token, cut or whole, is the beginning of the right one under a key."""
    if token.token is None or not key.is_symmetric or not full_length(token):
        return False
    right = algorithms.sign(token.alg, key, token.token.signing_input)
    return right.startswith(token.token.signature)
