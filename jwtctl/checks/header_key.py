"""Whether a token was signed with a key that it brings itself, at a price that strangers cannot raise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.checks.token_audit import right_under
from jwtctl.jose import algorithms

if TYPE_CHECKING:
    from jwtctl.model import GivenToken, Key

LONGEST_EXPONENT = 64
"""Bits of an RSA exponent; with a longer one, verifying costs as much as signing."""
LONGEST_MODULUS = 8192
"""Bits of an RSA modulus. With both at their longest a try takes 1.2 ms, so ten thousand tokens take 12 s."""


def is_right(token: GivenToken, key: Key) -> bool | None:
    """Whether the signature of a token is right under a key from its header.

    Args:
        token: any token.
        key: written by whoever wrote the token.

    Returns:
        None if it was not tried: the algorithm is not of such keys, or the key is larger than the above.
    """
    if token.token is None or token.alg not in algorithms.usable_with(key):
        return None
    if key.numbers.get("e", 0).bit_length() > LONGEST_EXPONENT or (key.kty == "RSA" and key.bits > LONGEST_MODULUS):
        return None
    return right_under(token, key) is True
