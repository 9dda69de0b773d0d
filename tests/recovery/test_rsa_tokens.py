import math
import multiprocessing
import time

import pytest

from jwtctl.jose.forge import emsa_pkcs1_v1_5
from jwtctl.jose.signature_equation import RsaEquation
from jwtctl.recovery import rsa_tokens
from jwtctl.recovery.rsa_tokens import COMPLETED, ORDINARY, REVERSED, Relation, recover
from tests.cryptanalysis.weak_keys import Maker

MAKER = Maker("rsa tokens")
PRIMES = MAKER.primes(1024)
ROLES = pytest.mark.parametrize("roles", [True, False], ids=["reversed", "ordinary"])


def coprime(e):
    primes = list(PRIMES)
    for i, p in enumerate(primes):
        while math.gcd(e, p - 1) > 1:
            p = primes[i] = MAKER.prime_near(p + 2)  # noqa: PLW2901 - the next prime takes its place
    return MAKER.key(primes, e=e)


LOW = coprime(17)
USUAL = coprime(257)
OTHER = MAKER.key(MAKER.primes(1024), e=65537)


def signatures(key, count, *, roles=True, start=0):
    octets = (key.n.bit_length() + 7) // 8
    for i in range(start, start + count):
        m = emsa_pkcs1_v1_5(b"%d" % i, 256, octets)
        yield RsaEquation(m, pow(m, key.e if roles else key.d, key.n), octets)


def search(equations, known=None, stop=lambda: False, **options):
    return recover(list(equations), known or {}, clock=time.monotonic, stop=stop, **options)


@ROLES
def test_two_tokens_give_the_key_and_what_it_is_good_for(roles):
    found, relation = search(signatures(LOW, 2, roles=roles))
    assert relation == Relation(LOW.n, 17, roles)
    assert (found.n, found.e, found.d, found.factors) == (LOW.n, 17, None, ())
    assert found.method == "token-gcd"
    assert found.public_only is not roles
    assert found.notes == ((REVERSED if roles else ORDINARY),)
    assert [key.numbers for key in found.keys] == [{"n": LOW.n, "e": 17}]


@ROLES
def test_a_d_without_n_makes_the_key_whole(roles):
    found, _ = search(signatures(LOW, 2, roles=roles), {"d": LOW.d})
    assert (found.n, found.e, found.d, found.factors) == (LOW.n, 17, LOW.d, LOW.primes)
    assert found.notes == ((REVERSED if roles else COMPLETED),)
    assert not found.public_only


@ROLES
def test_a_d_of_another_key_is_told(roles):
    found, _ = search(signatures(LOW, 2, roles=roles), {"d": OTHER.d})
    assert (found.n, found.d, found.factors) == (LOW.n, None, ())
    assert "another key" in found.notes[-1]


@ROLES
def test_with_n_one_token_tells_the_exponent_at_once(roles):
    found, relation = search(signatures(OTHER, 1, roles=roles), {"n": OTHER.n})
    assert relation == Relation(OTHER.n, 65537, roles)
    assert found.method == "known-modulus"
    missed, relation = search(signatures(OTHER, 1, roles=roles), {"n": LOW.n})
    assert (missed.recovered, relation) == (False, None)


@pytest.mark.parametrize("position", range(5))
def test_one_token_of_another_key_or_altered_does_not_spoil_the_others(position):
    good = list(signatures(LOW, 4))
    (foreign,) = signatures(OTHER, 1, roles=False, start=9)
    altered = good[0]._replace(m=good[0].m + 1)
    for bad in (foreign, altered):
        found, relation = search([*good[:position], bad, *good[position:]])
        assert relation == Relation(LOW.n, 17, reversed_roles=True)
        assert found.notes[1].startswith("4 of 5 different tokens fit")


@ROLES
def test_two_keys_with_one_token_each_give_nothing(roles, monkeypatch):
    monkeypatch.setattr(rsa_tokens, "USUAL_EXPONENTS", (3, 17, 257))
    monkeypatch.setattr(rsa_tokens, "_SCAN", 20)
    mixed = [*signatures(LOW, 1, roles=roles), *signatures(USUAL, 1, roles=roles, start=1)]
    found, relation = search(mixed)
    assert (found.recovered, relation) == (False, None)
    assert [attempt.method for attempt in found.attempts] == ["token-gcd", "token-gcd-scan"]
    assert found.notes[0].startswith("excluded: one key signed these two tokens with e among 3, 17, 257")
    assert "does not show" in found.notes[-1]


