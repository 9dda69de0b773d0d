import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jwtctl.cryptanalysis.hidden_number import Relation, hidden_number, samples, without_low_bits
from jwtctl.errors import MissingExtraError
from tests.cryptanalysis.weak_nonces import Signer

# Bits that are zero in front, and how many signatures are enough, each measured in 10 of 10 trials.
ENOUGH = [(128, 3), (64, 5), (32, 9), (16, 17), (12, 23), (8, 36)]
slow = pytest.mark.slow


def attack(signer, nonces, width, **options):
    return hidden_number(signer.relations(nonces), signer.curve.n, width, signer.check, **options)


def width(signer, bits):
    return 1 << (signer.curve.n.bit_length() - bits)


@pytest.mark.parametrize(
    ("name", "bits", "count"),
    [
        *(("P-256", bits, count) for bits, count in ENOUGH),
        ("secp256k1", 8, 36),
        ("P-384", 16, 25),
        ("P-521", 16, 35),
        pytest.param("P-256", 7, 44, marks=slow),
        pytest.param("P-256", 6, 52, marks=slow),
        pytest.param("P-256", 5, 80, marks=slow),
        pytest.param("P-384", 8, 55, marks=slow),
        pytest.param("P-384", 7, 85, marks=slow),
        pytest.param("P-521", 8, 104, marks=slow),
        # SHA-512 reduced modulo the order, as PuTTY did: CVE-2024-31497.
        pytest.param("P-521", 9, 70, marks=slow),
    ],
)
def test_leading_zeros(name, bits, count):
    signer = Signer(f"leading {bits}", name)
    assert attack(signer, signer.leading(bits, count), width(signer, bits)) == signer.x


@pytest.mark.parametrize(("bits", "count"), [(128, 2), (64, 4), (32, 8), (16, 16), (8, 32)])
def test_fewer_signatures_than_the_secret_has_bits(bits, count):
    """No method finds x from fewer bits than it has: nothing is tried, and nothing claimed."""
    signer = Signer(f"too few {bits}")
    assert samples(signer.curve.n, width(signer, bits), count) == 0
    assert attack(signer, signer.leading(bits, count), width(signer, bits)) is None


@pytest.mark.parametrize(("bits", "count"), [(16, 18), (8, 38)])
def test_a_bit_less_than_assumed(bits, count):
    """Nonces that are twice as long spoil the lattices."""
    signer = Signer(f"a bit less {bits}")
    nonces = signer.leading(bits - 1, count)
    assert max(nonces) >= width(signer, bits)
    assert attack(signer, nonces, width(signer, bits)) is None
    more = [*nonces, *signer.leading(bits - 1, 10)]
    assert attack(signer, more, width(signer, bits - 1)) == signer.x


def test_one_nonce_that_is_not_biased_spoils_a_lattice_and_others_are_tried():
    signer = Signer("spoiled")
    nonces = [*signer.leading(32, 9), signer.nonce()]
    assert attack(signer, nonces[1:], width(signer, 32), tries=10) is None
    assert attack(signer, nonces, width(signer, 32), tries=60) == signer.x


def test_a_known_prefix():
    signer = Signer("prefix")
    nonces = signer.leading(16, 18, prefix=0xABCD)
    low = 0xABCD << 240
    assert attack(signer, nonces, width(signer, 16), low=low) == signer.x
    assert attack(signer, nonces, width(signer, 16)) is None


@pytest.mark.parametrize(("bits", "count"), [(16, 18), pytest.param(8, 38, marks=slow)])
def test_an_unknown_prefix(bits, count):
    signer = Signer(f"alike {bits}")
    nonces = signer.leading(bits, count, prefix=0xA5A5 & ((1 << bits) - 1))
    assert attack(signer, nonces, width(signer, bits), alike=True) == signer.x
    assert attack(signer, [*nonces[:-1], signer.nonce()], width(signer, bits), alike=True) is None


