import contextlib
import hashlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.checks import seen
from jwtctl.checks.key.rsa_shared_prime import RsaSharedPrime
from jwtctl.checks.seen import Earlier, SeenKeys
from jwtctl.errors import InputError
from tests.checks.material import maker, rsa, run

P, Q, R, S, T, U = (maker("seen").prime(128) for _ in range(6))
DIGEST = 32
POOL = [101, 103, 107, 109, 113, 127, 131, 137]


def key(n, source="old.jwk", kid=None):
    return rsa(n, 65537, source=source)._replace(kid=kid)


def after(*days):
    """What is remembered after audits of some moduli each; written and read in between."""
    state = SeenKeys()
    for day in days:
        state.compare(each.numbers["n"] for each in day)
        state = seen.read(state.document(day), "seen")
    return state


def sealed(octets):
    return octets + hashlib.sha256(octets).digest()


def test_a_new_key_is_compared_with_those_of_every_earlier_day():
    state = after([key(P * Q)], [key(R * S)])
    assert state.product == P * Q * R * S
    found = state.compare([T * U, P * T])
    assert found[T * U] == (T, P * T)
    assert found[P * T] in {(P, P * Q), (T, T * U)}
    assert len(found) == 2
    assert after([key(P * Q)]).compare([T * U, R * S]) == {}


def test_a_key_that_was_seen_is_no_finding():
    state = after([key(P * Q), key(R * S)])
    assert state.compare([P * Q, R * S]) == {}
    assert state.compared == set()


def test_what_was_found_once_is_found_again_though_nothing_is_new():
    state = after([key(P * Q)], [key(P * R)])
    assert state.compare([P * R]) == {P * R: (P, P * Q)}
    assert state.compare([P * Q]) == {P * Q: (P, P * R)}


def test_both_primes_with_different_earlier_keys():
    state = after([key(P * Q), key(R * S), key(T * U)])
    assert state.compare([P * R]) in ({P * R: (P, P * Q)}, {P * R: (R, R * S)})
    # Each earlier one shares with the new one now.
    assert set(state.primes) == {P * R, P * Q, R * S}


def test_an_earlier_key_is_named():
    state = after([key(P * Q, "eu/2025.jwk", "first")], [key(R * S, "us.jwk")])
    assert state.earlier[P * Q].words == "'eu/2025.jwk', kid 'first'"
    assert state.earlier[R * S].words.startswith("'us.jwk', thumbprint ")
    assert len(state.earlier[R * S].words) == len("'us.jwk', thumbprint ") + 43
    for label in (b"", b"{}", b"[1]", b"[" * 100_000, b'["a",null,1,2]'):
        assert Earlier(label, 0).words == "a place that the file does not tell"


def test_only_what_was_compared_is_remembered():
    state = SeenKeys()
    state.compare([P * Q])
    kept = seen.read(state.document([key(P * Q), key(R * S)]), "seen")
    assert set(kept.earlier) == {P * Q}
    assert kept.product == P * Q


def test_the_check_tells_of_a_key_that_is_not_there_any_more():
    state = after([key(P * Q, "old.jwk", "first")])
    finding = run(RsaSharedPrime, key(P * R, "new.jwk"), seen=state).findings[0]
    assert finding.message == (
        "a factor of 128 bits is also in the modulus of a key seen earlier at 'old.jwk', kid 'first', "
        "so both private keys are known to everybody"
    )
    assert finding.witness == {"p": hex(P), "q": hex(R)}
    assert not run(RsaSharedPrime, key(T * U), seen=after([key(P * Q)])).findings


@given(st.lists(st.lists(st.tuples(st.sampled_from(POOL), st.sampled_from(POOL)), max_size=12), max_size=4))
def test_days_apart_find_what_one_day_finds(days):
    days = [[p * q for p, q in day if p != q] for day in days]
    everything = {n for day in days for n in day}
    state = after(*([key(n) for n in day] for day in days))
    assert state.product == math.prod(everything)
    assert set(state.primes) == {n for n in everything if any(math.gcd(n, m) > 1 for m in everything - {n})}
    for n, (prime, other) in state.compare(everything).items():
        assert n != other
        assert n % prime == other % prime == 0
        assert prime in POOL


def test_nothing_is_an_audit_without_a_past():
    assert seen.read(b"", "seen") == SeenKeys()


@given(st.data())
def test_a_damaged_file_is_one_clear_error(data):
    octets = bytearray(_document())
    how = data.draw(st.sampled_from(["cut", "flip", "grow"]))
    if how == "cut":
        octets = octets[: data.draw(st.integers(1, len(octets) - 1))]
    elif how == "flip":
        octets[data.draw(st.integers(0, len(octets) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    else:
        octets += data.draw(st.binary(min_size=1, max_size=50))
    with pytest.raises(InputError, match="does not remember keys, or is damaged"):
        seen.read(bytes(octets), "seen")


@given(st.binary(max_size=200))
def test_a_hostile_file_with_a_right_sum(octets):
    """Whatever stands there, it is read or it is one clear error."""
    head = seen.MAGIC + (1).to_bytes(8, "big")
    for whole in (seen.MAGIC + octets, head + len(octets).to_bytes(8, "big") + b"\x01" + octets):
        with contextlib.suppress(InputError):
            assert seen.read(sealed(whole), "seen").product >= 0


def test_a_product_of_something_else_would_hide_shared_primes():
    whole = _document()[:-DIGEST]
    product = (P * Q * R * S).to_bytes(64, "big")
    assert product in whole
    with pytest.raises(InputError, match="is damaged"):
        seen.read(sealed(whole.replace(product, (P * Q * R * S + 2).to_bytes(64, "big"))), "seen")
    assert seen.read(sealed(whole), "seen").product == P * Q * R * S


def test_a_factor_that_is_none_is_not_believed():
    state = after([key(P * Q), key(P * R)])
    state.primes = dict.fromkeys(state.primes, S)
    again = seen.read(state.document([]), "seen")
    assert again.compare([P * Q, P * R]) == {}


def _document():
    state = SeenKeys()
    state.compare([P * Q, R * S])
    return state.document([key(P * Q, kid="a"), key(R * S)])
