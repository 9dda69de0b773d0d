import hashlib
import json
from unittest import mock

import pytest

from jwtctl.checks.token.token_sd_jwt import TokenSdJwt
from jwtctl.jose import algorithms, base64url, sign
from jwtctl.jose.generate import generate
from jwtctl.jose.given_tokens import embedded_tokens
from jwtctl.jose.key import public_half, to_jwk
from jwtctl.model import Severity
from tests.checks.token.material import NOON, applies, of, run, token

SALT = "_26bc4LT-ac6q2KI6cBW5es"
HOLDER = generate("ES256")
TYPED = {"alg": "ES256", "typ": "dc+sd-jwt"}


def digest(text):
    return base64url.encode(hashlib.sha256(text.encode()).digest())


def disclosure(*parts):
    return base64url.encode(json.dumps(parts).encode())


def sd_jwt(*disclosures, signed=None, binding=None, tail="", **claims):
    signed = [digest(one) for one in disclosures] if signed is None else signed
    issued = token(TYPED, {"iss": "https://id.example", "_sd": signed, "_sd_alg": "sha-256"} | claims).text
    presented = "~".join((issued, *disclosures, ""))
    if binding is not None:
        right = {"iat": NOON, "aud": "https://rp.example", "nonce": "n", "sd_hash": digest(presented)}
        tail = sign.sign(right | binding, HOLDER, header={"typ": "kb+jwt"})
    return of(presented + tail)


NAME = disclosure(SALT, "given_name", "A")
BOUND = {"cnf": {"jwk": to_jwk(public_half(HOLDER), private=False)}}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (sd_jwt(NAME, signed=[]), "disclosures without a digest in what was signed: 1 of 1"),
        (sd_jwt(NAME, signed=[digest(NAME)] * 2), "digests that stand more than once: 1"),
        (sd_jwt(NAME, NAME, signed=[digest(NAME)]), "disclosures that stand more than once: 1"),
        (sd_jwt(disclosure(SALT, "_sd", "x")), "a disclosure for the reserved name '_sd'"),
        (sd_jwt(disclosure(SALT)), "a disclosure is no array of a salt, a name and a value"),
        (sd_jwt("!"), "a disclosure is no JSON in base64url: not base64url"),
        (sd_jwt(NAME, _sd_alg="md5"), "_sd_alg is no hash of 256 bits or more"),
        (sd_jwt(NAME, tail="x"), "what follows the last ~ is no key binding JWT"),
        (sd_jwt(NAME, binding={"sd_hash": "x"}, **BOUND), "sd_hash is not that of this SD-JWT"),
        (sd_jwt(NAME, binding={}), "a key binding JWT, but no cnf with the key that it should be of"),
        (
            sd_jwt(NAME, binding={}, cnf={"jwk": to_jwk(public_half(generate("ES256")), private=False)}),
            "the key binding JWT is not signed with the key in cnf",
        ),
    ],
)
def test_what_a_verifier_must_refuse(given, message):
    (finding,) = run(TokenSdJwt, given)
    assert (finding.message, finding.severity) == (message, Severity.HIGH)


def test_what_should_not_be_hidden_or_guessed():
    (finding,) = run(TokenSdJwt, sd_jwt(disclosure(SALT, "exp", 1)))
    assert finding.message == "exp can be left undisclosed, and then nobody checks it"
    (finding,) = run(TokenSdJwt, sd_jwt(disclosure("short", "a", 1)))
    assert finding.message == "disclosures with a salt of less than 128 bits, whose values can be guessed: 1"
    assert finding.severity == Severity.MEDIUM


def test_sound_ones():
    inner = disclosure(SALT, "city", "B")
    outer = disclosure(SALT, "address", {"_sd": [digest(inner)]})
    entry = disclosure(SALT, "DE")
    nested = sd_jwt(inner, outer, entry, signed=[digest(outer)], nationalities=[{"...": digest(entry)}])
    assert run(TokenSdJwt, nested, sd_jwt(NAME), sd_jwt(), sd_jwt(NAME, binding={}, **BOUND)) == ()


def test_more_disclosures_than_are_looked_at():
    found = run(TokenSdJwt, sd_jwt(*["x"] * 2000, signed=[]))
    assert [(finding.message, finding.severity) for finding in found] == [
        ("disclosures that stand more than once: 999", Severity.HIGH),
        ("a disclosure is no JSON in base64url: not base64url", Severity.HIGH),
        ("1,000 disclosures or more: only so many were looked at", Severity.LOW),
    ]


def test_one_in_a_log():
    given = sd_jwt(NAME, signed=[])
    (found,) = embedded_tokens(f"vp_token={given.text} 200", "log")
    assert found.text == given.text
    assert len(run(TokenSdJwt, found)) == 1


def test_other_tokens():
    assert not applies(TokenSdJwt, token())
    assert not applies(TokenSdJwt, of("hello~"))


def test_a_key_in_cnf_that_costs_too_much_is_not_tried():
    jwk = {"kty": "RSA", "n": "_" * 1366, "e": "_" * 600}
    issued = token(TYPED, {"_sd_alg": "sha-256", "cnf": {"jwk": jwk}}).text + "~"
    right = {"iat": NOON, "aud": "https://rp.example", "nonce": "n", "sd_hash": digest(issued)}
    binding = token({"alg": "RS256", "typ": "kb+jwt"}, right).text
    with mock.patch.object(algorithms, "verify") as verify:
        assert run(TokenSdJwt, of(issued + binding)) == ()
    assert verify.call_count == 0
