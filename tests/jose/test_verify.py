"""Verification at the level of the library: published tokens, the choice of the key, and each expectation at its edge."""

import hashlib
import hmac
import json
import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jwtctl.jose.key import thumbprint
from jwtctl.jose.verify import Expectations, verify
from jwtctl.model import Key, KeyProblem, KeySet, Place
from tests.checks.material import weak
from tests.jose import vectors
from tests.jose.vectors import jwk, octets, private_key, rfc, text, verification_key

NOW = 1_900_000_000
OLD = 1_300_819_379  # one second before the tokens of RFC 7515 expire
SECRET = rfc(7515)["A.1"]["key"]
EC, RSA = rfc(7515)["A.3"]["key"], rfc(7515)["A.2"]["key"]
OTHER = jwk(SECRET, k=text(b"another secret of 32 octets, yes"))


def mac(header, claims, key=SECRET, hash_="sha256"):
    """A token under HMAC, made by other code than ours; header and claims are objects or octets."""
    parts = [part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, claims)]
    signing_input = ".".join(map(text, parts))
    return f"{signing_input}.{text(hmac.digest(octets(key['k']), signing_input.encode(), hash_))}"


def judged(token, *keys, is_jwks=False, problems=(), now=NOW, **expected):
    sets = (
        [KeySet("SET", keys, tuple(problems), is_jwks=True)]
        if is_jwks
        else [KeySet(f"KEY {i}", (key,)) for i, key in enumerate(keys)]
    )
    return verify(token, sets, Expectations(**expected), now=now)


def check(verdict, name):
    (found,) = [found for found in verdict.checks if found.name == name]
    return found


def claims_judged(claims, **expected):
    return judged(mac({"alg": "HS256"}, claims), jwk(SECRET), **expected)


# --- published tokens


@pytest.mark.parametrize(
    ("where", "jws", "members"), vectors.published(), ids=[found[0] for found in vectors.published()]
)
def test_published_tokens_are_valid(where, jws, members):
    key = jwk(members)
    found = judged(jws, key, now=OLD, any_payload=True)
    assert found.reasons == (), where
    assert found.valid
    assert found.key == (key.kid, thumbprint(key), found.header["alg"])
    assert found.payload == octets(jws.split(".")[1])
    assert judged(jws, key, now=OLD, any_payload=True, second_opinion=True).valid


@pytest.mark.parametrize(
    ("token", "key", "reasons"),
    [
        (rfc(7515)["A.5"]["jws"], SECRET, ("alg", "signature")),
        (rfc(7515)["A.5"]["jws"], RSA, ("alg", "signature")),
        (json.dumps(rfc(7515)["A.6"]["jws"]), RSA, ("format",)),
        (json.dumps(rfc(7515)["A.7"]["jws"]), EC, ("format",)),
        (rfc(7515)["E"]["jws"], SECRET, ("alg", "crit", "signature")),
        (rfc(7520)["jws"]["4.5"]["compact"], rfc(7520)["keys"]["3.5"], ("signature",)),
        (json.dumps(rfc(7520)["jws"]["4.6"]["flattened"]), rfc(7520)["keys"]["3.5"], ("format",)),
        (json.dumps(rfc(7520)["jws"]["4.7"]["flattened"]), rfc(7520)["keys"]["3.5"], ("format",)),
        (json.dumps(rfc(7520)["jws"]["4.8"]["general"]), rfc(7520)["keys"]["3.3"], ("format",)),
        (rfc(7797)["4.2"]["compact"], rfc(7797)["key"], ("crit", "signature")),
        (json.dumps(rfc(7797)["4.2"]["flattened"]), rfc(7797)["key"], ("format",)),
        ((vectors.VECTORS / "keys" / "rfc7517-c9.jwe").read_text(), SECRET, ("format",)),
    ],
    ids=[
        "7515 A.5",
        "7515 A.5 RSA",
        "7515 A.6",
        "7515 A.7",
        "7515 E",
        "7520 4.5",
        "7520 4.6",
        "7520 4.7",
        "7520 4.8",
        "7797 4.2",
        "7797 4.2 JSON",
        "7517 C.9",
    ],
)
def test_published_tokens_that_must_be_refused(token, key, reasons):
    found = judged(token, jwk(key), now=OLD, any_payload=True)
    assert found.reasons == reasons
    assert not found.valid


