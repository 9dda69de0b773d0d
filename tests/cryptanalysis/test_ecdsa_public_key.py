import hashlib
import random

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from jwtctl.cryptanalysis.ecdsa_public_key import ecdsa_public_keys
from jwtctl.cryptanalysis.weierstrass import CURVES

PEERS = {
    "P-256": (ec.SECP256R1(), hashes.SHA256()),
    "P-384": (ec.SECP384R1(), hashes.SHA384()),
    "P-521": (ec.SECP521R1(), hashes.SHA512()),
    "secp256k1": (ec.SECP256K1(), hashes.SHA256()),
}
EACH = pytest.mark.parametrize("crv", CURVES)


def digest(crv, message):
    return hashlib.new(PEERS[crv][1].name, message).digest()


def signer(crv):
    return ec.derive_private_key(random.Random(crv).getrandbits(200), PEERS[crv][0])


def signed(crv, message):
    """(z, r, s) as cryptography signs."""
    r, s = utils.decode_dss_signature(signer(crv).sign(message, ec.ECDSA(PEERS[crv][1])))
    return int.from_bytes(digest(crv, message), "big"), r, s


def verifies(crv, point, octets, r, s):
    public = ec.EllipticCurvePublicNumbers(*point, PEERS[crv][0]).public_key()
    try:
        public.verify(utils.encode_dss_signature(r, s), octets, ec.ECDSA(utils.Prehashed(PEERS[crv][1])))
    except InvalidSignature:
        return False
    return True


def public(crv):
    numbers = signer(crv).public_key().public_numbers()
    return numbers.x, numbers.y


@EACH
def test_the_curves_are_those_of_cryptography(crv):
    curve, peer = CURVES[crv], PEERS[crv][0]
    one = ec.derive_private_key(1, peer).public_key().public_numbers()
    last = ec.derive_private_key(curve.n - 1, peer).public_key().public_numbers()
    assert (one.x, one.y) == (curve.x, curve.y)
    assert (last.x, last.y) == (curve.x, curve.p - curve.y)
    with pytest.raises(ValueError, match=r".+"):
        ec.derive_private_key(curve.n, peer)
    assert (curve.y**2 - curve.x**3 - curve.a * curve.x - curve.b) % curve.p == 0
    assert curve.p % 4 == 3


@EACH
def test_one_signature_leaves_two_keys_and_two_signatures_one(crv):
    one, other = (ecdsa_public_keys(CURVES[crv], *signed(crv, message)) for message in (b"one", b"other"))
    assert len(one) == len(other) == 2
    assert set(one) & set(other) == {public(crv)}


@EACH
def test_both_keys_verify(crv):
    z, r, s = signed(crv, b"one")
    found = ecdsa_public_keys(CURVES[crv], z, r, s)
    assert [verifies(crv, point, digest(crv, b"one"), r, s) for point in found] == [True, True]


@EACH
def test_another_digest_is_of_other_keys(crv):
    z, r, s = signed(crv, b"one")
    assert public(crv) not in ecdsa_public_keys(CURVES[crv], z ^ 1, r, s)


@EACH
def test_an_r_that_lost_the_order_is_seen_through(crv):
    """The x-coordinate of the point lies between the order and p."""
    curve = CURVES[crv]
    x = next(
        x for x in range(curve.n + 1, curve.p) if pow(x**3 + curve.a * x + curve.b, (curve.p - 1) // 2, curve.p) == 1
    )
    r, s, octets = x - curve.n, 12345, digest(crv, b"one")
    found = ecdsa_public_keys(curve, int.from_bytes(octets, "big"), r, s)
    assert len(found) in {2, 4}
    assert len(set(found)) == len(found)
    assert all(verifies(crv, point, octets, r, s) for point in found)


def test_an_r_that_is_no_coordinate_has_no_key():
    curve = CURVES["P-256"]
    r = next(
        r
        for r in range(1 << 250, 1 << 251)
        if pow(r**3 + curve.a * r + curve.b, (curve.p - 1) // 2, curve.p) == curve.p - 1
    )
    assert ecdsa_public_keys(curve, 1, r, 1) == ()


@EACH
def test_numbers_out_of_range_have_no_key(crv):
    curve = CURVES[crv]
    z, r, s = signed(crv, b"one")
    for wrong in ((z, 0, s), (z, r, 0), (z, curve.n, s), (z, r, curve.n), (z, r + curve.n, s), (z, -r, s)):
        assert ecdsa_public_keys(curve, *wrong) == ()


def test_the_neutral_element_is_no_key():
    """s·R = z·G: the point would be the key of nobody."""
    curve = CURVES["P-256"]
    assert len(ecdsa_public_keys(curve, 7, curve.x, 7)) == 1


def test_a_digest_of_zero():
    curve = CURVES["P-256"]
    assert len(ecdsa_public_keys(curve, 0, curve.x, 7)) == 2
