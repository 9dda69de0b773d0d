import pytest
from cryptography.hazmat.primitives.asymmetric import ed448, ed25519, x448, x25519

from jwtctl.cryptanalysis.edwards import EDWARDS_CURVES, decode
from jwtctl.cryptanalysis.small_order import MONTGOMERY_CURVES, has_small_order, order

# What libsodium refuses as public keys (ref10, ge25519_has_small_order and x25519 has_small_order): canonical ones first.
ED25519_ORDERS = {
    "0100000000000000000000000000000000000000000000000000000000000000": 1,
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f": 2,
    "0000000000000000000000000000000000000000000000000000000000000000": 4,
    "0000000000000000000000000000000000000000000000000000000000000080": 4,
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05": 8,
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85": 8,
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a": 8,
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa": 8,
}
X25519_SMALL = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]


@pytest.mark.parametrize(("encoding", "expected"), ED25519_ORDERS.items())
def test_the_eight_points_of_small_order_on_ed25519(encoding, expected):
    curve = EDWARDS_CURVES["Ed25519"]
    assert order(curve, decode(curve, bytes.fromhex(encoding))) == expected


def test_the_four_points_of_small_order_on_ed448():
    curve = EDWARDS_CURVES["Ed448"]
    p = curve.p
    assert [order(curve, point) for point in ((0, 1), (0, p - 1), (1, 0), (p - 1, 0))] == [1, 2, 4, 4]


@pytest.mark.parametrize(
    ("name", "make", "seed"),
    [("Ed25519", ed25519.Ed25519PrivateKey, 32), ("Ed448", ed448.Ed448PrivateKey, 57)],
)
def test_keys_have_prime_order_and_none_once_a_small_point_is_added(name, make, seed):
    curve = EDWARDS_CURVES[name]
    for first in range(1, 4):
        public = make.from_private_bytes(bytes([first] * seed)).public_key().public_bytes_raw()
        x, y = decode(curve, public)
        assert order(curve, (x, y)) == curve.n
        # Adding the point (0, -1) of order 2 negates both coordinates.
        assert order(curve, (-x % curve.p, -y % curve.p)) is None


@pytest.mark.parametrize("encoding", X25519_SMALL)
def test_the_u_coordinates_that_a_library_refuses_for_x25519(encoding):
    octets = bytes.fromhex(encoding)
    assert has_small_order(MONTGOMERY_CURVES["X25519"], int.from_bytes(octets, "little"))
    with pytest.raises(ValueError, match="rror"):
        x25519.X25519PrivateKey.generate().exchange(x25519.X25519PublicKey.from_public_bytes(octets))


def test_the_u_coordinates_that_a_library_refuses_for_x448():
    curve = MONTGOMERY_CURVES["X448"]
    for u in (0, 1, curve.p - 1, curve.p, curve.p + 1):
        assert has_small_order(curve, u)
        with pytest.raises(ValueError, match="rror"):
            x448.X448PrivateKey.generate().exchange(x448.X448PublicKey.from_public_bytes(u.to_bytes(56, "little")))


@pytest.mark.parametrize(("name", "octets"), [("X25519", 32), ("X448", 56)])
def test_other_u_coordinates_on_the_curve_and_on_its_twist(name, octets):
    curve = MONTGOMERY_CURVES[name]
    library = {
        "X25519": (x25519.X25519PrivateKey, x25519.X25519PublicKey),
        "X448": (x448.X448PrivateKey, x448.X448PublicKey),
    }
    private, public = library[name]
    for u in (*range(2, 40), curve.p - 2, 1 << 200):
        assert not has_small_order(curve, u)
        assert private.generate().exchange(public.from_public_bytes(u.to_bytes(octets, "little")))
