import itertools
import sys

import pytest

from jwtctl.cryptanalysis import nonce_ladder
from jwtctl.cryptanalysis.ecdsa_nonces import Signature
from jwtctl.cryptanalysis.nonce_ladder import find_bias
from jwtctl.errors import InputError
from tests.cryptanalysis.weak_nonces import Signer


@pytest.fixture(autouse=True)
def shallow(monkeypatch):
    """A miss would take seconds for its last two steps."""
    monkeypatch.setattr(nonce_ladder, "DEEP_BITS", 24)
    monkeypatch.setattr(nonce_ladder, "PATTERN_BITS", 16)


def search(signer, nonces, **options):
    clock = itertools.count()
    return find_bias(signer.curve, signer.public, signer.signatures(nonces), clock=lambda: next(clock), **options)


def random_nonces(signer, count):
    return [signer.nonce() for _ in range(count)]


def reused(signer):
    nonces = random_nonces(signer, 30)
    return [*nonces, nonces[3]]


def counted(signer):
    return [(signer.nonce() if i < 3 else 5**90 + 9**60 * i) for i in range(6)]


def linear(signer, degree=1):
    nonces = random_nonces(signer, 2)
    for _ in range(degree + 2):
        nonces.append((3**150 * nonces[-1] ** degree + 7**80) % signer.curve.n)
    return nonces


CASES = {
    "reused-nonce": reused,
    "derived-nonce": lambda s: [s.nonce(), s.x],
    "small-nonce": lambda s: [s.nonce(), 654321],
    "counter": counted,
    "recurrence-1": linear,
    "recurrence-2": lambda s: linear(s, 2),
    "recurrence-3": lambda s: linear(s, 3),
    "biased-nonce-128": lambda s: s.leading(128, 3),
    "biased-nonce-32": lambda s: s.trailing(32, 10),
    "biased-nonce-16": lambda s: s.leading(16, 19, prefix=0xF1F2),
    "biased-nonce-12": lambda s: s.trailing(12, 26, suffix=0xABC),
    "patterned-nonce": lambda s: [s.nonce(), int("89ab" * 16, 16), s.nonce()],
}


# What is seen once the key is known; a few bits more may be alike by chance.
WORDS = {
    "biased-nonce-128": "all nonces begin with 128 zeros",
    "biased-nonce-32": "all nonces end with 32 zeros",
    "biased-nonce-16": "all nonces begin with the same 16 bits",
    "biased-nonce-12": "all nonces end with the same 12 bits",
}


@pytest.mark.parametrize("method", CASES)
def test_each_weakness_is_found_by_its_step(method):
    signer = Signer(method)
    steps = []
    found = search(signer, CASES[method](signer), on_step=steps.append)
    assert found.x == signer.x
    assert found.method == method
    assert found.attempts == tuple(steps)
    assert [attempt.found for attempt in steps] == [False] * (len(steps) - 1) + [True]
    assert found.detail
    assert method in WORDS or steps[-1].bound.startswith(found.detail)
    assert WORDS.get(method, found.detail) == found.detail
    assert str(signer.x) not in repr(found)


@pytest.mark.parametrize(
    ("name", "bits", "count"),
    [("P-384", 128, 5), ("P-521", 265, 3), ("secp256k1", 16, 20)],
)
def test_nonces_that_are_too_short_on_other_curves(name, bits, count):
    signer = Signer("short", name)
    found = search(signer, signer.leading(bits, count))
    assert found.x == signer.x
    assert found.method.startswith("biased-nonce-")


@pytest.mark.parametrize("nonce", ["89ab" * 16, "89ab" + "0" * 60])
def test_short_patterns(nonce):
    signer = Signer("pattern")
    found = search(signer, [int(nonce, 16)])
    assert (found.x, found.method) == (signer.x, "patterned-nonce")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["P-256", "P-384", "P-521"])
