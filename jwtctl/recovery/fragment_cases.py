"""The ways in which what is known of an RSA private key can be understood: what is stated, and each reading of a torn file.

What a leak document states is believed, and contradictions in it are errors; a reading that contradicts it is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jwtctl.cryptanalysis import exponent, factoring, ladder
from jwtctl.errors import InputError
from jwtctl.jose.leak import NOTHING_LEGIBLE, LegibleBits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jwtctl.jose.leak import ExponentWindow, Leak
    from jwtctl.jose.torn_key import Reading, TornKey

USUAL_EXPONENTS = (65537, 3, 17, 5, 7, 257, 35, 37, 41, 11, 13, 19, 23, 31, 65539, 4097, 4294967297)
"""Tried in this order where e is needed and nothing states it."""
_LEAST_NUMBER = 1 << 64
"""Whole numbers of a torn file below this are exponents or nothing."""
PRIMES = ("p", "q")
CRT = {"p": "dp", "q": "dq"}


@dataclass(frozen=True, slots=True, repr=False)
class Case:
    """One way to understand what is known: whole numbers and legible bits by name."""

    numbers: Mapping[str, int]
    known: Mapping[str, LegibleBits]
    integers: tuple[int, ...] = ()
    window: ExponentWindow | None = None
    others: tuple[int, ...] = ()
    prime_bits: int | None = None
    modulus_bits: int | None = None
    torn: bool = False

    @property
    def exponents(self) -> tuple[int, ...]:
        """The e that is known, or the usual ones that agree with what is known of it."""
        if "e" in self.numbers:
            return (self.numbers["e"],)
        return tuple(filter(self.known.get("e", NOTHING_LEGIBLE).agree, USUAL_EXPONENTS))

    def length_of(self, name: str) -> int:
        """Bits of p or q under the modulus that is known: half of it each, if nothing else is stated."""
        n = self.numbers["n"].bit_length()
        if self.prime_bits is None:
            return (n + 1) // 2
        return self.prime_bits if name == "p" else n - self.prime_bits


def cases_of(leak: Leak, torn: TornKey | None) -> list[Case]:
    """Every way to understand a leak document, together with a torn file if there is one; the likeliest first.

    Raises:
        InputError: if what is stated contradicts itself, or no RSA key can be made of it; the message names the numbers.
    """
    numbers = dict(leak.numbers)
    for name, number in (torn.public if torn else {}).items():
        if numbers.setdefault(name, number) != number:
            raise InputError(f"{name} of the leak is not {name} of the public key beside the torn one")
    stated = Case(
        numbers,
        _known_bits(leak, numbers),
        (),
        leak.e_window,
        tuple(other["n"] for other in leak.others if other.get("n", 0) > 1),
        leak.p_bits,
        2 * leak.p_bits if leak.p_bits else None,
    )
    _refuse(stated)
    if torn is None or not torn.readings:
        return [stated]
    integers = tuple(
        dict.fromkeys(each.bits.value for each in torn.integers if each.whole and each.bits.value >= _LEAST_NUMBER)
    )
    merged: dict[tuple[object, ...], Case] = {}
    for reading in torn.readings:
        case = _merged(stated, reading, integers)
        if case and _is_possible(case):
            identity = (*sorted(case.numbers.items()), *((name, b.mask, b.value) for name, b in case.known.items()))
            merged.setdefault(identity, case)
    if not merged and "n" in stated.numbers:
        return [replace(stated, integers=integers, torn=True)]
    if not merged:
        raise InputError(
            "no reading of the torn key makes sense: its numbers contradict each other, or what else is stated"
        )
    return list(merged.values())


def _is_possible(case: Case) -> bool:
    try:
        _refuse(case)
    except InputError:
        return False
    return True


def _merged(stated: Case, reading: Reading, integers: tuple[int, ...]) -> Case | None:
    numbers, known = reading.numbers, reading.known
    together = {**numbers, **stated.numbers}
    if any(together[name] != number for name, number in numbers.items()):
        return None
    bits: dict[str, LegibleBits] = {}
    for name in {*known, *stated.known}:
        both = known.get(name, NOTHING_LEGIBLE).joined(stated.known.get(name, NOTHING_LEGIBLE))
        number = together.get(name)
        if both is None or (number is not None and not both.agree(number)):
            return None
        if number is None:
            bits[name] = both
    return replace(
        stated, numbers=together, known=bits, integers=integers, modulus_bits=reading.modulus_bits, torn=True
    )


def _known_bits(leak: Leak, numbers: Mapping[str, int]) -> dict[str, LegibleBits]:
    """All parts of numbers as legible bits; those at the top of p need its length."""
    known = {name: bits for name, bits in leak.known.items() if bits.mask}
    parts = {"p_low": ("p", leak.p_low, 0), "d_low": ("d", leak.d_low, 0)}
    if leak.p_high:
        length = leak.p_bits or (numbers["n"].bit_length() + 1) // 2 if "n" in numbers else leak.p_bits
        if length is None:
            raise InputError("p_high says nothing without p_bits or n: the length of p is not known")
        if leak.p_high.bits > length:
            raise InputError("p_high has more bits than p")
        parts["p_high"] = ("p", leak.p_high, length - leak.p_high.bits)
    for stated, (name, part, shift) in parts.items():
        if part and part.bits:
            bits = LegibleBits((1 << part.bits) - 1 << shift, part.value << shift)
            both = known.get(name, NOTHING_LEGIBLE).joined(bits)
            if both is None:
                raise InputError(f"{stated} contradicts what else is stated of {name}")
            known[name] = both
    for name, bits in list(known.items()):
        if name in numbers:
            if not bits.agree(numbers[name]):
                raise InputError(f"the bits that are stated of {name} are not those of the {name} that is stated")
            del known[name]
    return known


def _refuse(case: Case) -> None:
    """InputError for numbers of which no RSA key is made."""
    n = case.numbers.get("n")
    if n is not None:
        if not ladder.MIN_BITS <= n.bit_length() <= ladder.MAX_BITS:
            raise InputError(f"n has {n.bit_length()} bits, where {ladder.MIN_BITS} to {ladder.MAX_BITS} are expected")
        if n % 2 == 0:
            raise InputError("n is even, so it is no RSA modulus")
        if factoring.is_probable_prime(n):
            raise InputError("n is prime, so it is no RSA modulus")
    if case.prime_bits is not None and not 2 <= case.prime_bits < (n.bit_length() if n else ladder.MAX_BITS):
        raise InputError(f"p_bits is {case.prime_bits}, which no prime of such a modulus has")
    longest = (n.bit_length() if n else ladder.MAX_BITS) + ladder.MAX_EXCESS
    for name, number in case.numbers.items():
        if number.bit_length() > longest:
            raise InputError(f"{name} is more than {longest} bits long")
        if number < {"e": 3, "qi": 1}.get(name, 2) or (name in {"e", "d", "p", "q"} and number % 2 == 0):
            raise InputError(f"{name} is even or too small, so it belongs to no RSA key")
    for name, bits in case.known.items():
        if bits.mask.bit_length() > longest:
            raise InputError(f"bits are stated of {name} beyond {longest}")
    _refuse_contradictions(case.numbers)


def _refuse_contradictions(numbers: Mapping[str, int]) -> None:
    n, e, d, p, q, qi = (numbers.get(name) for name in ("n", "e", "d", "p", "q", "qi"))
    for name, prime in (("p", p), ("q", q)):
        if n and prime and (prime >= n or n % prime):
            raise InputError(f"{name} does not divide n")
    if n and p and q and n % (p * q):
        raise InputError("p and q are no two factors of n")
    if n and e and d and not exponent.satisfies(n, e, d):
        raise InputError("e and d do not belong together: 2^(e*d) is not 2 modulo n")
    for name, prime in (("p", p), ("q", q)):
        half = numbers.get(CRT[name])
        if prime and half and d and (half - d) % (prime - 1):
            raise InputError(f"{CRT[name]} and d do not belong together: they differ modulo {name} - 1")
        if prime and half and e and (half * e - 1) % (prime - 1):
            raise InputError(f"{CRT[name]} and e do not belong together: their product is not 1 modulo {name} - 1")
    if p and q and qi and (qi * q - 1) % p:
        raise InputError("qi is not the inverse of q modulo p")
