import json
import math
import re

import pytest

from jwtctl.errors import KeyMaterialError, UsageError
from jwtctl.jose import algorithms, generate
from jwtctl.jose.algorithms import SIGNATURES
from jwtctl.jose.sign import sign
from tests.checks.material import weak
from tests.jose.oracles import PAIRS
from tests.jose.vectors import jwk, octets, private_key, rfc, taken_apart, verification_key

EC, RSA, OCT = (rfc(7515)[section]["key"] for section in ("A.3", "A.2", "A.1"))
OKP = rfc(8037)["A.1"]


def header_of(jws):
    return octets(jws.partition(".")[0]).decode()


# --- published vectors

BILBO = rfc(7520)["keys"]


@pytest.mark.parametrize(
    ("jws", "members", "alg", "header"),
    [
        (rfc(7515)["A.2"]["jws"], RSA, "RS256", {"typ": None}),
        (rfc(7520)["jws"]["4.1"]["compact"], BILBO["3.4"], "RS256", {"typ": None}),
        (rfc(7520)["jws"]["4.4"]["compact"], BILBO["3.5"], "HS256", {"typ": None}),
        (rfc(7797)["4.1"]["jws"], OCT, "HS256", {"typ": None}),
        (rfc(8037)["A.4"]["jws"], OKP, "EdDSA", {"typ": None}),
    ],
)
def test_published_tokens_are_made_anew_to_the_letter(jws, members, alg, header):
    payload = octets(jws.split(".")[1])
    assert sign(payload, jwk(members), alg=alg, header=header) == jws


@pytest.mark.parametrize("section", ["4.2", "4.3"])
def test_what_is_random_in_published_tokens_is_the_signature_alone(section):
    vector = rfc(7520)["jws"][section]
    alg = json.loads(header_of(vector["compact"]))["alg"]
    made = sign(octets(vector["compact"].split(".")[1]), jwk(BILBO[vector["private"]]), alg=alg, header={"typ": None})
    assert made != vector["compact"]
    assert made.rpartition(".")[0] == vector["compact"].rpartition(".")[0]
    assert algorithms.verify(alg, jwk(BILBO[vector["public"]]), *taken_apart(made))


@pytest.mark.parametrize(("oracle", "alg"), PAIRS, ids=[f"{oracle.name} {alg}" for oracle, alg in PAIRS])
def test_other_libraries_accept_the_token(oracle, alg):
    token = sign({"sub": "alice"}, private_key(alg), alg=alg)
    assert oracle.verify(alg, token, verification_key(alg)) == b'{"sub":"alice"}'


# --- header and payload


@pytest.mark.parametrize(
    ("kid", "header", "written"),
    [
        (None, None, '{"alg":"ES256","typ":"JWT"}'),
        ("k", None, '{"alg":"ES256","typ":"JWT","kid":"k"}'),
        ("k", {"kid": "other"}, '{"alg":"ES256","typ":"JWT","kid":"other"}'),
        ("k", {"kid": None}, '{"alg":"ES256","typ":"JWT"}'),
        (None, {"typ": "at+jwt"}, '{"alg":"ES256","typ":"at+jwt"}'),
        (None, {"typ": None}, '{"alg":"ES256"}'),
        (
            "",
            {"z": 1, "cty": "JWT", "a": [{"b": None}]},
            '{"alg":"ES256","typ":"JWT","kid":"","z":1,"cty":"JWT","a":[{"b":null}]}',
        ),
        ("\u00e9\n", {}, '{"alg":"ES256","typ":"JWT","kid":"\u00e9\\n"}'),
        (None, {"alg": "ES256"}, '{"alg":"ES256","typ":"JWT"}'),
    ],
)
def test_the_header_has_an_order(kid, header, written):
    key = jwk(EC)._replace(kid=kid)
    assert header_of(sign({}, key, header=header)) == written


