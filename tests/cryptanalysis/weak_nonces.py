"""Signatures with chosen nonces, the same ones in every run; never for use."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import partial

from cryptography.hazmat.primitives.asymmetric import ec

from jwtctl.cryptanalysis import weierstrass
from jwtctl.cryptanalysis.ecdsa_nonces import Signature, relations

CRYPTOGRAPHY = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1(), "secp256k1": ec.SECP256K1()}


def point(name, scalar):
    """The multiple of the generator as `cryptography` has it."""
    numbers = ec.derive_private_key(scalar, CRYPTOGRAPHY[name]).public_key().public_numbers()
    return numbers.x, numbers.y


@dataclass
class Signer:
    """An ECDSA key that signs random digests with the nonces that it is given."""

    seed: str
    name: str = "P-256"
    low_s: bool = False

    def __post_init__(self):
        self.random = random.Random(self.seed)
        self.curve = weierstrass.CURVES[self.name]
        self.x = self.random.randrange(1, self.curve.n)
        self.public = point(self.name, self.x)
        self.check = partial(weierstrass.belongs, self.curve, public=self.public)

    def digest(self):
        return self.random.getrandbits(min(self.curve.n.bit_length(), 512))

    def nonce(self):
        return self.random.randrange(1, self.curve.n)

    def sign(self, nonce, z=None):
        n = self.curve.n
        z = self.digest() if z is None else z
        r = point(self.name, nonce % n)[0] % n
        s = pow(nonce, -1, n) * (z + r * self.x) % n
        return Signature(z, r, n - s if self.low_s and 2 * s > n else s)

    def signatures(self, nonces):
        return [self.sign(nonce) for nonce in nonces]

    def relations(self, nonces):
        return relations(self.curve, self.signatures(nonces))

    def leading(self, bits, count, prefix=0):
        """Nonces of the length of the order that begin with `bits` bits of a prefix."""
        rest = self.curve.n.bit_length() - bits
        return [(prefix << rest) + max(self.random.getrandbits(rest), 1) for _ in range(count)]

    def trailing(self, bits, count, suffix=0):
        """Nonces that end with `bits` bits of a suffix."""
        return [(self.random.randrange(self.curve.n >> bits) << bits) + suffix for _ in range(count)]
