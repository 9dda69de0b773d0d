import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.errors import KeyMaterialError, TokenError
from jwtctl.jose import base64url, forge, generate, json_object
from jwtctl.jose.token import parse
from jwtctl.model import Key
from jwtctl.recovery import tokens
from jwtctl.recovery.tokens import MAX_TOKENS, gather, known_numbers, prove, recover
from tests.cryptanalysis.weak_keys import Maker

MAKER = Maker("tokens")
REVERSED = MAKER.key(MAKER.primes(2048), e=17)


def minted(made, count, *, kid=None, hash_bits=256, exponent=None):
    """Tokens of the reversed issuer."""
    header = {} if kid is None else {"kid": kid}
    exponent = exponent or made.e
    return [
        forge.forge({"sub": str(i)}, header, n=made.n, exponent=exponent, hash_bits=hash_bits) for i in range(count)
    ]


@pytest.fixture(scope="module")
def low():
    """An ordinary key with e = 3, made by cryptography."""
    return rsa.generate_private_key(3, 2048)


@pytest.fixture(scope="module")
def curve():
    return ec.generate_private_key(ec.SECP256R1())


def ordinary(key, alg, count, headers=None, start=0):
    """Tokens of PyJWT."""
    return [jwt.encode({"sub": str(i)}, key, algorithm=alg, headers=headers) for i in range(start, start + count)]


def search(lines, known=None):
    return recover(gather(lines), known or {}, clock=time.monotonic, stop=lambda: False)


def test_a_reversed_issuer_is_undone_by_two_tokens():
    case = search(minted(REVERSED, 2, kid="day-1"))
    assert (case.found.n, case.found.e) == (REVERSED.n, 17)
    assert (case.found.keys[0].kid, case.found.keys[0].alg) == ("day-1", "RS256")
    proof = prove(case, {"sub": "root"})
    assert (proof.tokens_verify, proof.forged_token_verifies, proof.exponent_identity) == (True, True, None)
    service = rsa.RSAPublicNumbers(REVERSED.d, REVERSED.n).public_key()
    assert jwt.decode(proof.forged_token, service, algorithms=["RS256"]) == {"sub": "root"}
    assert jwt.get_unverified_header(proof.forged_token)["kid"] == "day-1"
    assert prove(case, None).forged_token == ""


def test_a_forged_token_has_the_hash_of_the_others():
    case = search(minted(REVERSED, 2, hash_bits=512))
    service = rsa.RSAPublicNumbers(REVERSED.d, REVERSED.n).public_key()
    assert jwt.decode(prove(case, {"sub": "root"}).forged_token, service, algorithms=["RS512"]) == {"sub": "root"}


def test_a_leaked_d_proves_the_key_under_what_the_services_hold():
    case = search(minted(REVERSED, 2), {"d": REVERSED.d})
    proof = prove(case, None)
    assert (proof.exponent_identity, proof.factors_multiply) == (True, True)
    assert (proof.tokens_verify, proof.forged_token_verifies) == (True, True)


def test_an_ordinary_issuer_gives_its_public_key_and_no_forgery(low):
    case = search(ordinary(low, "RS256", 2))
    assert case.found.public_only
    assert (case.found.n, case.found.e) == (low.public_key().public_numbers().n, 3)
    proof = prove(case, {"sub": "root"})
    assert (proof.tokens_verify, proof.forged_token_verifies, proof.forged_token) == (True, None, "")


def test_an_ordinary_issuer_whose_d_leaked_without_n_is_forged_with_d(low):
    case = search(ordinary(low, "RS256", 2), {"d": low.private_numbers().d})
    assert set(case.found.factors) == {low.private_numbers().p, low.private_numbers().q}
    proof = prove(case, {"sub": "root"})
    assert jwt.decode(proof.forged_token, low.public_key(), algorithms=["RS256"]) == {"sub": "root"}


@pytest.mark.parametrize("roles", [True, False], ids=["reversed", "ordinary"])
def test_with_n_and_d_the_tokens_tell_which_exponent_signs(roles):
    lines = minted(REVERSED, 2, exponent=REVERSED.e if roles else REVERSED.d)
    case = search(lines, {"n": REVERSED.n, "d": REVERSED.d})
    assert case.found.factors == REVERSED.primes
    proof = prove(case, {"sub": "root"})
    assert (proof.tokens_verify, proof.forged_token_verifies) == (True, True)
    assert forge.accepts(proof.forged_token, n=REVERSED.n, exponent=REVERSED.d if roles else REVERSED.e)


