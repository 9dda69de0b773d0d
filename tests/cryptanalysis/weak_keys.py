"""RSA keys with a chosen weakness, the same ones in every run; never for use."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import NamedTuple

import gmpy2


class WeakKey(NamedTuple):
    """n = product of `primes` (descending) and e·d ≡ 1 modulo φ(n) or λ(n)."""

    n: int
    e: int
    d: int
    primes: tuple[int, ...]

    @property
    def phi(self):
        return math.prod(p - 1 for p in self.primes)

    @property
    def lam(self):
        return math.lcm(*(p - 1 for p in self.primes))

    @property
    def gcd(self):
        """φ/λ, for two primes gcd(p - 1, q - 1)."""
        return self.phi // self.lam


@dataclass
class Maker:
    """Makes primes and keys from one seeded stream."""

    seed: str

    def __post_init__(self):
        self.random = random.Random(self.seed)

    def prime(self, bits):
        """A prime of exactly `bits` bits, at least 3/4 of 2^bits: two of them have a ratio below √2."""
        return self.prime_near(self.random.getrandbits(bits - 2) | 3 << (bits - 2))

    def prime_near(self, start):
        return int(gmpy2.next_prime(start))

    def primes(self, bits, count=2):
        """Primes whose product has exactly `bits` bits."""
        while True:
            primes = [self.prime(bits * (i + 1) // count - bits * i // count) for i in range(count)]
            if math.prod(primes).bit_length() == bits:
                return primes

    def prime_with(self, bits, divisor):
        """A prime p of `bits` bits with divisor | p - 1."""
        while True:
            p = (self.random.getrandbits(bits - 2) | 3 << (bits - 2)) // divisor * divisor + 1
            if p.bit_length() == bits and gmpy2.is_prime(p):
                return p

    def smooth_neighbour(self, bits, bound, sign):
        """A prime p of `bits` bits with p - sign a product of primes below `bound`."""
        small = [p for p in range(3, bound) if gmpy2.is_prime(p)]
        while True:
            product = 2
            while product.bit_length() < bits - bound.bit_length():
                product *= self.random.choice(small)
            for cofactor in self.random.sample(small, 40):
                p = product * cofactor + sign
                if p.bit_length() == bits and gmpy2.is_prime(p):
                    return p

    def periodic_prime(self, bits, period, exceptions=0):
        """A prime of `bits` bits that is a word of `period` bits over and over but for the last `exceptions` bits."""
        word = self.random.getrandbits(period) | 1 << (period - 1)
        x = sum(word << i for i in range(0, bits + period, period)) % (1 << bits) | 1 << (bits - 1)
        return self.prime_near(x >> exceptions << exceptions | self.random.getrandbits(exceptions))

    def sparse_limb_prime(self, bits, limb, filled, shift=0):
        """A prime of about `bits` bits with only `filled` random bits in each limb, from bit `shift` on."""
        limbs = [self.random.getrandbits(filled) for _ in range(bits // limb)]
        limbs[-1] |= 1 << (filled - 1)
        return self.prime_near(sum(x << (limb * i + shift) for i, x in enumerate(limbs)))

    def light_prime(self, bits, weight):
        """A prime of exactly `bits` bits with `weight` bits set."""
        while True:
            middle = self.random.sample(range(1, bits - 1), weight - 2)
            x = sum(1 << i for i in middle) | 1 << (bits - 1) | 1
            if gmpy2.is_prime(x):
                return x

    def power_prime(self, bits, base, modulus):
        """A prime of exactly `bits` bits that is a power of `base` modulo `modulus`, as RSALib makes them."""
        while True:
            residue = pow(base, self.random.getrandbits(200), modulus)
            k = self.random.getrandbits(bits - 2 - modulus.bit_length()) | 3 << (bits - 2 - modulus.bit_length())
            p = k * modulus + residue
            if p.bit_length() == bits and gmpy2.is_prime(p):
                return p

    def primes_sharing_ends(self, bits, high, low):
        """Two primes of bits/2 bits that agree in the `high` first and `low` last bits, and in few more."""
        half = bits // 2
        p = self.random.getrandbits(half - 2) | 3 << (half - 2) | 1
        found = []
        while len(found) < 2:
            middle = self.random.getrandbits(half - high - low) << low
            # They differ in the outermost bits of the middle.
            edge = (1 << (half - high - 1) | 1 << low) * (len(found) % 2)
            inner = middle & ~(1 << (half - high - 1) | 1 << low)
            x = (p >> (half - high) << (half - high)) | p % (1 << low) | inner | edge
            if gmpy2.is_prime(x):
                found.append(x)
        return found

    def exponent(self, bits, order, top=1):
        """An odd exponent of exactly `bits` bits that is invertible modulo `order`; all its `top` bits are set."""
        while True:
            e = self.random.getrandbits(bits) | 1 | ((1 << top) - 1) << (bits - top)
            if math.gcd(e, order) == 1:
                return e

    def key(self, primes, *, e=None, e_bits=None, form="lambda", top=1):
        """A key over the given primes; `form` says modulo what d is reduced."""
        phi = math.prod(p - 1 for p in primes)
        order = phi if form == "phi" else math.lcm(*(p - 1 for p in primes))
        e = e or self.exponent(e_bits, phi, top)
        return WeakKey(math.prod(primes), e, pow(e, -1, order), tuple(sorted(primes, reverse=True)))

    def usual_key(self, bits, *, e=65537, form="lambda"):
        """A key of two primes of equal length, either of which may be the larger, with a given e."""
        while True:
            primes = self.primes(bits)
            if all(math.gcd(e, p - 1) == 1 for p in primes):
                return self.key(primes, e=e, form=form)
