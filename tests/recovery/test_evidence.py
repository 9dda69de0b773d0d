"""Whatever somebody has of a key finds its search, in a process that can be ended."""

import time

import pytest

from jwtctl.errors import InputError, KeyMaterialError
from jwtctl.jose import key_writing
from jwtctl.jose.generate import generate
from jwtctl.jose.leak import Leak, LegibleBits, Part
from jwtctl.jose.torn_key import parse_torn
from jwtctl.model import Key, Place
from jwtctl.recovery import evidence
from tests.cryptanalysis.weak_keys import Maker

MAKER = Maker("evidence")
PRIMES = MAKER.primes(1024)
KEY = MAKER.key(PRIMES, e=65537)
P, Q = KEY.primes
AT = Place("leak")
EVERYTHING = {
    "n": KEY.n, "e": KEY.e, "d": KEY.d, "p": P, "q": Q, "dp": KEY.d % (P - 1), "dq": KEY.d % (Q - 1), "qi": pow(Q, -1, P),
}  # fmt: skip


def means(seconds=20, **options):
    return evidence.Means(time.monotonic, time.monotonic() + seconds, 1 << 31, **options)


def recover(*pieces, **options):
    return evidence.recover(pieces, means(**options))[0]


def key(*names, **numbers):
    return Key("RSA", numbers={name: EVERYTHING[name] for name in names} | numbers, place=AT)


def leak(*names, **parts):
    return Leak({name: EVERYTHING[name] for name in names}, AT, **parts)


def legible(prime, first, count):
    mask = (1 << count) - 1 << first
    return {"p": LegibleBits(mask, prime & mask)}


def pem(**numbers):
    return key_writing.write((Key("RSA", numbers=EVERYTHING | numbers),), "pem", private=True).decode()


def torn(text):
    lines = text.splitlines()
    return parse_torn("\n".join(lines[: len(lines) // 2]), AT)


@pytest.mark.parametrize(
    ("pieces", "method"),
    [
        ([key("n", "d")], "common-exponents"),
        ([leak("n", "d")], "common-exponents"),
        ([key("n", e=KEY.d)], "common-exponents"),
        ([key("n", "e", "d")], "stored-exponent"),
        ([leak("n", "e", "dp")], None),
        ([key("n", "e"), leak("dq")], None),
        ([key("n", "e"), key("n", "p")], None),
        ([leak("n", "e", p_bits=512, p_high=Part(P >> 200, 312))], None),
        ([key("n", "e"), leak(p_bits=512, p_high=Part(P >> 200, 312))], None),
        ([torn(pem()), key("n", "e")], None),
        ([torn(pem())], None),
        ([leak("n", "e", others=({"n": P * MAKER.prime(512)},))], "shared-prime"),
        ([key("n", "e"), Leak({}, AT, others=({"n": P * MAKER.prime(512)},))], "shared-prime"),
        ([leak("n", "e", known=legible(P, 0, 200)), leak(known=legible(P, 200, 200))], "part-of-a-prime"),
    ],
    ids=range(14),
)
def test_a_key_is_recovered_from(pieces, method):
    found = recover(*pieces)
    assert found.factors == (P, Q)
    assert method in {None, found.method}


def test_several_keys_are_attacked_together():
    other = MAKER.key(MAKER.primes(1024), e=65537)
    found = recover(key("n", "d"), Leak({"n": other.n, "d": other.d}, AT))
    assert found.factors == (P, Q)
    assert found.others[0].factors == other.primes
    found = recover(Leak({"n": KEY.n, "d": KEY.d}, AT, others=({"n": other.n, "d": other.d},)))
    assert len(found.others) == 1


@pytest.mark.parametrize(
    ("pieces", "error", "message"),
    [
        ([key("n", "e")], KeyMaterialError, "nothing has leaked"),
        ([key("n", "e"), leak("n", "e")], KeyMaterialError, "nothing of a private key has leaked here"),
        ([generate("ES256")], KeyMaterialError, "this is a key of type EC"),
        ([key("n", "e"), leak("p", "n"), Leak({"n": 15}, AT)], InputError, "n differs between what was given"),
        ([torn(pem()), torn(pem())], InputError, "two torn files"),
        ([key("n", "d"), generate("ES256")], KeyMaterialError, "is a key of type EC, which says nothing about an RSA"),
        ([leak("n", "e", "d", "p"), leak("dp")], None, ""),
        ([Leak({"n": KEY.n, "e": KEY.e, "p": P + 2}, AT)], InputError, "p"),
        ([leak("n", known=legible(P, 0, 9)), leak(known=legible(~P, 8, 9))], InputError, "bits of p differ"),
    ],
    ids=range(9),
)
def test_what_cannot_be_attacked_is_named(pieces, error, message):
    if error is None:
        assert recover(*pieces).recovered
        return
    with pytest.raises(error, match=message):
        recover(*pieces)


def test_steps_and_progress_are_told():
    steps, progress = [], []
    hidden = MAKER.key(PRIMES, e_bits=500)
    found = recover(
        Key("RSA", numbers={"n": hidden.n, "d": hidden.d}, place=AT),
        seconds=3,
        workers=2,
        on_step=steps.append,
        on_progress=lambda *told: progress.append(told),
    )
    assert not found.recovered
    assert found.attempts == tuple(steps)
    assert all(0 <= part <= 1 and label.startswith("every e of up to") for label, part in progress)
    assert progress


def test_the_time_that_was_given_is_kept():
    hidden = MAKER.key(MAKER.primes(2048), e_bits=1000)
    found = recover(Key("RSA", numbers={"n": hidden.n, "d": hidden.d}, place=AT), seconds=2, workers=2)
    assert not found.recovered
    assert sum(attempt.seconds for attempt in found.attempts) < 2 + evidence._GRACE


def test_a_search_that_is_killed_keeps_what_it_had_excluded(monkeypatch):
    def stuck(*_, on_step, **__):
        from jwtctl.model import Attempt

        on_step(Attempt("first", found=False, seconds=0.1))
        while True:
            time.sleep(1)

    monkeypatch.setattr(evidence, "recover_fragments", stuck)
    monkeypatch.setattr(evidence, "_GRACE", 0.1)
    found = recover(leak("n", "e", "dp"), seconds=0.3)
    assert [attempt.method for attempt in found.attempts] == ["first"]
    assert found.notes[0] == "not finished: the search was ended, since its time was over"
