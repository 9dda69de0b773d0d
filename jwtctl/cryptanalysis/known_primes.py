"""Primes that RSA keys on the internet were found to have in common, so that whoever collected the keys knows them.

Kept are products, by the length of the moduli in which the primes were: a greatest common divisor with the product is
the prime. `python -m tests.tables` writes them from badkeys, known_primes.txt says whose work that is.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import gmpy2
from gmpy2 import mpz

MODULUS_BITS = (512, 768, 1024, 2048, 4096)
"""For moduli of these lengths primes are known: going by the lengths of the products some 5,000, of which 617 have
1024 bits."""
LENGTH_OCTETS = 4
"""Before each product stands its length in octets, big-endian."""


def known_divisor(n: int) -> int:
    """The product of those prime factors of n > 0 that are known: 1 if there are none, n if all are.

    Raises:
        OSError: if the package was installed without its data.
    """
    return int(gmpy2.gcd(product(n.bit_length()), n))


@cache
def product(bits: int) -> mpz:
    """The product of all primes known from moduli of so many bits; 1 where there are none."""
    return _products().get(bits, mpz(1))


@cache
def _products() -> dict[int, mpz]:
    octets = files("jwtctl.cryptanalysis").joinpath("known_primes.dat").read_bytes()
    found, position = {}, 0
    for bits in MODULUS_BITS:
        start = position + LENGTH_OCTETS
        position = start + int.from_bytes(octets[position:start], "big")
        found[bits] = mpz(int.from_bytes(octets[start:position], "big"))
    return found