@pytest.mark.parametrize(
    ("given", "reason"),
    [(1, "a second token"), (3, "one and the same content")],
)
def test_one_content_is_not_enough(given, reason):
    found, relation = search([*signatures(LOW, 1)] * given)
    assert (found.recovered, relation, found.attempts) == (False, None, ())
    assert reason in found.notes[0]


def test_one_content_with_several_signatures_is_not_enough_either():
    (good,) = signatures(LOW, 1)
    found, _ = search([good, good._replace(s=good.s ^ 1)])
    assert "one and the same content" in found.notes[0]
    (more,) = signatures(LOW, 1, start=1)
    assert search([good, good._replace(s=good.s ^ 1), more])[0].recovered


def test_a_signature_that_is_not_below_n_is_none():
    good = list(signatures(LOW, 3))
    found, _ = search([good[0]._replace(s=good[0].s + LOW.n), *good[1:]])
    assert found.notes[1].startswith("2 of 3")


@ROLES
def test_an_exponent_that_nobody_chooses_is_found_by_a_scan(roles, monkeypatch):
    monkeypatch.setattr(rsa_tokens, "USUAL_EXPONENTS", (3, 17))
    made = coprime(43)
    found, relation = search(signatures(made, 2, roles=roles))
    assert relation == Relation(made.n, 43, roles)
    assert found.method == "token-gcd-scan"
    monkeypatch.setattr(rsa_tokens, "_SCAN", 43)
    assert search(signatures(made, 2, roles=roles))[1] is None


@pytest.mark.parametrize(("processors", "roles"), [(2, True), (2, False), (1, False)])
def test_large_exponents_are_searched_in_processes_of_their_own(processors, roles, monkeypatch):
    monkeypatch.setattr(rsa_tokens.os, "cpu_count", lambda: processors)
    monkeypatch.setattr(rsa_tokens, "_LARGE", 200)
    monkeypatch.setattr(rsa_tokens, "USUAL_EXPONENTS", (17, 257))
    found, relation = search(signatures(USUAL, 2, roles=roles))
    assert relation == Relation(USUAL.n, 257, roles)
    assert [attempt.method for attempt in found.attempts] == ["token-gcd", "token-gcd-257"]
    assert multiprocessing.active_children() == []


def test_a_gcd_that_takes_too_long_is_killed(monkeypatch):
    monkeypatch.setattr(rsa_tokens.os, "cpu_count", lambda: 2)
    seen = set()

    def both_have_begun():
        seen.update(process.pid for process in multiprocessing.active_children())
        return len(seen) == 2

    found, relation = search(signatures(OTHER, 2), stop=both_have_begun)
    assert (found.recovered, relation) == (False, None)
    assert multiprocessing.active_children() == []
    assert any(note.startswith("not finished: e = 65537 in either role") for note in found.notes)


def test_want_of_memory_is_told(monkeypatch):
    def exhausted(*_, **__):
        raise MemoryError

    small = rsa_tokens.modulus_from_signatures
    monkeypatch.setattr(
        rsa_tokens,
        "modulus_from_signatures",
        lambda *given, **how: (exhausted if 65537 in given[1] else small)(*given, **how),
    )
    monkeypatch.setattr(rsa_tokens, "_SCAN", 9)
    found, _ = search(signatures(OTHER, 2))
    assert any("e = 65537 in either role (out of memory)" in note for note in found.notes)


def test_no_time_at_all():
    for options in ({"stop": lambda: True}, {"step_seconds": -1}):
        found, _ = search(signatures(LOW, 2), **options)
        assert (found.recovered, found.attempts) == (False, ())


def test_a_modulus_that_would_take_too_much_memory_says_so(monkeypatch):
    monkeypatch.setattr(rsa_tokens, "_MOST_BITS", 65537 * 1023)
    monkeypatch.setattr(rsa_tokens, "_SCAN", 9)
    found, _ = search(signatures(OTHER, 2))
    assert [attempt.method for attempt in found.attempts] == ["token-gcd", "token-gcd-scan"]
    assert any(
        note.startswith("not tried for signatures of 128 bytes, for lack of memory: e = 65537") for note in found.notes
    )


@pytest.mark.slow
@ROLES
def test_the_most_usual_exponent_at_2048_bits(roles):
    made = MAKER.key(MAKER.primes(2048), e=65537)
    found, relation = search(signatures(made, 2, roles=roles))
    assert relation == Relation(made.n, 65537, roles)
    assert found.method == "token-gcd-65537"
