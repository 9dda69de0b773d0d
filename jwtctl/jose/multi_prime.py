"""RSA private keys of more than two primes: the `oth` member of a JWK and the otherPrimeInfos of PKCS#1.

Sources: RFC 7518 section 6.3.2.7, RFC 8017 sections 3.2 and A.1.2. Such a Key holds the first two primes in its
numbers, like any other, and the further ones in `members["oth"]`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import base64url, der
from jwtctl.jose.key import MAX_INTEGER_OCTETS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jwtctl.jose.der import Element
    from jwtctl.model import Key

MAX_PRIMES = 64
"""Primes of one key; real ones have two to five."""
_MEMBERS = ("r", "d", "t")


def private_numbers(e: int, d: int, primes: Sequence[int]) -> tuple[dict[str, int], list[dict[str, str]]]:
    """All numbers of a private key, and the value of its `oth` member, which is empty for two primes.

    Args:
        e: public exponent.
        d: private exponent.
        primes: at least two distinct primes, r_1 to r_u; p and q are the first two.

    Raises:
        KeyMaterialError: fewer than two primes, more than MAX_PRIMES, or one of them twice.
    """
    if not 2 <= len(primes) <= MAX_PRIMES or len(set(primes)) < len(primes):
        raise KeyMaterialError(
            f"a private key of {len(primes)} primes, {len(set(primes))} of them distinct, has no standard form"
        )
    p, q, *others = primes
    numbers = {"n": math.prod(primes), "e": e, "d": d, "p": p, "q": q}
    numbers |= {"dp": d % (p - 1), "dq": d % (q - 1), "qi": pow(q, -1, p)}
    further = []
    before = p * q
    for r in others:
        triplet = (r, d % (r - 1), pow(before, -1, r))
        further.append({name: base64url.encode_integer(number) for name, number in zip(_MEMBERS, triplet, strict=True)})
        before *= r
    return numbers, further


def other_primes(members: Mapping[str, Any]) -> tuple[tuple[int, int, int], ...]:
    """Prime r, exponent d modulo r - 1, and coefficient t of each prime beyond the second that a JWK states.

    Raises:
        KeyMaterialError: `oth` is no array of such objects, empty, or too long.
    """
    if "oth" not in members:
        return ()
    entries = members["oth"]
    if not isinstance(entries, list) or not 0 < len(entries) <= MAX_PRIMES:
        raise KeyMaterialError(f"the oth member of a JWK must be an array of 1 to {MAX_PRIMES} objects")
    triplets = []
    for entry in entries:
        if not isinstance(entry, dict) or not all(isinstance(entry.get(name), str) for name in _MEMBERS):
            raise KeyMaterialError("each entry of the oth member must have r, d and t (RFC 7518 section 6.3.2.7)")
        try:
            r, d, t = (int.from_bytes(base64url.decode_lenient(entry[name]), "big") for name in _MEMBERS)
        except ValueError as err:
            raise KeyMaterialError("the oth member of a JWK is not base64url") from err
        triplets.append((r, d, t))
    return tuple(triplets)


def oth_member(infos: Element) -> list[dict[str, str]]:
    """The `oth` member that says what otherPrimeInfos of PKCS#1 say (RFC 8017 section A.1.2).

    Raises:
        KeyMaterialError: more than MAX_PRIMES, one that is no triplet, or a number that is too long.
        DerError: malformed DER.
    """
    entries = [entry.children() for entry in infos.children()]
    if not 0 < len(entries) <= MAX_PRIMES or any(len(entry) != len(_MEMBERS) for entry in entries):
        raise KeyMaterialError("the further primes of a PKCS#1 RSA private key are not triplets of INTEGERs")
    if any(len(part.content) > MAX_INTEGER_OCTETS for entry in entries for part in entry):
        raise KeyMaterialError(f"a number of a further prime is longer than {MAX_INTEGER_OCTETS} octets")
    return [
        {name: base64url.encode_integer(part.unsigned()) for name, part in zip(_MEMBERS, entry, strict=True)}
        for entry in entries
    ]


def version_and_other_primes(key: Key) -> tuple[int, bytes]:
    """The version of a PKCS#1 RSAPrivateKey, and its otherPrimeInfos in DER, which a key of two primes does not have.

    Raises:
        KeyMaterialError: as `other_primes`.
    """
    triplets = other_primes(key.members)
    if not triplets:
        return 0, b""
    return 1, der.encode(
        der.SEQUENCE, *(der.encode(der.SEQUENCE, *map(der.encode_integer, triplet)) for triplet in triplets)
    )
