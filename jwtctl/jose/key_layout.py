"""The layout of RSA private key files, for laying what is left of one over it.

PKCS#1 (RFC 8017 appendix A.1.2), which PKCS#8 wraps, is n, e, d, p, q, dp, dq, qi with a header of two to four octets
before each, and the lengths follow from the size of the key but for an octet here and there. OpenSSH has another order.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from jwtctl.jose import der
from jwtctl.jose.key_der import RSA_MEMBERS

if TYPE_CHECKING:
    from collections.abc import Callable

MIN_BITS, MAX_BITS = 512, 16_384

_OPENSSH_MEMBERS = ("n", "e", "d", "qi", "p", "q")

PKCS1, PKCS8, OPENSSH = "PKCS#1", "PKCS#8", "OpenSSH"
FORMS_OF = {"RSA PRIVATE KEY": (PKCS1,), "PRIVATE KEY": (PKCS8,), "OPENSSH PRIVATE KEY": (OPENSSH,)}


class Choice(NamedTuple):
    """One length that a number may have: how its encoding starts, and how unusual that is in bits.

    Attributes:
        octets: length of the content.
        start: header and first content octets.
        mask: the bits of `start` that are certain.
        header: length of the header.
        cost: minus log2 of how often it happens, about.
    """

    octets: int
    start: bytes
    mask: bytes
    header: int
    cost: int


class Item(NamedTuple):
    """A number of a layout with its possible lengths, or fixed octets (role empty)."""

    role: str
    choices: tuple[Choice, ...]


@lru_cache(maxsize=512)
def numbers_of(form: str, octets: int) -> tuple[tuple[int, int], ...]:
    """(size of the modulus, index in the layout) of every number that may have content of this length."""
    sizes = {factor * (octets + more) for factor in (8, 16) for more in (-1, 0, 1, 2)}
    return tuple(
        (bits, index)
        for bits in sorted(sizes)
        if MIN_BITS <= bits <= MAX_BITS and bits % 16 == 0
        for index, item in enumerate(layout(form, bits))
        if item.role and any(choice.octets == octets for choice in item.choices)
    )


@lru_cache(maxsize=128)
def layout(form: str, bits: int) -> tuple[Item, ...]:
    """What a key file of this form holds for a modulus of this size."""
    if form == OPENSSH:
        string = [b"none", b"none", b"", b"ssh-rsa"]
        none, _, empty, kind = (len(each).to_bytes(4, "big") + each for each in string)
        head = _fixed(b"openssh-key-v1\0" + none + none + empty + b"\0\0\0\1", 4, kind)
        numbers = [_number(name, bits, _ssh_header) for name in _OPENSSH_MEMBERS]
        return (head, numbers[1], numbers[0], _fixed(b"", 12, kind), *numbers)
    inner = _fixed(b"\x30\x82", 2, b"\x02\x01\x00")
    outer = _fixed(b"\x30\x82", 2, bytes.fromhex("020100300d06092a864886f70d01010105000482"), 2)
    return (*((outer,) if form == PKCS8 else ()), inner, *(_number(name, bits, _der_header) for name in RSA_MEMBERS))


def _fixed(*parts: bytes | int) -> Item:
    """Octets that are always the same; a number stands for as many that vary."""
    start = b"".join(bytes(part) if isinstance(part, int) else part for part in parts)
    mask = b"".join(bytes(part) if isinstance(part, int) else b"\xff" * len(part) for part in parts)
    return Item("", (Choice(0, start, mask, len(start), 0),))


def _der_header(octets: int) -> bytes:
    return der.encode(der.INTEGER, bytes(octets))[:-octets]


def _ssh_header(octets: int) -> bytes:
    return octets.to_bytes(4, "big")


def header_length(family: str, octets: int) -> int:
    """Octets of the header of a number whose content has so many; `family` is DER or SSH."""
    return 4 if family == "SSH" else len(_der_header(octets))


def _number(role: str, bits: int, header_of: Callable[[int], bytes]) -> Item:
    """A number with its usual lengths first; costs are minus log2 of how rare the others are."""
    full = bits // 8 if role in {"n", "e", "d"} else bits // 16
    lengths = {
        # Two primes of half the length, which have their top bit set, as n has.
        **dict.fromkeys(("n", "p", "q"), ((full + 1, 0),)),
        # Reduced modulo lambda(n), d is a bit shorter than n; every further octet has a chance of 1/256.
        "d": ((full, 0), (full + 1, 2), (full - 1, 7), (full - 2, 15), (3, 20)),
        **dict.fromkeys(("dp", "dq", "qi"), ((full, 1), (full + 1, 1), (full - 1, 7), (full - 2, 15))),
        # Not 65537: another short one, or that of a key whose exponents changed places.
        "e": ((1, 6), (3, 8), (2, 9), *((octets, 10) for octets in (4, 5, 8, 9)), (full, 20), (full + 1, 20)),
    }[role]
    choices = []
    for octets, cost in lengths:
        header = header_of(octets)
        content, mask = (b"\0\x80", b"\xff\x80") if octets == full + 1 else (b"\0", b"\x80")
        choices.append(Choice(octets, header + content, b"\xff" * len(header) + mask, len(header), cost))
    if role in {"e", "d"}:
        header = header_of(3)
        usual = Choice(3, header + b"\1\0\1", b"\xff" * (len(header) + 3), len(header), 0 if role == "e" else 20)
        choices.insert(0, usual)
    return Item(role, tuple(choices))
