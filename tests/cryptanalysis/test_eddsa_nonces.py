import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from jwtctl.cryptanalysis.eddsa_nonces import Signature, belongs, relations, reused_nonce
from jwtctl.cryptanalysis.edwards import EDWARDS_CURVES, decode, multiply
from jwtctl.cryptanalysis.hidden_number import hidden_number
from jwtctl.cryptanalysis.linear_nonces import recurrence
from tests.cryptanalysis.test_edwards import SIZES, private_scalar, public_octets

NAMES = pytest.mark.parametrize("name", EDWARDS_CURVES)


class Signer:
    """RFC 8032, but for the nonce, and for the public key if a wrong one is passed."""

    def __init__(self, name, seed=b"eddsa"):
        self.name, self.curve, self.size = name, EDWARDS_CURVES[name], SIZES[name]
        self.seed = hashlib.shake_256(seed).digest(self.size)
        self.octets = public_octets(name, self.seed)
        self.public = decode(self.curve, self.octets)
        self.a = private_scalar(name, self.seed) % self.curve.n

    def hash(self, *parts):
        octets = b"".join(parts)
        if self.name == "Ed25519":
            digest = hashlib.sha512(octets).digest()
        else:
            digest = hashlib.shake_256(b"SigEd448\0\0" + octets).digest(114)
        return int.from_bytes(digest, "little")

    def encode(self, point):
        x, y = point
        return (y | (x & 1) << (8 * self.size - 1)).to_bytes(self.size, "little")

    def nonce(self, message):
        half = hashlib.sha512(self.seed).digest()[32:]
        if self.name == "Ed448":
            half = hashlib.shake_256(self.seed).digest(114)[57:]
        return self.hash(half, message)

    def sign(self, message, nonce=None, public=None):
        nonce = (self.nonce(message) if nonce is None else nonce) % self.curve.n
        R = self.encode(multiply(self.curve, nonce))
        h = self.hash(R, public or self.octets, message)
        return Signature(h, R, (nonce + h * self.a) % self.curve.n)


@NAMES
def test_the_signer_of_these_tests_makes_signatures_that_cryptography_accepts(name):
    signer = Signer(name)
    key = (Ed25519PublicKey if name == "Ed25519" else Ed448PublicKey).from_public_bytes(signer.octets)
    for nonce in (None, 12345):
        signature = signer.sign(b"message", nonce)
        octets = signature.R + signature.S.to_bytes(signer.size, "little")
        key.verify(octets, b"message")
        with pytest.raises(InvalidSignature):
            key.verify(octets, b"massage")


@NAMES
def test_one_nonce_for_two_messages(name):
    signer = Signer(name)
    signatures = [signer.sign(b"%d" % i) for i in range(10)]
    assert reused_nonce(signer.curve, signer.public, signatures) is None
    again = signer.sign(b"another", signer.nonce(b"4"))
    assert again.R == signatures[4].R
    assert reused_nonce(signer.curve, signer.public, [*signatures, again]) == signer.a


@NAMES
def test_a_signer_that_takes_any_public_key(name):
    signer = Signer(name)
    wrong = Signer(name, b"somebody else").octets
    right, oracle = signer.sign(b"message"), signer.sign(b"message", public=wrong)
    assert right.R == oracle.R
    assert reused_nonce(signer.curve, signer.public, [right, oracle]) == signer.a
    # A message signed twice as it should be says nothing.
    assert reused_nonce(signer.curve, signer.public, [right, right]) is None
    other = Signer(name, b"somebody else").public
    assert reused_nonce(signer.curve, other, [right, oracle]) is None


def test_false_signatures_of_equal_nonces():
    signer = Signer("Ed25519")
    right, oracle = signer.sign(b"message"), signer.sign(b"message", public=bytes(32))
    false = [Signature(i, right.R, i * i) for i in range(7)]
    assert reused_nonce(signer.curve, signer.public, [*false, right, *false, oracle]) == signer.a
    assert reused_nonce(signer.curve, signer.public, [*false, right._replace(S=1), oracle]) is None
    assert reused_nonce(signer.curve, signer.public, []) is None
    assert reused_nonce(signer.curve, signer.public, [right, oracle], stop=lambda: True) is None


@NAMES
def test_belongs(name):
    signer = Signer(name)
    assert belongs(signer.curve, signer.a, signer.public)
    for scalar in (signer.a + 1, signer.a + signer.curve.n, signer.a - signer.curve.n, -signer.a, 0):
        assert not belongs(signer.curve, scalar, signer.public)


@NAMES
def test_short_nonces_and_generators_of_them(name):
    signer = Signer(name)
    n = signer.curve.n

    def check(scalar):
        return belongs(signer.curve, scalar, signer.public)

    short = relations(signer.curve, [signer.sign(b"%d" % i, signer.nonce(b"%d" % i) % (n >> 64)) for i in range(8)])
    assert hidden_number(short, n, n >> 64, check) == signer.a
    assert hidden_number(short, n, n >> 80, check) is None
    nonces = [1]
    while len(nonces) < 4:
        nonces.append((signer.nonce(b"a") * nonces[-1] + signer.nonce(b"b")) % n)
    linear = relations(signer.curve, [signer.sign(b"%d" % i, nonce) for i, nonce in enumerate(nonces)])
    assert recurrence(linear, n, check) == signer.a
    assert recurrence(linear[::-1][:3], n, check) is None