@pytest.mark.parametrize("suffix", [0, 0xBEEF])
def test_a_known_suffix(suffix):
    signer = Signer(f"suffix {suffix}")
    n = signer.curve.n
    relations = signer.relations(signer.trailing(16, 18, suffix))
    quotients = without_low_bits(relations, n, 16, suffix)
    assert hidden_number(quotients, n, (n >> 16) + 1, signer.check) == signer.x
    wrong = without_low_bits(relations, n, 16, suffix + 1)
    assert hidden_number(wrong, n, (n >> 16) + 1, signer.check) is None


def test_an_unknown_suffix():
    signer = Signer("unknown suffix")
    n = signer.curve.n
    quotients = without_low_bits(signer.relations(signer.trailing(16, 19, 0x1234)), n, 16)
    assert hidden_number(quotients, n, (n >> 16) + 1, signer.check, alike=True) == signer.x
    assert hidden_number(quotients, n, (n >> 16) + 1, signer.check) is None


def test_nonces_of_either_sign_cost_a_bit():
    signer = Signer("signs", low_s=True)
    nonces = signer.leading(16, 19)
    bound = width(signer, 16)
    assert attack(signer, nonces, 2 * bound, low=-bound) == signer.x
    assert attack(signer, nonces, bound) is None


def test_known_parts_of_single_nonces():
    signer = Signer("known parts")
    n = signer.curve.n
    nonces = [signer.nonce() for _ in range(9)]
    relations = signer.relations(nonces)
    known = [k >> 224 << 224 for k in nonces]
    unknown = [Relation(a, b - part) for (a, b), part in zip(relations, known, strict=True)]
    assert hidden_number(unknown, n, 1 << 224, signer.check) == signer.x


def test_repeated_and_empty_relations_do_no_harm():
    signer = Signer("repeated")
    n = signer.curve.n
    relations = signer.relations(signer.leading(32, 9))
    assert hidden_number([*relations, *relations, Relation(0, 5)], n, 1 << 224, signer.check) == signer.x
    assert hidden_number([*relations[:7], *relations[:7]], n, 1 << 224, signer.check) is None
    assert hidden_number([], n, 1 << 224, signer.check) is None
    assert hidden_number([Relation(1, 1)] * 20, n, 1 << 224, signer.check, alike=True) is None
    assert hidden_number(relations, n, 1, signer.check) is None


P256 = Signer("any").curve.n
ANY = st.integers(-2, 2) | st.integers(-(P256**2), P256**2)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(ANY, ANY) | st.tuples(st.sampled_from([1, 1 + P256, -1, P256]), ANY), max_size=7),
    st.integers(1, 2**200),
    ANY,
    st.booleans(),
)
def test_any_relations_give_nothing_that_the_check_refuses(pairs, width, low, alike):
    tried = []
    relations = [Relation(a, b) for a, b in pairs]
    assert hidden_number(relations, P256, width, tried.append, low=low, alike=alike) is None
    assert all(0 <= x < P256 for x in tried)


def test_nothing_is_claimed_below_five_bits():
    n = Signer("n").curve.n
    assert samples(n, n >> 4, 10_000) == 0
    assert 80 <= samples(n, n >> 5, 10_000) <= 110
    assert samples(n, n, 10_000) == 0
    assert samples(n, 2 * n, 10_000) == 0
    assert samples(Signer("n", "P-521").curve.n, 1 << 512, 10_000) == 80


def test_more_signatures_than_needed_are_left_out():
    n = Signer("n").curve.n
    assert samples(n, n >> 16, 10_000) == samples(n, n >> 16, 18) == 17
    assert samples(n, n >> 16, 10_000, alike=True) == 18


def test_stop():
    signer = Signer("stop")
    polls = iter([False, True])
    nonces = [signer.nonce() for _ in range(20)]
    assert attack(signer, nonces, width(signer, 16), stop=lambda: next(polls)) is None
    assert next(polls, None) is None


def test_without_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "flint", None)
    signer = Signer("extra")
    with pytest.raises(MissingExtraError, match="lattice reduction needs an optional part"):
        attack(signer, signer.leading(32, 9), width(signer, 32))
