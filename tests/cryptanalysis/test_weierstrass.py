import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from hypothesis import given, settings
from hypothesis import strategies as st

from jwtctl.cryptanalysis.weierstrass import CURVES, add, belongs, combination, multiples, multiply, require_point, sums
from jwtctl.errors import InputError
from tests.cryptanalysis.weak_nonces import CRYPTOGRAPHY, Signer, point

NAMES = pytest.mark.parametrize("name", CURVES)
P256 = CURVES["P-256"]
SCALARS = st.integers(1, P256.n - 1)


@NAMES
def test_multiples_are_those_of_cryptography(name):
    curve = CURVES[name]
    require_point(curve, curve.generator)
    for scalar in (1, 2, 3, 15, 16, 17, 2**64, curve.n // 3, curve.n - 2, curve.n - 1):
        public = point(name, scalar)
        assert multiply(curve, scalar) == public
        assert belongs(curve, scalar, public)
        assert not belongs(curve, scalar, (public[0], curve.p - public[1]))
        assert not belongs(curve, scalar + curve.n, public)
        assert not belongs(curve, scalar - curve.n, public)
    assert multiply(curve, 0) is None
    assert multiply(curve, curve.n) is None
    assert multiply(curve, -1) == (curve.x, curve.p - curve.y)
    assert not belongs(curve, 0, curve.generator)


@settings(max_examples=15)
@given(SCALARS, SCALARS, SCALARS)
def test_combinations_and_sums(u, v, w):
    other = point("P-256", w)
    expected = (u + v * w) % P256.n
    assert combination(P256, [(u, P256.generator), (v, other)]) == (point("P-256", expected) if expected else None)
    left, right = point("P-256", u), point("P-256", v)
    both = add(P256, left, right)
    assert both == multiply(P256, u + v)
    assert add(P256, left, None) == add(P256, None, left) == left


def test_a_curve_may_be_given_by_any_equal_numbers():
    same = P256._replace(a=P256.p - 3)
    assert multiply(same, 12345) == point("P-256", 12345)
    assert combination(same, [(5, P256.generator), (1, point("P-256", 5))]) == point("P-256", 10)
    assert belongs(same, 12345, point("P-256", 12345))


def test_combinations_that_meet_themselves():
    generator = P256.generator
    assert combination(P256, [(5, generator), (1, point("P-256", 5))]) == point("P-256", 10)
    assert combination(P256, [(5, generator), (P256.n - 1, point("P-256", 5))]) is None
    assert add(P256, generator, (P256.x, P256.p - P256.y)) is None
    assert combination(P256, []) is None


@NAMES
def test_sums_around_a_centre(name):
    curve = CURVES[name]
    offsets = multiples(curve, curve.generator, 20)
    assert offsets == [point(name, i) for i in range(1, 21)]
    for centre in (1000, curve.n // 2):
        for i, pair in enumerate(sums(curve, point(name, centre), offsets), 1):
            assert pair == (point(name, centre + i)[0], point(name, centre - i)[0])
    # Where one of the two is infinity, nothing is said of the other.
    around_seven = list(sums(curve, offsets[6], offsets))
    assert [i for i, pair in enumerate(around_seven, 1) if pair is None] == [7]
    assert around_seven[9] == (point(name, 17)[0], point(name, 3)[0])


@pytest.mark.parametrize("change", [(1, 0), (0, 1), (P256.p, 0), (0, P256.p), (-2 * P256.p, 0)])
def test_what_is_no_point(change):
    with pytest.raises(InputError, match="not a point of its curve"):
        require_point(P256, (P256.x + change[0], P256.y + change[1]))


@NAMES
@pytest.mark.parametrize("low_s", [False, True])
def test_the_signer_of_these_tests_makes_signatures_that_cryptography_accepts(name, low_s):
    signer = Signer("accepted", name, low_s)
    key = ec.derive_private_key(signer.x, CRYPTOGRAPHY[name]).public_key()
    digest = signer.random.randbytes(32)
    _, r, s = signer.sign(signer.nonce(), int.from_bytes(digest, "big"))
    method = ec.ECDSA(utils.Prehashed(hashes.SHA256()))
    key.verify(utils.encode_dss_signature(r, s), digest, method)
    with pytest.raises(InvalidSignature):
        key.verify(utils.encode_dss_signature(r, s + 1), digest, method)
    assert not low_s or 2 * s < signer.curve.n
