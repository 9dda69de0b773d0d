import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jwtctl.cryptanalysis.ecdsa_nonces import (
    Signature,
    derived_nonce,
    nonce_points,
    relations,
    reused_nonce,
    secret,
    small_nonce,
)
from jwtctl.cryptanalysis.weierstrass import CURVES
from jwtctl.errors import InputError
from tests.cryptanalysis.weak_nonces import Signer, point

NAMES = pytest.mark.parametrize("name", CURVES)


@pytest.fixture
def signer():
    return Signer("ecdsa")


@NAMES
def test_relations_and_secret_agree_with_the_signer(name):
    signer = Signer("agree", name)
    nonces = [signer.nonce() for _ in range(5)]
    signatures = signer.signatures(nonces)
    for (a, b), nonce, signature in zip(relations(signer.curve, signatures), nonces, signatures, strict=True):
        assert (a * signer.x + b) % signer.curve.n == nonce
        assert secret(signer.curve, signature, nonce) == signer.x


def test_signatures_that_hold(signer):
    nonces = [signer.nonce() for _ in range(3)]
    good = signer.signatures(nonces)
    z, r, s = good[0]
    n = signer.curve.n
    bad = [
        (z + 1, r, s),
        (z, r + 1, s),
        (z, r, s + 1),
        (z, 0, s),
        (z, r, 0),
        (z, n, s),
        (z, r, n),
        (z, -r, s),
        (0, n, n),
    ]
    held = nonce_points(signer.curve, signer.public, [*map(Signature._make, bad), *good])
    assert held == [(sig, point("P-256", k)) for sig, k in zip(good, nonces, strict=True)]
    assert nonce_points(signer.curve, signer.public, good, stop=lambda: True) == []
    for method in (nonce_points, derived_nonce, small_nonce):
        with pytest.raises(InputError, match="not a point"):
            method(signer.curve, (1, 1), good)


ANY = st.integers(-2, 2) | st.integers(-(2**600), 2**600)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.builds(Signature, ANY, ANY, ANY)))
def test_no_numbers_make_a_signature_by_chance(signatures):
    signer = Signer("chance")
    assert nonce_points(signer.curve, signer.public, signatures) == []
    assert small_nonce(signer.curve, signer.public, signatures) is None


def test_the_malleable_twin_of_a_signature_holds_with_the_negative_nonce(signer):
    z, r, s = signer.sign(7)
    twin = Signature(z, r, signer.curve.n - s)
    ((_, its),) = nonce_points(signer.curve, signer.public, [twin])
    assert its == point("P-256", signer.curve.n - 7)


@NAMES
@pytest.mark.parametrize("sign", [1, -1])
def test_a_nonce_that_is_used_again(name, sign):
    signer = Signer("reuse", name)
    nonces = [signer.nonce() for _ in range(20)]
    nonces.append(sign * nonces[4])
    signatures = signer.signatures(nonces)
    assert reused_nonce(signer.curve, signer.public, signatures) == signer.x
    assert reused_nonce(signer.curve, signer.public, signatures[:-1]) is None


@pytest.mark.parametrize("sign", [1, -1])
def test_one_message_signed_twice_with_one_nonce_is_one_signature(signer, sign):
    first = signer.sign(99, 1234)
    twin = first._replace(s=sign * first.s % signer.curve.n)
    assert reused_nonce(signer.curve, signer.public, [first, twin]) is None


def test_equal_r_of_another_key(signer):
    other = Signer("another")
    k = signer.nonce()
    assert reused_nonce(signer.curve, signer.public, [signer.sign(k), other.sign(k)]) is None
    assert reused_nonce(signer.curve, signer.public, []) is None


def test_everything_that_a_nonce_may_be_derived_from(signer):
    z, n, x = signer.digest(), signer.curve.n, signer.x
    own = [x, z, x + z, x - z, x * z, signer.public[0], signer.public[1], signer.curve.x, x + signer.public[0]]
    for sign, nonce in itertools.product((1, -1), own):
        signatures = [signer.sign(signer.nonce()), signer.sign(sign * nonce % n, z)]
        assert derived_nonce(signer.curve, signer.public, signatures) == x
    assert derived_nonce(signer.curve, signer.public, [signer.sign(x + z + 1, z)]) is None
    assert derived_nonce(signer.curve, signer.public, [signer.sign(signer.nonce()) for _ in range(3)]) is None