def test_with_n_and_d_tokens_of_another_key_are_not_of_this_one(low):
    case = search(ordinary(low, "RS256", 2), {"n": REVERSED.n, "d": REVERSED.d})
    assert case.found.recovered
    assert "0 tokens of 2 fit: they are of another key" in case.found.notes
    proof = prove(case, {"sub": "root"})
    assert (proof.exponent_identity, proof.factors_multiply) == (True, True)
    assert (proof.tokens_verify, proof.forged_token) == (None, "")


def test_one_es256_token_has_two_keys_and_two_have_one(curve):
    numbers = curve.public_key().public_numbers()
    one = search(ordinary(curve, "ES256", 1))
    assert len(one.found.keys) == 2
    assert numbers.x in {key.numbers["x"] for key in one.found.keys}
    assert any("2 keys are possible" in note for note in one.found.notes)
    assert prove(one, {}).tokens_verify
    two = search(ordinary(curve, "ES256", 2, {"kid": "k"}))
    (key,) = two.found.keys
    assert (key.kty, key.crv, key.kid, key.alg) == ("EC", "P-256", "k", "ES256")
    assert key.numbers == {"x": numbers.x, "y": numbers.y}
    assert two.found.public_only
    assert (prove(two, {"sub": "root"}).tokens_verify, prove(two, {}).forged_token) == (True, "")


@pytest.mark.parametrize(("alg", "crv"), [("ES384", ec.SECP384R1), ("ES512", ec.SECP521R1), ("ES256K", ec.SECP256K1)])
def test_the_other_curves(alg, crv):
    key = ec.generate_private_key(crv())
    case = search(ordinary(key, alg, 2))
    assert [each.numbers["y"] for each in case.found.keys] == [key.public_key().public_numbers().y]


@pytest.mark.parametrize("position", range(3))
def test_an_ecdsa_token_of_another_key_is_told(curve, position):
    lines = ordinary(curve, "ES256", 2)
    lines.insert(position, ordinary(ec.generate_private_key(ec.SECP256R1()), "ES256", 1, start=9)[0])
    case = search(lines)
    assert [key.numbers["x"] for key in case.found.keys] == [curve.public_key().public_numbers().x]
    assert any(note.startswith("2 of 3 tokens fit") for note in case.found.notes)
    assert len(case.tokens) == 2


def test_ecdsa_tokens_of_different_keys_leave_nothing():
    lines = [ordinary(ec.generate_private_key(ec.SECP256R1()), "ES256", 1)[0] for _ in range(2)]
    case = search(lines)
    assert not case.found.recovered
    assert any("no two of these tokens are of one key" in note for note in case.found.notes)


@pytest.mark.parametrize(("alg", "reason"), [("PS256", "salted"), ("PS384", "salted"), ("PS512", "salted")])
def test_pss_says_why_not(low, alg, reason):
    case = search(ordinary(low, alg, 3))
    assert not case.found.recovered
    assert case.found.notes == tuple(
        note for note in case.found.notes if reason in note and note.startswith("3 tokens")
    )
    assert prove(case, {}) == tokens.Proof()


def test_a_token_of_ed25519_or_hmac_says_why_not():
    hmac = jwt.encode({}, "k" * 32, algorithm="HS256")
    case = search([hmac, hmac + "A"])
    assert not case.found.recovered
    assert "HMAC has no public key" in case.found.notes[0]


def test_tokens_are_sorted_by_kid_kind_and_length(low, curve):
    lines = [
        *ordinary(curve, "ES256", 5),
        *minted(REVERSED, 2, kid="b"),
        *ordinary(low, "RS256", 3, {"kid": "a"}),
        *ordinary(low, "PS256", 1),
    ]
    gathered = gather(lines)
    assert [len(group) for group in gathered.groups] == [3, 2, 5]
    case = search(lines)
    assert case.found.keys[0].kid == "a"
    assert any(note.startswith("7 tokens of another kind, kid or length") for note in case.found.notes)
    assert any("salted" in note for note in case.found.notes)


def test_a_group_that_gives_nothing_is_followed_by_the_next(curve):
    case = search([*minted(REVERSED, 1), *ordinary(curve, "ES256", 2)])
    assert case.found.method == "ecdsa-public-key"
    assert any("a second token" in note for note in case.found.notes)