@pytest.mark.parametrize(
    ("payload", "written"),
    [
        ({}, b"{}"),
        ({"sub": "\u00e9", "a": [1.5, True, None]}, '{"sub":"\u00e9","a":[1.5,true,null]}'.encode()),
        ({"z": 1, "a": 2}, b'{"z":1,"a":2}'),
        (b"", b""),
        (b"\0\xff{", b"\0\xff{"),
        (b'{"a": 1, "a": 2}', b'{"a": 1, "a": 2}'),
    ],
)
def test_the_payload_is_written_as_it_was_given(payload, written):
    token = sign(payload, jwk(EC))
    assert octets(token.split(".")[1]) == written
    assert algorithms.verify("ES256", jwk(EC), *taken_apart(token))


@pytest.mark.parametrize(
    ("members", "alg"),
    [
        (EC, "ES256"),
        (RSA, "RS256"),
        ({**RSA, "alg": "PS512"}, "PS512"),
        (OKP, "Ed25519"),
        ({**OKP, "alg": "EdDSA"}, "EdDSA"),
        (OCT, "HS512"),
        ({**OCT, "alg": "HS256"}, "HS256"),
    ],
)
def test_the_key_chooses_the_algorithm(members, alg):
    assert json.loads(header_of(sign({}, jwk(members))))["alg"] == alg
    assert sign({}, jwk(members), alg=alg).partition(".")[0] == sign({}, jwk(members)).partition(".")[0]


# --- refusals


@pytest.mark.parametrize(
    ("members", "alg", "message", "hint"),
    [
        (EC, "none", "alg none makes no signature", "choose an algorithm"),
        (EC, "nOnE ", "alg none makes no signature", "choose an algorithm"),
        (EC, "ES384", "algorithm 'ES384' does not fit this P-256 key", "usable: ES256"),
        (EC, "RS256", "algorithm 'RS256' does not fit this P-256 key", "usable: ES256"),
        (
            RSA,
            "HS256",
            "algorithm 'HS256' does not fit this RSA key",
            "usable: RS256, RS384, RS512, PS256, PS384, PS512",
        ),
        ({**RSA, "alg": "PS256"}, "RS256", "algorithm 'RS256' does not fit this RSA key", "usable: PS256"),
        ({**RSA, "alg": "RSA-OAEP"}, "RS256", "algorithm 'RS256' does not fit this RSA key", "usable: none"),
        (OCT, "ES256", "algorithm 'ES256' does not fit this oct key", "usable: HS256, HS384, HS512"),
        (EC, "es256", "unknown algorithm 'es256' does not fit this P-256 key", "usable: ES256"),
        (EC, "", "unknown algorithm '' does not fit this P-256 key", "usable: ES256"),
        (OKP, "Ed448", "algorithm 'Ed448' does not fit this Ed25519 key", "usable: Ed25519, EdDSA"),
    ],
)
def test_algorithms_that_do_not_fit(members, alg, message, hint):
    with pytest.raises(UsageError, match=f"^{re.escape(message)}$") as caught:
        sign({}, jwk(members), alg=alg)
    assert caught.value.hint.startswith(hint)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ({"crit": ["exp"]}, "header parameter 'crit' is not supported"),
        ({"crit": None}, "header parameter 'crit' is not supported"),
        ({"b64": False}, "header parameter 'b64' is not supported"),
        ({"b64": True}, "header parameter 'b64' is not supported"),
        ({"alg": "none"}, "the header cannot set alg"),
        ({"alg": "ES384"}, "the header cannot set alg"),
        ({"alg": None}, "the header cannot set alg"),
        ({"x": "\ud800"}, "a claim or header parameter holds text that is not Unicode"),
        ({"x": math.nan}, "a claim or header parameter holds a number that JSON does not have"),
    ],
)
def test_headers_that_are_refused(header, message):
    with pytest.raises(UsageError, match=f"^{re.escape(message)}"):
        sign({}, jwk(EC), header=header)


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        ({"sub": "a\udfff"}, "a claim or header parameter holds text that is not Unicode"),
        ({"\ud800": 1}, "a claim or header parameter holds text that is not Unicode"),
        ({"exp": math.inf}, "a claim or header parameter holds a number that JSON does not have"),
        ({"a": [{"b": -math.inf}]}, "a claim or header parameter holds a number that JSON does not have"),
        ({"a": math.nan}, "a claim or header parameter holds a number that JSON does not have"),
    ],
)
def test_claims_that_json_cannot_hold(claims, message):
    with pytest.raises(UsageError, match=f"^{message}$"):
        sign(claims, jwk(EC))


