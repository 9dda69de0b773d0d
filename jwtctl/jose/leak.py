"""What is known of a leaked RSA private key, as JSON of the schema `jwtctl.leak/1`: whole numbers or parts of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import json_object
from jwtctl.jose.key import MAX_INTEGER_OCTETS
from jwtctl.model import Key, Place

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = "jwtctl.leak/1"
MAX_OTHERS = 10_000
_NUMBERS = ("n", "e", "d", "p", "q", "dp", "dq", "qi")
_PARTS = frozenset({"p_high", "p_low", "d_low", "e_window", "known"})
_MASKED = ("p", "q", "d", "dp", "dq")
_MAX_BITS = 8 * MAX_INTEGER_OCTETS


@dataclass(frozen=True, slots=True, repr=False)
class Part:
    """Leading or trailing bits of a number: `value` of `bits` bits."""

    value: int
    bits: int


@dataclass(frozen=True, slots=True, repr=False)
class ExponentWindow:
    """e = known + x·2^shift with 0 ≤ x < 2^bits."""

    known: int
    shift: int
    bits: int


@dataclass(frozen=True, slots=True, repr=False)
class LegibleBits:
    """Bits of a number at any places: `mask` has a one for each that is legible, `value` says what it is."""

    mask: int
    value: int

    def joined(self, other: LegibleBits) -> LegibleBits | None:
        """What is legible here or there of one number; None if the two contradict each other."""
        if (self.value ^ other.value) & self.mask & other.mask:
            return None
        return LegibleBits(self.mask | other.mask, self.value | other.value)

    def agree(self, number: int) -> bool:
        """Whether a number has these bits."""
        return not (number ^ self.value) & self.mask

    def low(self) -> Part:
        """Those from the lowest upwards to the first that is not legible."""
        count = (self.mask ^ (self.mask + 1)).bit_length() - 1
        return Part(self.value & ((1 << count) - 1), count)

    def high(self, length: int) -> Part:
        """Those of a number of `length` bits from the highest downwards to the first that is not legible."""
        missing = ~self.mask & ((1 << length) - 1)
        gap = missing.bit_length()
        return Part((self.value & ((1 << length) - 1)) >> gap, length - gap)


NOTHING_LEGIBLE = LegibleBits(0, 0)


@dataclass(frozen=True, slots=True, repr=False)
class Leak:
    """All that one document states; absent members are absent, or None.

    Attributes:
        numbers: n, e, d, p, q, dp, dq, qi that are known in whole.
        place: where the document stands.
        p_bits: length of p in bits.
        p_high, p_low: leading and trailing bits of p.
        d_low: trailing bits of d.
        e_window: what is known of e.
        known: legible bits of p, q, d, dp, dq.
        others: whole numbers of further keys that belong to the same case.
    """

    numbers: Mapping[str, int]
    place: Place
    p_bits: int | None = None
    p_high: Part | None = None
    p_low: Part | None = None
    d_low: Part | None = None
    e_window: ExponentWindow | None = None
    known: Mapping[str, LegibleBits] = field(default_factory=dict)
    others: tuple[Mapping[str, int], ...] = ()

    def __repr__(self) -> str:
        """Names what is there without showing any number."""
        return f"<Leak {', '.join(self.numbers)} from {self.place.source!r}>"


def is_leak(document: Any) -> bool:
    """Whether a JSON value is meant as a leak document: it says so, or states no schema but hexadecimal numbers of a key."""
    if not isinstance(document, dict) or not {"kty", "keys"}.isdisjoint(document):
        return False
    if "schema" in document:
        return str(document["schema"]).startswith("jwtctl.leak/")
    return not _PARTS.isdisjoint(document) or any(
        isinstance(document.get(name), str) and document[name][:2] in {"0x", "0X"} for name in _NUMBERS
    )


def parse_leak(document: Mapping[str, Any], place: Place) -> Leak:
    """Read a leak document; unknown members are ignored, so that later versions may add some, and none is required.

    Args:
        document: the JSON object.
        place: where it stands.

    Raises:
        KeyMaterialError: another schema, a member of the wrong shape, or nothing known at all.
    """
    if document.get("schema", SCHEMA) != SCHEMA:
        raise KeyMaterialError(f"not a leak document: its schema is not {SCHEMA!r}")
    known = _object(document.get("known", {}), "/known")
    for name in known:
        if name not in _MASKED:
            raise KeyMaterialError(f"/known/{name}: known bits are read of {', '.join(_MASKED)} only")
    others = document.get("others", [])
    if not isinstance(others, list) or len(others) > MAX_OTHERS:
        raise KeyMaterialError(f"/others: an array of at most {MAX_OTHERS} objects is expected")
    leak = Leak(
        numbers=_numbers(document, ""),
        place=place,
        p_bits=_count(document, "p_bits", "") if "p_bits" in document else None,
        p_high=_part(document, "p_high"),
        p_low=_part(document, "p_low"),
        d_low=_part(document, "d_low"),
        e_window=_window(document),
        known={name: _legible(value, f"/known/{name}") for name, value in known.items()},
        others=tuple(_numbers(_object(each, f"/others/{i}"), f"/others/{i}") for i, each in enumerate(others)),
    )
    if not (leak.numbers or leak.known or leak.others or leak.p_high or leak.p_low or leak.d_low):
        raise KeyMaterialError(
            "a leak document that states nothing", hint='it needs at least "n" and a part of the key'
        )
    return leak


def key_of(leak: Leak) -> Key:
    """The whole numbers of a leak as an RSA key, which may well be incomplete.

    Raises:
        KeyMaterialError: if the modulus is neither stated nor the product of stated primes.
    """
    numbers = dict(leak.numbers)
    if "n" not in numbers and "p" in numbers and "q" in numbers:
        numbers = {"n": numbers["p"] * numbers["q"], **numbers}
    if "n" not in numbers:
        raise KeyMaterialError(
            "a leak document without the modulus n is no key", hint="jwtctl recover FILE works on what is known"
        )
    return Key("RSA", numbers=numbers, container="leak JSON", place=leak.place)


def _numbers(document: Mapping[str, Any], at: str) -> dict[str, int]:
    return {name: _integer(document[name], f"{at}/{name}") for name in _NUMBERS if name in document}


def _integer(value: Any, at: str) -> int:
    if not isinstance(value, str) or not re.fullmatch("0[xX][0-9A-Fa-f]+", value):
        raise KeyMaterialError(f'{at}: a hexadecimal string like "0x1f" is expected')
    if len(value) > 2 * MAX_INTEGER_OCTETS + 2:
        raise KeyMaterialError(f"{at}: longer than {MAX_INTEGER_OCTETS} octets")
    return int(value, 16)


def _count(document: Mapping[str, Any], name: str, at: str) -> int:
    value = document.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MAX_BITS:
        raise KeyMaterialError(f"{at}/{name}: a number of bits from 0 to {_MAX_BITS} is expected")
    return value


def _object(value: Any, at: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise KeyMaterialError(f"{at}: an object is expected, not a {json_object.kind_of(value)}")
    return value


def _part(document: Mapping[str, Any], name: str) -> Part | None:
    if name not in document:
        return None
    at = f"/{name}"
    members = _object(document[name], at)
    part = Part(_integer(members.get("value"), f"{at}/value"), _count(members, "bits", at))
    if part.value.bit_length() > part.bits:
        raise KeyMaterialError(f"{at}: the value has more than the {part.bits} bits that are stated")
    return part


def _window(document: Mapping[str, Any]) -> ExponentWindow | None:
    if "e_window" not in document:
        return None
    at = "/e_window"
    members = _object(document["e_window"], at)
    known = _integer(members.get("known"), f"{at}/known")
    return ExponentWindow(known, _count(members, "shift", at), _count(members, "bits", at))


def _legible(value: Any, at: str) -> LegibleBits:
    members = _object(value, at)
    bits = LegibleBits(_integer(members.get("mask"), f"{at}/mask"), _integer(members.get("value"), f"{at}/value"))
    if bits.value & ~bits.mask:
        raise KeyMaterialError(f"{at}: the value has bits that its mask calls illegible")
    return bits