def test_kids_that_part_every_token_from_every_other_do_not_count():
    lines = [minted(REVERSED, 1, kid="1")[0], minted(REVERSED, 1, kid="2", hash_bits=384)[0]]
    case = search(lines)
    assert (case.found.n, case.found.keys[0].kid, case.found.keys[0].alg) == (REVERSED.n, None, None)
    assert prove(case, None).tokens_verify


def test_the_same_token_twice_is_one():
    (line,) = minted(REVERSED, 1)
    gathered = gather([line, f"Bearer {line}", f'"{line}"'])
    assert [len(group) for group in gathered.groups] == [1]


def test_lines_that_hold_no_token_are_told():
    case = search([*minted(REVERSED, 2), "# a comment", "a.b", "a.b"])
    assert case.found.recovered
    assert any(note.startswith("2 lines skipped: 2 parts") for note in case.found.notes)
    for lines in ([], ["nonsense"], ["", "a.b.c"]):
        with pytest.raises(TokenError, match="no token in the list"):
            gather(lines)


def test_a_long_list_is_read_up_to_its_cap():
    def lines():
        for i in range(10 * MAX_TOKENS):
            yield f"e30.{base64url.encode(b'%d' % i)}.e30"
        raise AssertionError("it was read to the end")

    gathered = gather(lines())
    assert gathered.groups == ()
    assert gathered.notes[-1] == "only the first 1,000 tokens were read"


def test_a_list_of_long_tokens_is_read_up_to_its_cap():
    def lines():
        for i in range(100):
            yield f"e30.{base64url.encode(b'%d' % i + bytes(700_000))}.e30"
        raise AssertionError("it was read to the end")

    assert gather(lines()).notes[-1] == "only the first 18 tokens were read"


def test_many_reasons_are_cut_short():
    lines = [
        f"{base64url.encode(json_object.encode({'alg': str(i)}))}.e30.e30" if i % 2 else "a." * (3 + i)
        for i in range(40)
    ]
    notes = gather(lines).notes
    assert len(notes) == 12
    assert notes[5] == "15 tokens for other reasons"
    assert notes[11] == "15 lines skipped for other reasons"


def test_a_kid_that_is_no_name_is_left_out():
    header = base64url.encode(b'{"alg":"RS256","kid":["x"]}')
    lines = []
    for i in range(2):
        signing_input = f"{header}.{base64url.encode(b'%d' % i)}"
        m = forge.emsa_pkcs1_v1_5(signing_input.encode(), 256, 256)
        lines.append(f"{signing_input}.{base64url.encode(pow(m, 17, REVERSED.n).to_bytes(256, 'big'))}")
    case = search(lines)
    assert (case.found.n, case.found.keys[0].kid) == (REVERSED.n, None)
    assert parse(lines[0]).claims is None


@pytest.mark.parametrize(
    ("numbers", "known"),
    [
        ({"n": 35, "e": 5}, {"n": 35, "e": 5}),
        ({"n": 35, "e": 1 << 65}, {"n": 35, "d": 1 << 65}),
        ({"n": 35, "e": 1 << 65, "d": 7}, {"n": 35, "e": 1 << 65, "d": 7}),
        ({"d": 7}, {"d": 7}),
    ],
)
def test_what_a_leak_adds(numbers, known):
    assert known_numbers(Key("RSA", numbers=numbers)) == known


def test_a_leak_of_another_type_adds_nothing():
    with pytest.raises(KeyMaterialError, match="type EC"):
        known_numbers(generate.generate("ES256"))


@given(st.lists(st.text(alphabet='eyJhbGciOi.RS256-_ "\n', max_size=60), max_size=8))
def test_any_lines_end_in_a_result_or_one_error(lines):
    try:
        gathered = gather(lines)
    except TokenError:
        return
    assert not recover(gathered, {}, clock=time.monotonic, stop=lambda: True).found.recovered


@pytest.mark.parametrize("known", [{}, {"n": REVERSED.n, "d": REVERSED.n - 2}])
def test_no_step_takes_longer_than_it_may(known):
    gathered = gather(minted(REVERSED, 2))
    assert not recover(gathered, known, clock=time.monotonic, stop=lambda: False, step_seconds=-1).found.attempts
