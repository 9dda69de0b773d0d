import itertools

import pytest

from jwtctl.cryptanalysis.shared_nonces import shared_nonces
from jwtctl.errors import InputError
from tests.cryptanalysis.weak_nonces import Signer

P256 = Signer("x").curve


def signers(count, low_s=False):
    return [Signer(f"shared {i}", low_s=low_s) for i in range(count)]


def corpus(*used):
    """From pairs (signer, nonces): the signatures of each by public key."""
    return {signer.public: signer.signatures(nonces) for signer, nonces in used}


def secrets(*fallen):
    return {signer.public: signer.x for signer in fallen}


def test_one_pair_is_only_told():
    a, b = signers(2)
    k = a.nonce()
    found = shared_nonces(P256, corpus((a, [a.nonce(), k]), (b, [b.nonce(), k])))
    assert found.secrets == {}
    ((one, other, r),) = found.pairs
    assert {one, other} == {a.public, b.public}
    assert r == a.sign(k).r


@pytest.mark.parametrize("low_s", [False, True])
def test_two_keys_with_two_nonces_in_common(low_s):
    a, b = signers(2, low_s)
    k, m = a.nonce(), a.nonce()
    found = shared_nonces(P256, corpus((a, [k, m, a.nonce()]), (b, [m, b.nonce(), -k])))
    assert found.secrets == secrets(a, b)
    assert found.pairs == ()


def test_a_key_that_falls_takes_those_that_share_with_it():
    a, b, c, d = signers(4)
    k, m, o = a.nonce(), a.nonce(), a.nonce()
    found = shared_nonces(P256, corpus((c, [m, o]), (b, [k, m]), (a, [k, 7, -7]), (d, [o, d.nonce()])))
    assert found.secrets == secrets(a, b, c, d)
    assert found.pairs == ()


@pytest.mark.parametrize("count", [3, 6])
def test_a_ring(count):
    ring = signers(count)
    nonces = [ring[0].nonce() for _ in ring]
    used = [(signer, [nonces[i], nonces[i - 1]]) for i, signer in enumerate(ring)]
    found = shared_nonces(P256, corpus(*used))
    assert found.secrets == secrets(*ring)
    # Opened at one place there is an equation too few.
    used[0] = (ring[0], [nonces[0]])
    found = shared_nonces(P256, corpus(*used))
    assert found.secrets == {}
    assert len(found.pairs) == count - 1


def test_a_ring_of_too_many_keys_is_told():
    ring = signers(7)
    nonces = [ring[0].nonce() for _ in ring]
    found = shared_nonces(P256, corpus(*((s, [nonces[i], nonces[i - 1]]) for i, s in enumerate(ring))))
    assert found.secrets == {}
    assert len(found.pairs) == 7


def test_one_nonce_under_three_keys_is_not_enough():
    ring = signers(3)
    found = shared_nonces(P256, corpus(*((s, [12345]) for s in ring)))
    assert found.secrets == {}
    assert len(found.pairs) == 2


def test_signatures_that_do_not_hold_are_passed_over():
    a, b = signers(2)
    k, m = a.nonce(), a.nonce()
    first, second = a.signatures([k, m])
    forged = [first._replace(s=5), second._replace(s=0), second._replace(r=0)]
    found = shared_nonces(P256, {a.public: [first, second], b.public: forged})
    assert (found.secrets, found.pairs) == ({}, ())
    found = shared_nonces(P256, {a.public: [*forged, first, second], b.public: [*forged, *b.signatures([k, m])]})
    assert found.secrets == secrets(a, b)
    with pytest.raises(InputError, match="not a point"):
        shared_nonces(P256, {(1, 1): [first]})


def test_many_keys_and_no_ring():
    """A tree of keys that share nonces: no search of it runs away."""
    nonces = [Signer("tree").nonce() for _ in range(2)]
    tree = signers(40)
    used = [(s, [1000 + i, 1000 + 2 * i + 1, 1000 + 2 * i + 2]) for i, s in enumerate(tree)]
    found = shared_nonces(P256, corpus(*used))
    assert found.secrets == {}
    assert len(found.pairs) == 39
    used[-1] = (tree[-1], [*used[-1][1], *nonces])
    used[7] = (tree[7], [*used[7][1], *nonces])
    assert shared_nonces(P256, corpus(*used)).secrets == secrets(*tree)


def test_nothing_shared():
    a, b = signers(2)
    found = shared_nonces(P256, corpus((a, [a.nonce()]), (b, [b.nonce()])))
    assert (found.secrets, found.pairs) == ({}, ())
    assert shared_nonces(P256, {}).secrets == {}


def test_stop_and_what_is_shown():
    a, b = signers(2)
    k = a.nonce()
    material = corpus((a, [7, 7]), (b, [7, b.nonce()]), (signers(3)[2], [k]))
    assert shared_nonces(P256, material, stop=lambda: True).secrets == {}
    for enough in range(12):
        polls = itertools.count()
        found = shared_nonces(P256, material, stop=lambda polls=polls, enough=enough: next(polls) > enough)
        assert found.secrets in ({}, secrets(a), secrets(a, b))
    assert found.secrets == secrets(a, b)
    assert str(a.x) not in repr(found)
