import hashlib
import random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.cryptanalysis.edwards import EDWARDS_CURVES, decode, multiply

NAMES = pytest.mark.parametrize("name", EDWARDS_CURVES)
SIZES = {"Ed25519": 32, "Ed448": 57}


def private_scalar(name, seed):
    """RFC 8032 sections 5.1.5 and 5.2.5."""
    if name == "Ed25519":
        half = int.from_bytes(hashlib.sha512(seed).digest()[:32], "little")
        return half & ((1 << 254) - 8) | 1 << 254
    half = int.from_bytes(hashlib.shake_256(seed).digest(57), "little")
    return half & ((1 << 447) - 4) | 1 << 447


def public_octets(name, seed):
    key = Ed25519PrivateKey if name == "Ed25519" else Ed448PrivateKey
    return key.from_private_bytes(seed).public_key().public_bytes_raw()


@NAMES
def test_public_keys_are_those_of_cryptography(name):
    source = random.Random(name)
    curve = EDWARDS_CURVES[name]
    for _ in range(10):
        seed = source.randbytes(SIZES[name])
        scalar = private_scalar(name, seed)
        public = decode(curve, public_octets(name, seed))
        assert public == multiply(curve, scalar) == multiply(curve, scalar % curve.n)
        assert public != multiply(curve, scalar + 1)


@NAMES
def test_the_order_of_the_base_point(name):
    curve = EDWARDS_CURVES[name]
    assert multiply(curve, 0) == multiply(curve, curve.n) == (0, 1)
    assert multiply(curve, curve.n + 1) == (curve.x, curve.y)
    assert multiply(curve, curve.n - 1) == (curve.p - curve.x, curve.y)


@NAMES
def test_octets_that_are_no_point(name):
    curve, size = EDWARDS_CURVES[name], SIZES[name]
    assert decode(curve, b"") is None
    assert decode(curve, bytes(size - 1)) is None
    assert decode(curve, bytes(size + 1)) is None
    assert decode(curve, curve.p.to_bytes(size, "little")) is None
    assert decode(curve, (1).to_bytes(size, "little")) == (0, 1)
    assert decode(curve, (1 | 1 << (8 * size - 1)).to_bytes(size, "little")) is None
    valid = sum(decode(curve, y.to_bytes(size, "little")) is not None for y in range(200))
    assert 70 < valid < 130


@given(st.binary(max_size=60))
def test_any_octets_give_a_point_or_none(octets):
    for curve in EDWARDS_CURVES.values():
        if found := decode(curve, octets):
            x, y = found
            assert (curve.a * x * x + y * y - 1 - curve.d * x * x * y * y) % curve.p == 0
