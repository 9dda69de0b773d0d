"""Every kind of fragment completes the key, by the method that is meant for it; one fragment less does not."""

import itertools
import math
import random
import subprocess
import sys
import time

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jwtctl.cryptanalysis import crt_exponents
from jwtctl.cryptanalysis.coppersmith import coppersmith_reach
from jwtctl.cryptanalysis.crt_exponents import primes_from_crt_exponent
from jwtctl.cryptanalysis.high_private_exponent import high_private_exponent_reach
from jwtctl.errors import InputError
from jwtctl.jose import algorithms, key_formats, key_writing
from jwtctl.jose.key import to_jwk
from jwtctl.jose.leak import SCHEMA, Leak, parse_leak
from jwtctl.jose.library_limits import refusals
from jwtctl.jose.torn_key import parse_torn
from jwtctl.model import Key
from jwtctl.recovery.rsa_exponent import whole_key
from jwtctl.recovery.rsa_fragments import recover_fragments
from tests.jose.damage import DAMAGES
from tests.recovery.leaks import ALL, BITS, MAKER, NOTHING, OTHER, PLACE, PRIMES, P, Q, high, leak, low, masked


def search(known, torn=None, **options):
    return recover_fragments(known, torn, clock=time.monotonic, **options)


def is_whole(found, key=ALL):
    assert set(found.factors) == {key["p"], key["q"]}
    assert (found.n, found.e) == (key["n"], key["e"])
    assert found.e * found.d % math.lcm(key["p"] - 1, key["q"] - 1) == 1
    assert found.attempts[-1].found
    assert found.attempts[-1].method == found.method
    rebuilt = whole_key(Key("RSA"), found)
    assert refusals(rebuilt) == () or found.e > 1 << 31
    signature = algorithms.sign("RS256", rebuilt, b"message")
    return algorithms.verify("RS256", Key("RSA", numbers={"n": key["n"], "e": key["e"]}), b"message", signature)


def sprinkled(number, share, stream):
    mask = sum(1 << i for i in range(number.bit_length()) if stream.random() < share)
    return masked(number, mask)