@pytest.mark.parametrize(
    ("key", "alg", "message"),
    [
        (verification_key("ES256"), None, "this EC key is public: signing takes the private key"),
        (verification_key("RS256"), None, "this RSA key is public: signing takes the private key"),
        (verification_key("Ed25519"), None, "this OKP key is public: signing takes the private key"),
        (verification_key("ML-DSA-44"), None, "this AKP key is public: signing takes the private key"),
        (jwk(EC, use="enc"), None, "the key's use is 'enc': it is not for signing"),
        (jwk(EC, use=""), None, "the key's use is '': it is not for signing"),
        (jwk(EC, key_ops=["verify"]), None, "the key's key_ops do not include 'sign'"),
        (jwk(EC, key_ops=[]), None, "the key's key_ops do not include 'sign'"),
        (jwk(RSA, alg="RSA-OAEP"), None, "this RSA key with alg 'RSA-OAEP' is not for signing"),
        (jwk(EC, alg="none"), None, "this P-256 key with alg 'none' is not for signing"),
        (generate.generate("ECDH-ES", crv="X25519"), None, "this X25519 key with alg 'ECDH-ES' is not for signing"),
        (
            jwk(OCT, k="AAAA"),
            None,
            "an HMAC secret of 24 bits is too short for HS256, which requires 256 (RFC 7518 section 3.2)",
        ),
        (
            jwk(OCT, k=""),
            None,
            "an HMAC secret of 0 bits is too short for HS256, which requires 256 (RFC 7518 section 3.2)",
        ),
        (
            jwk(OCT, k="A" * 84),
            "HS512",
            "an HMAC secret of 504 bits is too short for HS512, which requires 512 (RFC 7518 section 3.2)",
        ),
        (jwk(RSA, e=None), None, "this RSA key states no public exponent"),
        (
            jwk(EC, x=EC["y"]),
            None,
            "this EC key cannot sign ES256: invalid EC key. Point is not on the curve specified",
        ),
    ],
)
def test_keys_that_do_not_sign(key, alg, message):
    with pytest.raises(KeyMaterialError, match=f"^{re.escape(message)}$"):
        sign({}, key, alg=alg)


@pytest.mark.parametrize("operations", [["sign"], ["verify", "sign"], ["sign", "x-other"]])
def test_keys_that_may_sign(operations):
    assert sign({}, jwk(EC, use="sig", key_ops=operations)).count(".") == 2


def test_a_short_rsa_key_signs_only_by_name():
    found = weak(1024)
    key = private_key("RS256")._replace(numbers={"n": found.n, "e": found.e, "d": found.d})
    with pytest.raises(
        KeyMaterialError, match=r"^an RSA key of 1024 bits is too short: RFC 7518 section 3\.3 requires 2048$"
    ):
        sign({}, key)
    token = sign({}, key, insecure_size=True)
    assert algorithms.verify("RS256", key, *taken_apart(token))


def test_what_was_given_is_not_changed():
    claims, header = {"a": [1]}, {"typ": None, "x": 1}
    key = jwk(EC, kid="k")
    sign(claims, key, header=header)
    assert (claims, header, key) == ({"a": [1]}, {"typ": None, "x": 1}, jwk(EC, kid="k"))


@pytest.mark.parametrize("alg", SIGNATURES)
def test_a_token_has_its_registered_algorithm_in_its_header(alg):
    assert json.loads(header_of(sign({}, private_key(alg), alg=alg))) == {"alg": alg, "typ": "JWT"}
