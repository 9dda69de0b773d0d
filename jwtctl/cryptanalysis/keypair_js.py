"""RSA keys that the npm package keypair made before version 1.0.4 (CVE-2021-41117), made again.

Under Node.js its generator was seeded with an octet of the time and 31 octets of which each is zero with a chance of
247 in 256: a bug took the numeric value of a character. One key in three came from nothing but zeros and that octet.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import gmpy2
from gmpy2 import mpz

from jwtctl.cryptanalysis.keypair_js_table import HEADS

if TYPE_CHECKING:
    from collections.abc import Callable

    AesBlock = Callable[[bytes, bytes], bytes]

SEED_OCTETS = 32
HEAD_BITS = 32
"""So many leading bits of a modulus stand in the table: 8 hexadecimal digits."""
_WHEEL = (6, 4, 2, 4, 2, 4, 6, 2)
_E = 65537


class _Generator:
    """AES in a counter mode of its own, which takes its next key and counter from itself."""

    def __init__(self, seed: bytes, aes: AesBlock) -> None:
        key = _sha1(_sha1(seed))
        self._aes, self._key, self._counter = aes, key[:16], _sha1(key)[:16]

    def octets(self, count: int) -> bytes:
        """The next octets; what is left of the last block is thrown away."""
        made = b""
        while len(made) < count:
            made += self._aes(self._key, self._counter)
            # The counter has no carry from its lowest 32 bits.
            low = (int.from_bytes(self._counter[12:], "big") + 1) % (1 << 32)
            following = self._counter[:12] + low.to_bytes(4, "big")
            self._key = self._aes(self._key, following)
            self._counter = self._aes(self._key, following)
        return made[:count]


def regenerate(seed: bytes, bits: int, aes: AesBlock) -> tuple[int, int]:
    """The primes of a modulus of `bits` bits, a multiple of 16, from a seed; the larger one first.

    Args:
        seed: 32 octets of the first entropy pool.
        bits: length of the modulus.
        aes: AES-128 of one block, called with a key and a block.

    Source: GHSL-2021-1012, and the source of keypair 1.0.3.
    """
    generator = _Generator(seed, aes)
    p, q = _prime(generator, bits // 2), _prime(generator, bits // 2)
    while (p * q).bit_length() != bits:
        p, q = max(p, q), _prime(generator, bits // 2)
    return max(p, q), min(p, q)


def recognise(n: int, aes: AesBlock) -> tuple[bytes, tuple[int, int]] | None:
    """The seed and the primes, if n is one of the moduli in the table: one in three that the package made.

    The table has every modulus of 1024, 2048, 3072 and 4096 bits whose seed is an octet followed by zeros.
    """
    heads = HEADS.get(n.bit_length())
    if heads is None:
        return None
    head = f"{n >> (n.bit_length() - HEAD_BITS):08x}"
    position = heads.find(head)
    while position >= 0:
        octet, within = divmod(position, len(head))
        if not within:
            seed = bytes([octet]) + bytes(SEED_OCTETS - 1)
            p, q = regenerate(seed, n.bit_length(), aes)
            if p * q == n:
                return seed, (p, q)
        position = heads.find(head, position + 1)
    return None


def _prime(generator: _Generator, bits: int) -> int:
    while True:
        # One octet more than needed is drawn, and cut off again.
        number = mpz(int.from_bytes(generator.octets(bits // 8 + 1)[1:], "big"))
        number = gmpy2.bit_set(number, bits - 1)
        number += 31 - number % 30
        index = 0
        while number.bit_length() == bits and not gmpy2.is_prime(number):
            number += _WHEEL[index % 8]
            index += 1
        if number.bit_length() == bits and gmpy2.gcd(number - 1, _E) == 1:
            return int(number)


def _sha1(octets: bytes) -> bytes:
    return hashlib.sha1(octets, usedforsecurity=False).digest()