REACH = coppersmith_reach(BITS, 12)
STREAM = random.Random("sprinkled")
CASES = {
    "n and p": (leak("n", "e", "p"), "stored-factors"),
    "n and q": (leak("n", "e", "q"), "stored-factors"),
    "p and q": (leak("p", "q", "e"), "stored-factors"),
    "p, q and d": (leak("p", "q", "d"), "stored-factors"),
    "p and q alone": (leak("p", "q"), "stored-factors"),
    "d and e": (leak("n", "e", "d"), "stored-exponents"),
    "d without e": (leak("n", "d"), "stored-exponents"),
    "dp": (leak("n", "e", "dp"), "crt-exponent"),
    "dq": (leak("n", "e", "dq"), "crt-exponent"),
    "dq without e": (leak("n", "dq"), "crt-exponent"),
    "dp, dq and qi without n": (leak("e", "dp", "dq", "qi"), "primes-without-modulus"),
    "dp, dq and qi alone": (leak("dp", "dq", "qi"), "primes-without-modulus"),
    "dp and qi without n": (leak("e", "dp", "qi"), "primes-without-modulus"),
    "p and qi without n": (leak("e", "p", "qi"), "primes-without-modulus"),
    "p and dq without n": (leak("e", "p", "dq"), "primes-without-modulus"),
    "d and p without n": (leak("e", "d", "p"), "primes-without-modulus"),
    "d and dq without n": (leak("e", "d", "dq"), "primes-without-modulus"),
    "leading bits of p": (leak("n", "e", p_high=high(P, 512 - REACH)), "part-of-a-prime"),
    "trailing bits of p": (leak("n", "e", p_low=low(P, 512 - REACH), p_bits=512), "part-of-a-prime"),
    "a gap in p": (
        leak("n", "e", p_high=high(P, 200), p_low=low(P, 512 - REACH - 200), p_bits=512),
        "part-of-a-prime",
    ),
    "a gap in q": (
        leak("n", "e", known={"q": masked(Q, ((1 << 512) - 1) ^ ((1 << 180) - 1 << 100))}),
        "part-of-a-prime",
    ),
    "d without its end": (
        leak("n", "e", known={"d": masked(ALL["d"], (1 << BITS) - (1 << high_private_exponent_reach(BITS) - 30))}),
        "high-private-exponent",
    ),
    "scattered bits of all": (
        leak("n", "e", known={name: sprinkled(ALL[name], 0.45, STREAM) for name in ("p", "q", "d", "dp", "dq")}),
        "scattered-bits",
    ),
    "scattered bits of the primes": (
        leak("n", "e", known={name: sprinkled(ALL[name], 0.75, STREAM) for name in ("p", "q")}),
        "scattered-bits",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_fragment_completes_the_key(name):
    known, method = CASES[name]
    steps = []
    found = search(known, on_step=steps.append)
    assert found.method == method
    assert is_whole(found)
    assert tuple(steps) == found.attempts
    if "e" not in known.numbers:
        assert any("e is not stated" in note for note in found.notes)


SMALL = {"e": 17, **{name: value for name, value in ALL.items() if name in {"n", "p", "q"}}}
SMALL["d"] = pow(17, -1, math.lcm(P - 1, Q - 1))


def test_the_low_quarter_of_d_with_a_small_e():
    found = search(leak("n", "e", key=SMALL, d_low=low(SMALL["d"], 300)))
    assert found.method == "low-private-exponent"
    assert is_whole(found, SMALL)


def test_an_exponent_that_is_known_up_to_a_window():
    made = MAKER.key(PRIMES, e_bits=700)
    key = {"n": made.n, "e": made.e, "d": made.d, "p": P, "q": Q}
    window = {"known": hex(made.e >> 130 << 130 | made.e % (1 << 100)), "shift": 100, "bits": 30}
    found = search(leak("n", "d", key=key, e_window=window))
    assert found.method == "exponent-window"
    assert is_whole(found, key)


def test_an_unusual_e_with_dp():
    made = MAKER.key(PRIMES, e=4099 if math.gcd(4099, (P - 1) * (Q - 1)) == 1 else 8209)
    key = {"n": made.n, "e": made.e, "p": P, "q": Q, "dp": made.d % (P - 1)}
    found = search(leak("n", "dp", key=key))
    assert found.method == "crt-exponent-unknown-e"
    assert is_whole(found, key)


def test_n_and_d_alone_go_the_way_of_the_ladder():
    made = MAKER.key(PRIMES, e_bits=200)
    key = {"n": made.n, "e": made.e, "d": made.d, "p": P, "q": Q}
    found = search(leak("n", "d", key=key))
    assert found.method == "continued-fraction"
    assert is_whole(found, key)


def test_a_prime_shared_with_another_key():
    other = MAKER.prime(512) * P
    found = search(leak("n", "e", others=[{"n": hex(MAKER.prime(512) * MAKER.prime(512))}, {"n": hex(other)}]))
    assert found.method == "shared-prime"
    assert is_whole(found)


def test_more_than_two_primes():
    made = MAKER.key(MAKER.primes(1536, 3), e=65537)
    key = {"n": made.n, "e": made.e, "d": made.d}
    found = search(leak("n", "e", "d", key=key))
    assert found.factors == made.primes
    assert whole_key(Key("RSA"), found).members["oth"]
    assert refusals(whole_key(Key("RSA"), found))


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (leak("n", "e", "qi"), "qi alone is not enough"),
        (leak("n", "e"), "nothing of the private key is known"),
        (leak("e", "dp"), "n is not known"),
        (leak("e", "dq", "qi"), "n is not known"),
        (leak("n", "e", p_high=high(P, 200)), "excluded by part-of-a-prime"),
        (
            leak("n", "e", known={name: sprinkled(ALL[name], 0.1, STREAM) for name in ("p", "q")}),
            "excluded by scattered-bits",
        ),
        (leak("n", "e", d_low=low(ALL["d"], 200)), "excluded by low-private-exponent"),
    ],
)
def test_a_near_miss_is_honestly_not_found(known, said):
    found = search(known)
    assert not found.recovered
    assert (found.factors, found.method) == ((), "")
    assert any(said in note for note in found.notes)
    assert found.notes[-1] == "this does not show that the key is safe"
    assert not any(attempt.found for attempt in found.attempts)


def test_an_e_without_an_inverse_is_refused_once_the_primes_are_known():
    shared = next(e for e in range(3, 10**6, 2) if (P - 1) % e == 0)
    with pytest.raises(InputError, match="e has a divisor in common"):
        search(leak("n", "e", "p", key={**ALL, "e": shared}))


def test_what_is_wrong_beside_a_modulus_that_was_factored_is_told():
    found = search(leak("n", "e", "p", known={"q": masked(Q ^ 4, 255)}))
    assert any("what is stated of q (in part) does not belong to the key" in note for note in found.notes)


def test_a_result_without_a_modulus_must_agree_with_all_that_is_known():
    assert not search(leak("e", "dp", "dq", known={"d": masked(ALL["d"] ^ 2, (1 << 64) - 1)})).recovered
    assert is_whole(search(leak("e", "dp", "dq", known={"d": masked(ALL["d"], (1 << 64) - 1)})))