def test_a_nonce_derived_from_the_signature_before(signer):
    first = signer.sign(signer.nonce())
    assert derived_nonce(signer.curve, signer.public, [first, signer.sign(first.r)]) == signer.x
    assert derived_nonce(signer.curve, signer.public, [signer.sign(first.r), first]) is None


def test_candidates_of_the_caller(signer):
    issued = 1_750_000_000
    for nonce in (issued, issued * 1000, signer.x + issued, signer.x * issued, signer.curve.n - issued):
        signatures = [signer.sign(nonce)]
        assert derived_nonce(signer.curve, signer.public, signatures, [issued, issued * 1000]) == signer.x
        assert derived_nonce(signer.curve, signer.public, signatures, [issued + 1, 0, signer.curve.n]) is None
    assert derived_nonce(signer.curve, signer.public, [signer.sign(issued)], [issued], stop=lambda: True) is None


@NAMES
@pytest.mark.parametrize("nonce", [1, 2, 7, 1024, 1025, 2049, 3074, 2**19 + 12345, 2**20 - 1])
def test_a_small_nonce(name, nonce):
    signer = Signer(f"small {nonce}", name)
    for k in (nonce, signer.curve.n - nonce):
        assert small_nonce(signer.curve, signer.public, [signer.sign(signer.nonce()), signer.sign(k)], 20) == signer.x


def test_every_small_nonce_and_none_beyond(signer):
    """With 12 bits a search ends soon after 2^12; every nonce from 1 on is met by another sum of steps."""
    for nonce in [*range(1, 12), *range(1020, 1030), *range(2046, 2052), *range(3070, 3077), 4094, 4095]:
        assert small_nonce(signer.curve, signer.public, [signer.sign(nonce)], 12) == signer.x
    for nonce in (2**23, 2**24 + 1, signer.curve.n // 2):
        assert small_nonce(signer.curve, signer.public, [signer.sign(nonce)], 20) is None


def test_one_small_nonce_among_many(signer):
    nonces = [signer.nonce() for _ in range(30)]
    nonces[17] = 2**23 + 321
    signatures = signer.signatures(nonces)
    assert small_nonce(signer.curve, signer.public, signatures, 24) == signer.x
    assert small_nonce(signer.curve, signer.public, signatures[:17], 24) is None


def test_a_multiple_of_something_known(signer):
    for multiplier in (1 << 200, 1_000_003, signer.curve.n // 3):
        signature = signer.sign(multiplier * 0xFACE5 % signer.curve.n)
        assert small_nonce(signer.curve, signer.public, [signature], 20, multiplier=multiplier) == signer.x
        assert small_nonce(signer.curve, signer.public, [signature], 20, multiplier=multiplier + 1) is None
    assert small_nonce(signer.curve, signer.public, [signature], multiplier=0) is None


def test_signatures_that_do_not_hold_are_passed_over(signer):
    z, r, s = signer.sign(77)
    assert small_nonce(signer.curve, signer.public, [Signature(z + 1, r, s)]) is None
    assert small_nonce(signer.curve, signer.public, [Signature(z + 1, r, s), Signature(z, r, s)]) == signer.x


def test_stop(signer):
    for polls in range(4):
        stop = itertools.chain([False] * polls, itertools.repeat(object=True))
        assert small_nonce(signer.curve, signer.public, [signer.sign(2**18)], 40, stop=lambda s=stop: next(s)) is None


@pytest.mark.slow
@pytest.mark.parametrize("nonce", [2**40 - 1, 1_750_000_000_123 // 2])
def test_nonces_of_forty_bits(signer, nonce):
    assert small_nonce(signer.curve, signer.public, [signer.sign(nonce)], 40) == signer.x
