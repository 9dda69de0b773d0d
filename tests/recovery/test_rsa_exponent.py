import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from jwtctl.errors import InputError, KeyMaterialError
from jwtctl.jose import algorithms
from jwtctl.jose.multi_prime import other_primes
from jwtctl.model import Key, Recovery
from jwtctl.recovery.rsa_exponent import prove, recover, whole_key
from tests.cryptanalysis.weak_keys import Maker

MAKER = Maker("recovery")
PRIMES = MAKER.primes(2048)
USUAL = MAKER.key(PRIMES, e=65537)
RARE = MAKER.key(PRIMES, e_bits=400)
UNKNOWN = MAKER.key(PRIMES, e_bits=2040)


def leak(**numbers):
    return Key("RSA", numbers=numbers)


def search(key):
    return recover(key, clock=time.monotonic, stop=lambda: False)


@pytest.mark.parametrize("made", [USUAL, RARE], ids=["usual e", "rare e"])
@pytest.mark.parametrize(
    "given", [lambda k: leak(n=k.n, d=k.d), lambda k: leak(n=k.n, e=k.d)], ids=["n and d", "huge e"]
)
def test_the_hidden_exponent_is_found_and_proved_by_a_token_that_a_stock_library_accepts(made, given):
    found = search(given(made))
    assert (found.e, found.d, set(found.factors)) == (made.e, made.d, set(made.primes))
    proof = prove(found, {"sub": "root"}, {"kid": "k"})
    assert (proof.exponent_identity, proof.factors_multiply, proof.forged_token_verifies) == (True, True, True)
    service = rsa.RSAPublicNumbers(made.d, made.n).public_key()
    assert jwt.decode(proof.forged_token, service, algorithms=["RS256"]) == {"sub": "root"}
    assert jwt.get_unverified_header(proof.forged_token)["kid"] == "k"


def test_a_token_is_forged_for_the_proof_but_handed_out_only_on_request():
    proof = prove(search(leak(n=USUAL.n, d=USUAL.d)), None, {})
    assert (proof.forged_token_verifies, proof.forged_token) == (True, "")


def test_a_wrong_result_is_not_proved():
    wrong = Recovery(USUAL.n, 3, USUAL.d, (USUAL.n, 2), "guess")
    proof = prove(wrong, {}, {})
    assert (proof.exponent_identity, proof.factors_multiply, proof.forged_token_verifies) == (False, False, False)
    assert proof.forged_token == ""


def test_a_miss_proves_nothing_and_says_that_the_key_may_be_weak_all_the_same():
    found = search(leak(n=UNKNOWN.n, d=UNKNOWN.d))
    assert not found.recovered
    assert any("does not show that the key is safe" in note for note in found.notes)
    assert prove(found, {}, {}).forged_token == ""


def test_the_whole_key_signs():
    key = whole_key(leak(n=USUAL.n, d=USUAL.d), search(leak(n=USUAL.n, d=USUAL.d)))
    assert set(key.numbers) == {"n", "e", "d", "p", "q", "dp", "dq", "qi"}
    signature = algorithms.sign("RS256", key, b"message")
    assert algorithms.verify("RS256", leak(n=USUAL.n, e=USUAL.e), b"message", signature)


def test_moduli_above_3072_bits_which_openssl_refuses_with_such_an_exponent_are_proved_by_arithmetic():
    made = MAKER.key(MAKER.primes(3100), e=65537)
    proof = prove(search(leak(n=made.n, d=made.d)), {"sub": "root"}, {})
    assert proof.forged_token_verifies


def test_a_modulus_too_short_for_a_signature_is_recovered_without_a_token():
    made = MAKER.key(MAKER.primes(256), e=65537)
    found = search(leak(n=made.n, d=made.d))
    assert prove(found, None, {}).forged_token_verifies is None
    assert prove(found, {"sub": "root"}, {}) == prove(found, None, {})


@pytest.mark.parametrize("count", [3, 4])
def test_a_key_of_more_primes_is_whole_too(count):
    made = MAKER.key(MAKER.primes(1536, count), e=65537)
    key = whole_key(leak(n=made.n, d=made.d), search(leak(n=made.n, d=made.d)))
    others = [r for r, _, _ in other_primes(key.members)]
    assert [key.numbers["p"], key.numbers["q"], *others] == list(made.primes)
    assert key.is_private


def test_what_no_format_holds():
    p, q = MAKER.primes(512)
    for found in (
        Recovery(n=USUAL.n, d=USUAL.d),
        Recovery(USUAL.n, USUAL.e, USUAL.d, (USUAL.n,), "x"),
        Recovery(p * p * q, 3, 3, (p, p, q), "x"),
    ):
        with pytest.raises(KeyMaterialError, match=r"not factored|no standard form"):
            whole_key(leak(n=USUAL.n, d=USUAL.d), found)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (leak(n=USUAL.n, e=65537), "ordinary RSA public key"),
        (Key("EC", "P-256", numbers={"d": 5}), "a key of type EC"),
    ],
)
def test_nothing_to_recover(key, message):
    with pytest.raises(KeyMaterialError, match=message):
        search(key)


def test_exponents_that_do_not_belong_together_are_told():
    with pytest.raises(InputError):
        search(leak(n=USUAL.n, e=17, d=USUAL.d))