def test_of_several_keys_that_fit_only_the_ordinary_one_is_taken():
    """The dp of this key belongs to another prime, too, which is four bits longer."""
    found = search(leak("e", "dp", "dq"))
    assert is_whole(found)
    assert any("other keys fit as well" in note for note in found.notes)


def test_several_ordinary_keys_are_no_result():
    q = MAKER.prime(64)
    while True:
        p = MAKER.prime(64)
        if math.gcd(65537, (p - 1) * (q - 1)) == 1:
            dp, dq = pow(65537, -1, p - 1), pow(65537, -1, q - 1)
            if [r.bit_length() for r in primes_from_crt_exponent(65537, dp)].count(64) > 1:
                break
    found = search(leak("e", "dp", "dq", key={"e": 65537, "dp": dp, "dq": dq}))
    assert not found.recovered
    assert any("keys that agree with all that is known" in note for note in found.notes)


def test_a_search_that_is_stopped_says_what_it_did_not_finish():
    found = search(leak("n", "e", p_high=high(P, 300)), stop=lambda: True)
    assert (found.recovered, found.attempts) == (False, ())
    assert any("not finished: part-of-a-prime, scattered-bits" in note for note in found.notes)


def test_a_step_that_takes_too_long_is_cut_short_and_the_next_one_is_made():
    found = search(leak("n", "e", p_high=high(P, 300)), step_seconds=-1)
    assert found.attempts == ()
    assert any("not finished: part-of-a-prime, scattered-bits" in note for note in found.notes)
    found = search(leak("n", "d", key=MAKER.key(PRIMES, e_bits=200)._asdict()), step_seconds=-1)
    assert found.attempts == ()
    assert any("not finished: common-exponents, continued-fraction" in note for note in found.notes)


def test_an_exponent_without_an_inverse_is_passed_over():
    """Of the usual e, 3 gives the prime 5 for dq = 3, but has a divisor in common with 127 - 1."""
    assert search(leak("p", "dq", key={"p": 127, "dq": 3})).e != 3


def test_a_claim_of_a_search_is_proved_by_other_code(monkeypatch):
    wrong = (P + 2, Q - 2)
    monkeypatch.setattr(crt_exponents, "factor_from_crt_exponent", lambda *_: wrong)
    assert not search(leak("n", "e", "dp")).recovered


def test_without_python_flint_the_other_methods_go_on(monkeypatch):
    monkeypatch.setitem(sys.modules, "flint", None)
    found = search(leak("n", "e", p_high=high(P, 300)))
    assert not found.recovered
    assert any("part-of-a-prime was not tried: " in note and "jwtctl[lattice]" in note for note in found.notes)


# Torn files.


@pytest.fixture(scope="module")
def pem():
    return subprocess.run(
        ["openssl", "genrsa", "-traditional", "2048"], capture_output=True, check=True
    ).stdout.decode()


def numbers_of(pem):
    return key_formats.read(pem.encode(), "FILE").keys[0].numbers


def public_of(pem):
    return Leak({name: numbers_of(pem)[name] for name in ("n", "e")}, PLACE)


MASKED = {"starred", "sprinkled", "torn_right", "torn_left"}


@pytest.mark.parametrize("damage", sorted({*MASKED, "head_cut", "lines_lost", "redacted_inside", "blocked"}))
def test_torn_files_are_completed_with_the_public_key(pem, damage):
    torn = parse_torn(DAMAGES[damage](pem, random.Random(damage)), PLACE)
    assert is_whole(search(public_of(pem), torn), numbers_of(pem))


SEEDED = MAKER.key(MAKER.primes(2048), e=65537)


@pytest.mark.parametrize(
    "damage", ["starred", pytest.param("sprinkled", marks=pytest.mark.slow), "torn_right", "torn_left"]
)
def test_files_that_are_masked_all_over_are_completed_without_the_public_key(damage):
    p, q = SEEDED.primes
    numbers = {"n": SEEDED.n, "e": SEEDED.e, "d": SEEDED.d, "p": p, "q": q}
    pem = key_writing.write([Key("RSA", numbers=numbers)], "pem", private=True).decode()
    found = search(NOTHING, parse_torn(DAMAGES[damage](pem, random.Random(damage)), PLACE))
    assert found.method == "scattered-bits-without-modulus"
    assert is_whole(found, numbers)


