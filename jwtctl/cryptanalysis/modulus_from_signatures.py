"""The modulus of an RSA key from the signatures that it made, as long as the exponent of the relation is a usual one.

A message representative m and its signature s satisfy s^e = m modulo n, or m^e = s for a signer that exchanged the two
exponents. So n divides s^e - m, or m^e - s, over the integers, and the gcd of two such numbers is n times a small
cofactor.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import gmpy2
from gmpy2 import mpz

from jwtctl.cryptanalysis.factoring import never

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

USUAL_EXPONENTS = (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 35, 37, 41, 257, 65537)
"""Exponents that key generators choose by themselves."""

_COFACTOR_PRIMES = 1 << 20
_SHRINKING = 64


class Modulus(NamedTuple):
    """A modulus n and the exponent e of the relation that `pairs`, by their position, satisfy."""

    n: int
    e: int
    pairs: tuple[int, ...]


def modulus_from_signatures(
    pairs: Sequence[tuple[int, int]],
    exponents: Iterable[int],
    *,
    octets: int,
    reversed_roles: bool,
    stop: Callable[[], bool] = never,
) -> Modulus | None:
    """The modulus under which the first two pairs were signed, and the exponent, the least one first.

    Every n of that length is found that has no prime factor below 2^20, which is also how far cofactors are removed:
    of two pairs alone, one in ten million leaves a larger prime in it, which a third pair of the same key takes away.
    A pair of another key among the further ones does no harm. The gcd of two numbers of e times the length of n
    dominates: for e = 65537 about 35, 80 and 185 CPU seconds and 190, 350 and 680 MiB for 2048, 4096 and 8192 bits.
    `stop` is polled between the powers and the gcd, but not within: who cannot wait for that runs this in a process of
    its own.

    Args:
        pairs: at least two (m, s), the message representative and its signature, with different m.
        exponents: what e may be.
        octets: length of a signature, and so of n.
        reversed_roles: whether to look for m^e = s instead of s^e = m.
        stop: whether to give up.

    Returns:
        n, e, and all pairs that satisfy the relation exactly, the first two among them; None if there is no such n.

    Source: Plötz, Calculating an RSA public key from two signatures, 2018, for s^e - m.
    """
    relations = [(mpz(m), mpz(s)) if reversed_roles else (mpz(s), mpz(m)) for m, s in pairs]
    for e in sorted(exponents):
        multiple = _multiple(relations, e, stop)
        if multiple is None:
            return None
        if not 8 * (octets - 1) < multiple.bit_length() <= 16 * octets:
            continue
        n = _without_cofactor(_shrunk(multiple, relations[2:], e, octets), octets)
        if n.bit_length() > 8 * octets or n % 2 == 0:
            continue
        fitting = tuple(
            i for i, (base, power) in enumerate(relations) if max(base, power) < n and gmpy2.powmod(base, e, n) == power
        )
        if fitting[:2] == (0, 1):
            return Modulus(int(n), e, fitting)
    return None


def _multiple(relations: Sequence[tuple[mpz, mpz]], e: int, stop: Callable[[], bool]) -> mpz | None:
    differences = []
    for base, power in islice(relations, 2):
        if stop():
            return None
        differences.append(base**e - power)
    return None if stop() else gmpy2.gcd(*differences)


def _shrunk(multiple: mpz, relations: Iterable[tuple[mpz, mpz]], e: int, octets: int) -> mpz:
    for base, power in islice(relations, _SHRINKING):
        common = gmpy2.gcd(multiple, gmpy2.powmod(base, e, multiple) - power)
        # A pair of another key leaves next to nothing.
        if common.bit_length() > 8 * (octets - 1):
            multiple = common
    return multiple


def _without_cofactor(multiple: mpz, octets: int) -> mpz:
    """What is left without small primes; with them, if too little would be left."""
    left, small = multiple, gmpy2.primorial(_COFACTOR_PRIMES)
    while (cofactor := gmpy2.gcd(left, small % left)) > 1:
        left //= cofactor
    return left if left.bit_length() > 8 * (octets - 1) else multiple