def test_an_unencoded_payload_is_not_understood():
    """RFC 7797: the signature is right over the payload as it is, which nobody who does not know b64 can tell."""
    vector = rfc(7797)["4.2"]
    header, _, signature = vector["compact"].split(".")
    right = hmac.digest(octets(rfc(7797)["key"]["k"]), f"{header}.{vector['payload']}".encode(), "sha256")
    assert octets(signature) == right
    found = judged(vector["compact"], jwk(rfc(7797)["key"]), any_payload=True)
    assert (check(found, "crit").got, check(found, "crit").detail) == ("'b64'", "not understood")
    assert check(found, "signature").got == "wrong"


@pytest.mark.parametrize("alg", ["HS256", "RS256", "PS256", "ES256", "EdDSA"])
def test_no_changed_character_is_overlooked(alg):
    from jwtctl.jose.sign import sign

    token = sign({"sub": "alice"}, private_key(alg), alg=alg)
    key = verification_key(alg)
    assert judged(token, key).valid

    @settings(max_examples=25, deadline=None)
    @given(st.integers(0, len(token) - 1), st.sampled_from('ABCDQRSTqrstwxyz0189-_.=+/ \n{"é'))
    def property_(where, character):
        if token[where] != character:
            assert not judged(token[:where] + character + token[where + 1 :], key, any_payload=True).valid

    property_()


@given(st.text(max_size=80))
def test_no_text_at_all_is_valid(token):
    found = judged(token, jwk(SECRET), jwk(EC), any_payload=True)
    assert not found.valid
    assert found.reasons