@pytest.mark.parametrize("damage", sorted(DAMAGES.keys() - MASKED))
def test_most_torn_files_are_completed_by_themselves(pem, damage):
    torn = parse_torn(DAMAGES[damage](pem, random.Random(damage)), PLACE)
    found = search(NOTHING, torn)
    assert is_whole(found, numbers_of(pem))


def test_a_file_that_is_cut_inside_d(pem):
    """Nothing but n, e and some 80 % of d survive."""
    octets = 4 + 3 + 4 + 257 + 5 + 4 + 210
    lines = pem.split("\n")
    cut = "\n".join([lines[0], "".join(lines[1:])[: octets * 4 // 3]])
    torn = parse_torn(cut, PLACE)
    assert set(torn.readings[0].numbers) == {"n", "e"}
    found = search(NOTHING, torn)
    assert found.method == "high-private-exponent"
    assert is_whole(found, numbers_of(pem))
    shorter = parse_torn(cut[: -24 * 4 // 3], PLACE)
    assert not search(NOTHING, shorter).recovered


def test_everything_masked_but_qi_is_not_found(pem):
    lines = pem.strip().split("\n")
    text = "".join(lines[1:-1])
    octets = len(numbers_of(pem)["qi"].to_bytes(129, "big").lstrip(b"\0"))
    kept = octets * 4 // 3
    masked_pem = "\n".join([lines[0], "*" * (len(text) - kept - 8) + text[-kept - 8 :], lines[-1]])
    torn = parse_torn(masked_pem, PLACE)
    found = search(public_of(pem), torn)
    assert not found.recovered
    assert any("qi alone is not enough" in note for note in found.notes)


def test_a_torn_file_of_another_key_is_told(pem):
    torn = parse_torn(DAMAGES["tail_cut"](pem, random.Random(1)), PLACE)
    stranger = leak("n", "e", key={"n": OTHER.n, "e": OTHER.e})
    found = search(stranger, torn)
    assert not found.recovered
    with pytest.raises(InputError, match="no reading of the torn key makes sense"):
        search(leak("p", key={"p": OTHER.primes[0]}), torn)


def test_the_rebuilt_key_signs_tokens_that_pyjwt_accepts(pem):
    torn = parse_torn(DAMAGES["photographed"](pem, random.Random(1)), PLACE)
    key = whole_key(Key("RSA"), search(NOTHING, torn))
    token = jwt.encode({"sub": "a"}, jwt.PyJWK(to_jwk(key, private=True), "RS256").key, "RS256")
    public = Key("RSA", numbers=public_of(pem).numbers)
    assert jwt.decode(token, jwt.PyJWK(to_jwk(public, private=False), "RS256"), ["RS256"]) == {"sub": "a"}


def test_no_number_shows_in_a_repr(pem):
    found = search(public_of(pem), parse_torn(DAMAGES["head_cut"](pem, random.Random(1)), PLACE))
    for text in (repr(found), *found.notes):
        assert not any(str(number) in text for number in numbers_of(pem).values() if number > 1 << 64)


SMALL_PRIMES = [MAKER.prime(bits) for bits in (24, 24, 32, 32, 40)]
SMALL_NUMBERS = st.one_of(
    st.integers(0, 1 << 80),
    st.sampled_from([*SMALL_PRIMES, 0, 1, 2, 3, 17, 65537]),
    st.tuples(st.sampled_from(SMALL_PRIMES), st.sampled_from(SMALL_PRIMES)).map(math.prod),
)
PARTS = st.builds(
    lambda value, more: {"value": hex(value), "bits": value.bit_length() + more}, SMALL_NUMBERS, st.integers(0, 9)
)
LEGIBLE = st.builds(masked, SMALL_NUMBERS, SMALL_NUMBERS)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["n", "e", "d", "p", "q", "dp", "dq", "qi"]), SMALL_NUMBERS.map(hex), min_size=1),
    st.dictionaries(st.sampled_from(["p_high", "p_low", "d_low"]), PARTS),
    st.dictionaries(st.sampled_from(["p", "q", "d", "dp", "dq"]), LEGIBLE),
    st.none() | st.integers(0, 80),
)
def test_any_leak_is_answered_or_refused(numbers, parts, known, p_bits):
    polls = itertools.count()
    given_ = parse_leak(
        {"schema": SCHEMA, **numbers, **parts, "known": known} | ({"p_bits": p_bits} if p_bits is not None else {}),
        PLACE,
    )
    try:
        found = search(given_, stop=lambda: next(polls) > 500)
    except InputError as err:
        assert "\n" not in err.message  # noqa: PT017 - the property is about the error
    else:
        assert found.recovered == bool(found.factors)
        assert not found.factors or math.prod(found.factors) == found.n