def test_the_last_steps_in_full(monkeypatch, name):
    monkeypatch.undo()
    signer = Signer("in full", name)
    bits = signer.curve.n.bit_length()
    for nonce in (0x89ABCDEF << (bits - 32), int("89abcdef" * -(-bits // 32), 16) % signer.curve.n, 2**40 - 12345):
        assert search(signer, [signer.nonce(), nonce]).x == signer.x


@pytest.mark.slow
def test_sha_512_reduced_for_p_521():
    """The nonces of CVE-2024-31497: nine zeros in front."""
    signer = Signer("PuTTY", "P-521")
    found = search(signer, signer.leading(9, 80))
    assert (found.x, found.detail) == (signer.x, "all nonces begin with 9 zeros")


@pytest.mark.parametrize("kind", ["counter", "recurrence-1", "leading", "trailing"])
def test_signers_that_keep_s_low(kind):
    signer = Signer(f"low {kind}", "secp256k1", low_s=True)
    nonces = {
        "counter": counted,
        "recurrence-1": linear,
        "leading": lambda s: s.leading(32, 11),
        "trailing": lambda s: s.trailing(32, 11),
    }[kind](signer)
    found = search(signer, nonces)
    assert found.x == signer.x
    if kind in {"leading", "trailing"}:
        assert found.detail == f"all nonces {'begin' if kind == 'leading' else 'end'} with 32 zeros"


def test_a_bias_that_not_all_nonces_have():
    signer = Signer("some")
    found = search(signer, [*signer.leading(128, 7), signer.nonce()])
    assert (found.x, found.detail) == (signer.x, "some of the nonces are biased")


def test_a_lattice_for_a_bit_more_claims_no_more():
    signer = Signer("a bit more")
    found = search(signer, signer.leading(15, 24))
    assert (found.x, found.detail) == (signer.x, "all nonces begin with 15 zeros")


def test_candidates():
    signer = Signer("candidates")
    found = search(signer, [10**40], candidates=[10**40])
    assert (found.x, found.method) == (signer.x, "derived-nonce")


def test_a_miss_says_what_was_excluded():
    signer = Signer("miss")
    found = search(signer, random_nonces(signer, 18))
    assert found.x is None
    assert (found.method, found.detail) == ("", "")
    methods = [attempt.method for attempt in found.attempts]
    assert methods[:7] == list(CASES)[:7]
    # Eighteen signatures reach 16 bits, and no step pretends to look for less.
    assert [m for m in methods if m.startswith("biased")][-1] == "biased-nonce-16"
    assert methods[-2:] == ["patterned-nonce", "small-nonce-deep"]
    assert found.attempts[2].bound == "a nonce is below 2^20, but for its sign"
    assert found.notes == (
        "a bias of fewer than 5 bits is out of reach of plain lattice reduction on this curve",
        "a bias of fewer than 16 bits takes more than 18 signatures",
        "this does not show that the nonces are random",
    )


def test_signatures_that_do_not_hold_are_left_out_and_told():
    signer = Signer("left out")
    signatures = signer.signatures(signer.leading(32, 10))
    z, r, s = signatures[0]
    bad = [Signature(z + 1, r, s), Signature(z, 0, 0), Signature(z, r, s), Signature(z, r, signer.curve.n - s)]
    mixed = [signature for pair in itertools.zip_longest(signatures, bad) for signature in pair if signature]
    found = find_bias(signer.curve, signer.public, mixed, clock=lambda: 0)
    assert found.x == signer.x
    assert found.notes == ("4 signatures are repeated or do not hold under this key",)


def test_a_deep_search_for_one_small_nonce():
    signer = Signer("deep")
    found = search(signer, [signer.nonce(), signer.nonce(), signer.nonce(), 2**24 - 1])
    assert (found.x, found.method) == (signer.x, "small-nonce-deep")
    assert search(signer, [*random_nonces(signer, 4), 2**24 - 1]).x is None


def test_stop():
    signer = Signer("stop")
    nonces = random_nonces(signer, 3)
    for polls in (0, 3, 4, 6, 40):
        stop = itertools.chain([False] * polls, itertools.repeat(object=True))
        found = search(signer, nonces, stop=lambda s=stop: next(s))
        assert found.x is None
        ended = [note for note in found.notes if note.startswith("the search was ended in the middle, at ")]
        assert len(ended) == 1
        assert ended[0].rpartition(" ")[2] not in {attempt.method for attempt in found.attempts}


def test_no_signatures_and_no_point():
    signer = Signer("none")
    found = search(signer, [])
    assert found.x is None
    assert "a bias of any length takes more than 0 signatures" in found.notes
    with pytest.raises(InputError, match="not a point"):
        find_bias(signer.curve, (0, 0), [], clock=lambda: 0)


def test_without_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "flint", None)
    signer = Signer("extra")
    found = search(signer, signer.leading(64, 6))
    assert found.x is None
    assert "recurrence-1 was left out: the search for a recurrence needs an optional part that is not installed" in (
        found.notes
    )
    assert any(note.startswith("biased-nonce-64 was left out: lattice reduction needs") for note in found.notes)
    assert search(signer, counted(signer)).method == "counter"


def test_a_quick_search_leaves_out_what_is_slow():
    signer = Signer("P-256")
    found = search(signer, random_nonces(signer, 3), quick=True)
    assert found.attempts[-1].method.startswith("biased-nonce-")
    assert search(signer, signer.leading(16, 19), quick=True).x == signer.x