SIMPLE = (
    st.none()
    | st.booleans()
    | st.integers(-5, 2**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
)
ANYTHING = st.one_of(
    SIMPLE, st.lists(SIMPLE, max_size=2), st.dictionaries(st.sampled_from(["a", "kid"]), SIMPLE, max_size=2)
)
ALGS = st.one_of(st.sampled_from(["HS256", "HS384", "none", "NONE", "RS256", "ES256", "hs256"]), ANYTHING)


@settings(max_examples=100, deadline=None)
@given(
    st.fixed_dictionaries(
        {}, optional={"alg": ALGS, **dict.fromkeys(("typ", "kid", "crit", "b64", "jwk", "x"), ANYTHING)}
    ),
    st.fixed_dictionaries({}, optional=dict.fromkeys(("exp", "nbf", "iat", "iss", "sub", "aud", "jti", "x"), ANYTHING)),
    st.fixed_dictionaries(
        {},
        optional={
            "iss": st.just(("i",)),
            "aud": st.just(("a",)),
            "sub": st.just("s"),
            "typ": st.just("at+jwt"),
            "require": st.just(("x",)),
            **{name: st.sampled_from([0, 1.5, 60, 1e12]) for name in ("leeway", "max_age", "max_ttl")},
            **{name: st.booleans() for name in ("ignore_exp", "any_payload", "insecure_size")},
        },
    ),
)
def test_any_header_and_claims_give_a_verdict(header, claims, expected):
    found = judged(mac(header, claims), jwk(SECRET), **expected)
    assert [c.name for c in found.checks[:5]] == ["format", "alg", "key", "crit", "signature"]
    assert all(isinstance(field, str) for c in found.checks for field in (c.name, c.expected, c.got, c.detail))
    assert found.valid == (not found.reasons)
    if found.valid:
        assert header["alg"] == "HS256"
        assert "crit" not in header
        assert isinstance(header.get("kid", ""), str)
        assert isinstance(header.get("typ", ""), str)


# --- alg


@pytest.mark.parametrize(
    ("alg", "key", "got", "detail"),
    [
        (None, SECRET, "absent", "the header names no algorithm"),
        ("none", SECRET, "'none'", "unsigned: none is never accepted, in any spelling"),
        ("NoNe", SECRET, "'NoNe'", "unsigned: none is never accepted, in any spelling"),
        (" none", RSA, "' none'", "unsigned: none is never accepted, in any spelling"),
        (5, SECRET, "a JSON number", "alg must be a string"),
        (["HS256"], SECRET, "a JSON array", "alg must be a string"),
        ({"a": 1}, SECRET, "a JSON object", "alg must be a string"),
        (True, SECRET, "a JSON boolean", "alg must be a string"),
        ("hs256", SECRET, "'hs256'", "not a registered signature algorithm; names are case-sensitive"),
        ("HS256 ", SECRET, "'HS256 '", "not a registered signature algorithm; names are case-sensitive"),
        ("", SECRET, "''", "not a registered signature algorithm; names are case-sensitive"),
        ("RSA-OAEP", RSA, "'RSA-OAEP'", "not a registered signature algorithm; names are case-sensitive"),
        ("HS256", RSA, "'HS256'", "algorithm confusion: an HMAC algorithm is never used with an asymmetric key"),
        ("HS384", EC, "'HS384'", "algorithm confusion: an HMAC algorithm is never used with an asymmetric key"),
        ("RS256", SECRET, "'RS256'", "RS256 takes a key of type RSA"),
        ("ES384", EC, "'ES384'", "ES384 takes a key on P-384"),
        ("EdDSA", EC, "'EdDSA'", "EdDSA takes a key of type OKP"),
        ("Ed448", rfc(8037)["A.1"], "'Ed448'", "Ed448 takes a key on Ed448"),
        ("HS384", {**SECRET, "alg": "HS256"}, "'HS384'", "the alg member of the key forbids it"),
        ("RS256", {**RSA, "alg": "PS256"}, "'RS256'", "the alg member of the key forbids it"),
        ("RS256", {**RSA, "alg": "RSA-OAEP"}, "'RS256'", "the alg member of the key forbids it"),
    ],
)
def test_algorithms_that_are_refused(alg, key, got, detail):
    header = {"alg": alg} if alg is not None else {}
    found = judged(mac(header, {}), jwk(key))
    assert (check(found, "alg").got, check(found, "alg").detail) == (got, detail)
    assert "alg" in found.reasons
    assert "signature" in found.reasons
    assert found.key is None


@pytest.mark.parametrize(
    ("allowed", "valid", "expected"),
    [
        ((), True, "HS256, HS384, HS512"),
        (("HS256",), True, "HS256"),
        (("RS256", "HS256"), True, "HS256"),
        (("HS384",), False, "HS384"),
        (("RS256",), False, "none that fits the key"),
        (("none",), False, "none"),
    ],
)
def test_the_caller_allows_algorithms(allowed, valid, expected):
    found = judged(mac({"alg": "HS256"}, {}), jwk(SECRET), algs=allowed)
    assert (found.valid, check(found, "alg").ok, check(found, "alg").expected) == (valid, valid, expected)
    if not valid:
        assert check(found, "alg").detail == "not among the algorithms that the caller allows"


def test_none_is_not_allowed_by_asking_for_it():
    assert not judged(rfc(7515)["A.5"]["jws"], jwk(SECRET), algs=("none",), now=OLD).valid
    assert not judged(mac({"alg": "none"}, {}), jwk(SECRET), algs=("none",)).valid


PEM = b"-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----\n"


@pytest.mark.parametrize(
    "secret",
    [
        PEM,
        b"\n " + PEM,
        PEM.replace(b"PUBLIC KEY", b"CERTIFICATE"),
        b"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7 user@example",
        b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI user@example",
        b"ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTY user@example",
    ],
)
def test_the_text_of_a_public_key_is_no_secret(secret):
    key = {"kty": "oct", "k": text(secret)}
    found = judged(mac({"alg": "HS256"}, {}, key), jwk(key))
    assert found.reasons == ("key", "signature")
    assert check(found, "key").got == "algorithm confusion: the HMAC secret is the text of an asymmetric key"


@pytest.mark.parametrize(
    ("length", "alg", "refusal"),
    [
        (0, "HS256", "the HMAC secret is empty"),
        (31, "HS256", "an HMAC secret of 248 bits, where RFC 7518 section 3.2 requires 256"),
        (32, "HS256", None),
        (47, "HS384", "an HMAC secret of 376 bits, where RFC 7518 section 3.2 requires 384"),
        (48, "HS384", None),
        (63, "HS512", "an HMAC secret of 504 bits, where RFC 7518 section 3.2 requires 512"),
        (64, "HS512", None),
    ],
)
def test_secrets_have_a_least_length(length, alg, refusal):
    key = {"kty": "oct", "k": text(hashlib.sha512(b"seed").digest()[:length])}
    found = judged(mac({"alg": alg}, {}, key, alg.replace("HS", "sha")), jwk(key))
    assert found.valid == (refusal is None)
    if refusal:
        assert check(found, "key").got == refusal
        assert check(found, "signature").got == "not checked"


def test_short_rsa_keys_verify_only_by_name():
    from jwtctl.jose.sign import sign

    numbers = weak(1024)
    key = Key("RSA", numbers={"n": numbers.n, "e": numbers.e, "d": numbers.d})
    token = sign({}, key, insecure_size=True)
    found = judged(token, key)
    assert found.reasons == ("key", "signature")
    assert check(found, "key").got == "an RSA modulus of 1024 bits, where RFC 7518 requires 2048 (--insecure-size)"
    assert judged(token, key, insecure_size=True).valid


# --- crit


@pytest.mark.parametrize(
    ("header", "got", "detail"),
    [
        ({"crit": ["exp"], "exp": 1}, "'exp'", "not understood"),
        ({"crit": ["b64"], "b64": False}, "'b64'", "not understood"),
        ({"crit": ["b64"], "b64": True}, "'b64'", "not understood"),
        ({"crit": ["a", "b"]}, "'a', 'b'", "not understood"),
        ({"crit": ["alg"]}, "'alg'", "not understood"),
        ({"crit": []}, "[]", "crit must be a non-empty array of strings (RFC 7515 section 4.1.11)"),
        ({"crit": None}, "None", "crit must be a non-empty array of strings (RFC 7515 section 4.1.11)"),
        ({"crit": "exp"}, "'exp'", "crit must be a non-empty array of strings (RFC 7515 section 4.1.11)"),
        ({"crit": [1]}, "[1]", "crit must be a non-empty array of strings (RFC 7515 section 4.1.11)"),
        ({"crit": {"exp": 1}}, "{'exp': 1}", "crit must be a non-empty array of strings (RFC 7515 section 4.1.11)"),
        ({"b64": False}, "b64 is false but not critical (RFC 7797)", ""),
    ],
)
def test_critical_parameters_are_refused(header, got, detail):
    found = judged(mac({"alg": "HS256", **header}, {}), jwk(SECRET))
    assert found.reasons == ("crit",)
    assert (check(found, "crit").got, check(found, "crit").detail) == (got, detail)
    assert check(found, "signature").ok


@pytest.mark.parametrize("header", [{"b64": True}, {"x-unknown": 1}, {"jku": "https://evil.example"}, {"cty": "JWT"}])
def test_what_is_not_critical_is_ignored(header):
    assert judged(mac({"alg": "HS256", **header}, {}), jwk(SECRET)).valid


def test_no_key_of_the_token_is_used():
    """CVE-2018-0114: a token that brings the key which it is signed with."""
    own = {"kty": "oct", "k": text(b"secret of the attacker, 32 octets")}
    token = mac({"alg": "HS256", "jwk": own, "kid": "mine"}, {}, own)
    assert judged(token, jwk(own)).valid
    assert judged(token, jwk(SECRET)).reasons == ("signature",)
    assert judged(token, jwk(SECRET, kid="mine"), is_jwks=True).reasons == ("signature",)


# --- which key

A, B = jwk(SECRET, kid="a"), OTHER._replace(kid="b")


@pytest.mark.parametrize(
    ("kid", "keys", "wanted", "valid", "got"),
    [
        ("a", (A, B), None, True, "oct 512 kid='a'"),
        ("a", (B, A), None, True, "oct 512 kid='a'"),
        ("b", (A, B), None, False, "oct 256 kid='b'"),
        ("c", (A, B), None, False, "no key is named 'c'"),
        ("A", (A, B), None, False, "no key is named 'A'"),
        ("c", (A,), None, False, "no key is named 'c'"),
        ("", (A,), None, False, "no key is named ''"),
        ("a", (jwk(SECRET),), None, False, "no key is named 'a'"),
        ("a", (), None, False, "no key is named 'a'"),
        # a token that names no key
        (None, (A,), None, True, "oct 512 kid='a'"),
        (None, (A, B), None, False, "several keys would fit and the token names none: choose with --kid"),
        (None, (A, A), None, True, "oct 512 kid='a', oct 512 kid='a'"),
        (None, (A, jwk(RSA), jwk(EC)), None, True, "oct 512 kid='a'"),
        (None, (), None, False, "no key"),
        # one kid for two keys
        ("a", (A, B._replace(kid="a")), None, False, "2 different keys share the kid 'a'"),
        ("a", (A, A), None, True, "oct 512 kid='a', oct 512 kid='a'"),
        ("a", (A, jwk(EC, kid="a"), jwk(RSA, kid="a")), None, True, "oct 512 kid='a'"),
        # the caller names the key
        (None, (A, B), "a", True, "oct 512 kid='a'"),
        ("b", (A, B), "a", True, "oct 512 kid='a'"),
        ("a", (A, B), "b", False, "oct 256 kid='b'"),
        ("a", (A, B), "c", False, "no key is named 'c'"),
        (5, (A, B), "a", True, "oct 512 kid='a'"),
    ],
)
def test_a_key_set_is_searched_by_kid(kid, keys, wanted, valid, got):
    header = {"alg": "HS256"} if kid is None else {"alg": "HS256", "kid": kid}
    found = judged(mac(header, {}), *keys, is_jwks=True, kid=wanted)
    assert (found.valid, check(found, "key").got) == (valid, got)
    assert found.key == ((A.kid, thumbprint(A), "HS256") if valid else None)


@pytest.mark.parametrize(
    ("kid", "keys", "valid", "got"),
    [
        ("a", (A,), True, "oct 512 kid='a'"),
        ("c", (A,), True, "oct 512 kid='a'"),
        ("c", (A, B), True, "oct 512 kid='a', oct 256 kid='b'"),
        (None, (B, A), True, "oct 256 kid='b', oct 512 kid='a'"),
        ("a", (A, B), True, "oct 512 kid='a'"),
        ("b", (A, B), False, "oct 256 kid='b'"),
        (None, (jwk(RSA), A), True, "oct 512 kid='a'"),
        (None, (), False, "no key"),
    ],
)
def test_keys_given_one_by_one_are_the_choice_of_the_caller(kid, keys, valid, got):
    header = {"alg": "HS256"} if kid is None else {"alg": "HS256", "kid": kid}
    found = judged(mac(header, {}), *keys)
    assert (found.valid, check(found, "key").got) == (valid, got)


@pytest.mark.parametrize(
    ("kid", "kind"), [(5, "number"), (["a"], "array"), ({"a": 1}, "object"), (True, "boolean"), (None, "null")]
)
def test_a_kid_is_a_string(kid, kind):
    for is_jwks in (False, True):
        found = judged(mac({"alg": "HS256", "kid": kid}, {}), A, is_jwks=is_jwks)
        assert found.reasons == ("key", "signature")
        assert check(found, "key").got == f"kid is a JSON {kind}, not a string"
    assert judged(mac({"alg": "HS256", "kid": kid}, {}), A, is_jwks=True, kid="a").valid


def test_keys_in_one_file_are_a_set_even_without_a_jwks():
    bundle = [KeySet("bundle.pem", (A, B))]
    token = mac({"alg": "HS256", "kid": "c"}, {})
    found = verify(token, bundle, Expectations(), now=NOW)
    assert check(found, "key").got == "no key is named 'c'"


def test_another_kid_than_the_one_of_a_given_key_is_told():
    found = judged(mac({"alg": "HS256", "kid": "c"}, {}), A)
    assert found.valid
    assert check(found, "key").detail == "the caller gave this key; the token names another kid"
    assert check(judged(mac({"alg": "HS256", "kid": "a"}, {}), A), "key").detail == ""
    assert check(judged(mac({"alg": "HS256", "kid": "a"}, {}), jwk(SECRET)), "key").detail == ""


def test_an_entry_that_could_not_be_read_is_named():
    problem = KeyProblem(Place("SET", 1), "this oct JWK has no k member", {}, "a")
    found = judged(mac({"alg": "HS256", "kid": "a"}, {}), B, is_jwks=True, problems=[problem])
    assert check(found, "key").got == "the key named 'a' cannot be used: this oct JWK has no k member"
    assert not found.valid
    found = judged(mac({"alg": "HS256"}, {}), is_jwks=True, problems=[problem])
    assert check(found, "key").got == "a key cannot be used: this oct JWK has no k member"


@pytest.mark.parametrize(
    ("members", "refusal"),
    [
        ({"use": "sig"}, None),
        ({"use": "enc"}, "the key's use is 'enc', not 'sig'"),
        ({"use": ""}, "the key's use is '', not 'sig'"),
        ({"key_ops": ["verify"]}, None),
        ({"key_ops": ["sign", "verify"]}, None),
        ({"key_ops": ["sign"]}, "the key's key_ops ['sign'] do not include 'verify'"),
        ({"key_ops": []}, "the key's key_ops [] do not include 'verify'"),
        ({"alg": "HS256"}, None),
        ({"alg": "HS512"}, "the key's alg is 'HS512'"),
        ({"alg": "dir"}, "the key's alg is 'dir'"),
        ({"use": "sig", "alg": "HS256", "key_ops": ["verify"]}, None),
    ],
)
def test_the_stated_purpose_of_a_key_counts(members, refusal):
    for is_jwks in (False, True):
        found = judged(mac({"alg": "HS256", "kid": "a"}, {}), jwk(SECRET, kid="a", **members), is_jwks=is_jwks)
        assert found.valid == (refusal is None)
        if refusal:
            assert check(found, "key").got == refusal


def test_a_private_key_that_may_sign_may_verify():
    from jwtctl.jose.sign import sign

    token = sign({}, jwk(EC))
    assert judged(token, jwk(EC, key_ops=["sign"])).valid
    assert not judged(token, jwk(EC, d=None, key_ops=["sign"])).valid


def test_keys_that_cannot_verify_are_told_and_others_are_tried():
    from jwtctl.jose.sign import sign

    token = sign({}, jwk(EC))
    off_curve = jwk(EC, d=None, x=EC["y"])
    found = judged(token, off_curve)
    assert (check(found, "signature").got, check(found, "signature").detail) == (
        "not checked",
        "this EC key cannot verify ES256: invalid EC key. Point is not on the curve specified",
    )
    assert judged(token, off_curve, jwk(EC)).valid
    no_exponent = judged(sign({}, jwk(RSA)), jwk(RSA, e=None))
    assert check(no_exponent, "key").got == "the key states no public exponent e (jwtctl recover KEY looks for it)"


# --- format


@pytest.mark.parametrize(
    ("header", "claims", "got"),
    [
        (b'{"alg":"none","alg":"HS256"}', b"{}", "header: member 'alg' stands twice"),
        (b'{"alg":"HS256"}', b'{"sub":"a","sub":"b"}', "claims: member 'sub' stands twice"),
        (b'{"alg":"HS256"}', b"[]", "the payload is a JSON array, not an object"),
        (b'{"alg":"HS256"}', b"hello", "the payload is not JSON: expecting value at line 1 column 1"),
        (b'{"alg":"HS256"}', b"", "the payload is empty (detached?)"),
        (b'{"alg":"HS256"}', b'{"exp":NaN}', "the payload is not usable: NaN is not JSON"),
    ],
)
def test_a_right_signature_excuses_no_bad_form(header, claims, got):
    found = judged(mac(header, claims), jwk(SECRET))
    assert found.reasons == ("format",)
    assert check(found, "format").got == got
    assert check(found, "signature").ok


def test_any_payload_is_accepted_on_request():
    token = mac({"alg": "HS256"}, b"hello")
    assert judged(token, jwk(SECRET), any_payload=True).valid
    assert judged(token, jwk(SECRET)).reasons == ("format",)
    twice = mac({"alg": "HS256"}, b'{"sub":"a","sub":"b"}')
    assert judged(twice, jwk(SECRET), any_payload=True).reasons == ("format",)
    assert judged(token, jwk(SECRET), any_payload=True, require=("sub",)).reasons == ("require",)
    assert judged(token, jwk(SECRET), any_payload=True, iss=("i",)).reasons == ("iss",)


def test_another_spelling_of_a_right_signature_is_refused():
    token = mac({"alg": "HS256"}, {})
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    stray_bit = token[:-1] + alphabet[alphabet.index(token[-1]) + 1]
    for spelled in (token + "=", stray_bit):
        found = judged(spelled, jwk(SECRET))
        assert found.reasons == ("format",)
        assert check(found, "signature").ok


# --- typ and claims


@pytest.mark.parametrize(
    ("typ", "wanted", "valid"),
    [
        ("JWT", None, True),
        ("at+jwt", "at+jwt", True),
        ("application/at+jwt", "at+jwt", True),
        ("at+jwt", "application/at+jwt", True),
        ("AT+JWT", "at+jwt", True),
        ("JWT", "at+jwt", False),
        ("at+jwt; x", "at+jwt", False),
        ("text/at+jwt", "at+jwt", False),
        ("example/a", "application/example/a", False),
        (None, "JWT", False),
        (5, "JWT", False),
        (["JWT"], "JWT", False),
        (5, None, False),
        (["JWT"], None, False),
    ],
)
def test_typ(typ, wanted, valid):
    header = {"alg": "HS256"} if typ is None else {"alg": "HS256", "typ": typ}
    found = judged(mac(header, {}), jwk(SECRET), typ=wanted)
    assert found.reasons == (() if valid else ("typ",))


@pytest.mark.parametrize(
    ("claims", "options", "reasons"),
    [
        # exp: the token is refused from that second on, plus the leeway
        ({"exp": NOW + 1}, {"leeway": 0}, ()),
        ({"exp": NOW}, {"leeway": 0}, ("exp",)),
        ({"exp": NOW - 59}, {}, ()),
        ({"exp": NOW - 60}, {}, ("exp",)),
        ({"exp": NOW + 0.5}, {"leeway": 0}, ()),
        ({"exp": NOW - 1000}, {"leeway": 1001}, ()),
        ({"exp": NOW - 1000}, {"ignore_exp": True}, ()),
        ({"exp": "later"}, {"ignore_exp": True}, ("exp",)),
        ({}, {"ignore_exp": True}, ()),
        # nbf, iat: not before that second, less the leeway
        ({"nbf": NOW}, {"leeway": 0}, ()),
        ({"nbf": NOW + 1}, {"leeway": 0}, ("nbf",)),
        ({"nbf": NOW + 60}, {}, ()),
        ({"nbf": NOW + 61}, {}, ("nbf",)),
        ({"iat": NOW + 60}, {}, ()),
        ({"iat": NOW + 61}, {}, ("iat",)),
        ({"iat": 0}, {}, ()),
        # issuer, subject, audience
        ({"iss": "i"}, {}, ()),
        ({"iss": "i"}, {"iss": ("j", "i")}, ()),
        ({"iss": "i/"}, {"iss": ("i",)}, ("iss",)),
        ({"iss": "I"}, {"iss": ("i",)}, ("iss",)),
        ({}, {"iss": ("i",)}, ("iss",)),
        ({"iss": ["i"]}, {"iss": ("i",)}, ("iss",)),
        ({"iss": 5}, {}, ("iss",)),
        ({"iss": None}, {}, ("iss",)),
        ({"sub": "s"}, {"sub": "s"}, ()),
        ({"sub": "t"}, {"sub": "s"}, ("sub",)),
        ({}, {"sub": "s"}, ("sub",)),
        ({"sub": ""}, {"sub": ""}, ()),
        ({}, {"sub": ""}, ("sub",)),
        ({"sub": 5}, {}, ("sub",)),
        ({"aud": "a"}, {"aud": ("a",)}, ()),
        ({"aud": ["b", "a"]}, {"aud": ("a",)}, ()),
        ({"aud": ["b", "a"]}, {"aud": ("c", "a")}, ()),
        ({"aud": ["b"]}, {"aud": ("a",)}, ("aud",)),
        ({"aud": "ab"}, {"aud": ("a",)}, ("aud",)),
        ({"aud": []}, {"aud": ("a",)}, ("aud",)),
        ({"aud": []}, {}, ("aud",)),
        ({"aud": ["a", 1]}, {"aud": ("a",)}, ("aud",)),
        ({"aud": {"a": 1}}, {"aud": ("a",)}, ("aud",)),
        ({"aud": None}, {}, ("aud",)),
        ({}, {"aud": ("a",)}, ("aud",)),
        ({"aud": "a"}, {}, ()),
        ({"jti": "x"}, {}, ()),
        ({"jti": 5}, {}, ("jti",)),
        # required claims
        ({"a": None}, {"require": ("a",)}, ()),
        ({"a": 1}, {"require": ("a", "b")}, ("require",)),
        ({}, {"require": ("exp",)}, ("require",)),
        # age and life time
        ({"iat": NOW - 100}, {"max_age": 100, "leeway": 0}, ()),
        ({"iat": NOW - 101}, {"max_age": 100, "leeway": 0}, ("max_age",)),
        ({"iat": NOW - 160}, {"max_age": 100}, ()),
        ({"iat": NOW - 161}, {"max_age": 100}, ("max_age",)),
        ({}, {"max_age": 100}, ("max_age",)),
        ({"iat": "x"}, {"max_age": 100}, ("iat", "max_age")),
        ({"iat": NOW, "exp": NOW + 100}, {"max_ttl": 100}, ()),
        ({"iat": NOW, "exp": NOW + 101}, {"max_ttl": 100}, ("max_ttl",)),
        ({"exp": NOW + 10}, {"max_ttl": 100}, ("max_ttl",)),
        ({"iat": NOW}, {"max_ttl": 100}, ("max_ttl",)),
    ],
)
def test_claims_and_expectations(claims, options, reasons):
    found = claims_judged(claims, **options)
    assert found.reasons == reasons
    assert found.valid == (not reasons)
    assert found.claims == claims


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
@pytest.mark.parametrize("value", ["1900000000", True, False, None, -1, [NOW], {}, NOW * 1000, 253_402_300_800, 1e300])
def test_dates_must_be_dates(name, value):
    found = claims_judged({name: value})
    assert found.reasons == (name,)
    too_big = not isinstance(value, bool) and isinstance(value, int | float) and value > NOW
    assert check(found, name).detail == (
        "beyond the year 9999: milliseconds?" if too_big else "not a NumericDate (RFC 7519 section 2)"
    )


def test_only_what_is_asked_or_said_is_checked():
    always = ["format", "alg", "key", "crit", "signature"]
    assert [found.name for found in claims_judged({}).checks] == [*always, "exp"]
    token = mac(
        {"alg": "HS256", "typ": "JWT"}, {"nbf": 1, "iat": 2, "iss": "i", "sub": "s", "aud": "a", "jti": "j", "x": 1}
    )
    said = ["exp", "nbf", "iat", "iss", "sub", "aud", "jti"]
    assert [found.name for found in judged(token, jwk(SECRET)).checks] == [*always, *said]
    asked = judged(token, jwk(SECRET), typ="JWT", max_age=NOW, max_ttl=1, require=("x",), second_opinion=True)
    names = [found.name for found in asked.checks]
    opinions = names[5 : names.index("exp")]
    assert opinions
    assert names == [*always, *opinions, *said, "max_age", "max_ttl", "require", "typ"]


def test_no_second_opinion_is_asked_about_what_was_not_checked():
    for header, keys in (({"alg": "none"}, [A]), ({"alg": "HS256", "kid": "c"}, [A, B]), ({"alg": "HS256"}, [])):
        found = judged(mac(header, {}), *keys, is_jwks=True, second_opinion=True)
        assert [c.name for c in found.checks] == ["format", "alg", "key", "crit", "signature", "exp"]


@pytest.mark.parametrize(
    ("payload", "any_payload", "hint"), [(b"x", False, True), (b"x", True, False), (b"{}", False, False)]
)
def test_how_to_accept_any_payload_is_told_where_it_helps(payload, any_payload, hint):
    found = judged(mac({"alg": "HS256"}, payload), jwk(SECRET), any_payload=any_payload)
    assert check(found, "format").detail == ("--payload any accepts a payload of any kind" if hint else "")


@pytest.mark.parametrize(
    ("alg", "key", "got"),
    [
        ("HS256", RSA, "the key is of type RSA, HS256 takes oct"),
        ("RS256", SECRET, "the key is of type oct, RS256 takes RSA"),
        ("ES384", EC, "the key is on P-256, ES384 takes P-384"),
        (
            "EdDSA",
            {"kty": "OKP", "crv": "X25519", "x": text(bytes(32))},
            "the key is on X25519, EdDSA takes Ed25519 or Ed448",
        ),
        ("none", {**SECRET, "use": "enc"}, "the key's use is 'enc'"),
    ],
)
def test_why_a_key_does_not_fit(alg, key, got):
    assert check(judged(mac({"alg": alg}, {}), jwk(key)), "key").got == got


def test_what_a_check_says():
    found = claims_judged({"exp": NOW - 3600, "aud": "x" * 200, "iss": "\x1b[31m"}, iss=("a", "b"), leeway=5)
    assert check(found, "exp") == (
        "exp",
        False,
        "after 1900000000 (leeway 5 s)",
        "1899996400",
        "2030-03-17T16:46:40Z: expired",
    )
    assert check(found, "iss") == ("iss", False, "'a' or 'b'", "'\\x1b[31m'", "")
    assert check(found, "aud").got == "'" + "x" * 118 + "…"
    assert check(found, "aud").detail == "not checked: no --aud given"
    assert check(claims_judged({}), "exp").detail == "the token never expires"
    ignored = check(claims_judged({"exp": NOW - 3600}, ignore_exp=True), "exp")
    assert (ignored.ok, ignored.detail) == (True, "not checked: --ignore-exp, and it has expired")


def test_every_failure_is_reported_and_not_only_the_first():
    token = mac(
        b'{"alg":"HS256","crit":["x"],"typ":5,"kid":"a"}',
        b'{"exp":1,"exp":2,"nbf":9e9,"iat":9e9,"iss":1,"sub":2,"aud":3,"jti":4}',
        OTHER_MEMBERS,
    )
    found = judged(token, A, typ="t", max_age=1, max_ttl=-1e10, require=("r",))
    assert found.reasons == (
        *("format", "crit", "signature", "exp", "nbf", "iat", "iss", "sub", "aud", "jti", "max_ttl", "require", "typ"),
    )


OTHER_MEMBERS = {"k": text(OTHER.octets["k"])}


def test_without_a_signature_nothing_is_valid():
    found = judged(rfc(7515)["A.1"]["jws"].rpartition(".")[0] + ".", jwk(SECRET), now=OLD)
    assert found.reasons == ("signature",)
    assert check(found, "signature").got == "an empty signature"


def test_no_secret_is_in_a_verdict():
    found = judged(mac({"alg": "HS256"}, {}), jwk(SECRET), OTHER)
    assert not re.search(rf"{SECRET['k']}|{int.from_bytes(octets(SECRET['k']), 'big')}", repr(found))
