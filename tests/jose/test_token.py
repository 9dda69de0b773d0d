import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.errors import TokenError
from jwtctl.jose import token
from jwtctl.model import Token
from tests.jose import vectors
from tests.jose.vectors import octets, rfc, text

HEADER, CLAIMS = text(b'{"alg":"HS256"}'), text(b'{"sub":"a"}')
NOON = 1_900_000_000


def compact(header, payload, signature=b"sig"):
    """A token of a header and payload, as objects or octets."""
    parts = (part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, payload))
    return ".".join([*map(text, parts), text(signature)])


# --- what is a token


def test_the_token_of_rfc_7515():
    jws = rfc(7515)["A.1"]["jws"]
    found = token.parse(jws)
    assert found.header == {"typ": "JWT", "alg": "HS256"}
    assert found.claims == {"iss": "joe", "exp": 1300819380, "http://example.com/is_root": True}
    assert found.payload == b'{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}'
    assert (found.signing_input, found.signature) == vectors.taken_apart(jws)
    assert (found.text, found.defects, found.notes) == (jws, (), ())


@pytest.mark.parametrize(("where", "jws", "_key"), vectors.published(), ids=[found[0] for found in vectors.published()])
def test_published_tokens_are_without_defects(where, jws, _key):
    found = token.parse(jws)
    assert found.defects == (), where
    assert (found.signing_input, found.signature) == vectors.taken_apart(jws)
    assert not [note for note in token.oddities(found, NOON) if note.startswith("a signature of")]


def test_a_payload_need_be_no_object():
    found = token.parse(rfc(7515)["A.4"]["jws"])
    assert (found.claims, found.payload) == (None, b"Payload")
    assert found.notes == ("the payload is not JSON: expecting value at line 1 column 1",)
    assert found.defects == ()


@pytest.mark.parametrize(
    ("payload", "note"),
    [
        (b"", "the payload is empty (detached?)"),
        (b"5", "the payload is a JSON number, not an object"),
        (b"null", "the payload is a JSON null, not an object"),
        (b'"a"', "the payload is a JSON string, not an object"),
        (b'[{"sub":"a"}]', "the payload is a JSON array, not an object"),
        (b"\xff", "the payload is not UTF-8 at byte 0"),
        (b'{"exp":NaN}', "the payload is not usable: NaN is not JSON"),
        (b'{"exp":' + b"9" * 5000 + b"}", "the payload is a JSON number with thousands of digits"),
        (b'{"a":' + b"[" * 100_000, "the payload is JSON nested deeper than 64"),
        (b'"\\ud800"', "the payload is an unpaired surrogate in a JSON string"),
    ],
)
def test_payloads_without_claims(payload, note):
    found = token.parse(compact({"alg": "HS256"}, payload))
    assert (found.claims, found.payload, found.notes, found.defects) == (None, payload, (note,), ())


@pytest.mark.parametrize(
    ("header", "payload", "signature", "defects"),
    [
        (HEADER + "=", CLAIMS, "c2ln", ("header: base64url with padding",)),
        (HEADER, CLAIMS[:4] + "\n" + CLAIMS[4:], "c2ln", ("payload: white space inside base64url",)),
        (HEADER, CLAIMS, "c2l+", ("signature: standard base64 alphabet instead of base64url",)),
        (HEADER, CLAIMS, "c2lu=", ("signature: base64url with padding",)),
        (HEADER, CLAIMS, "Zh", ("signature: base64url with unused bits set",)),
        (text(b'{"alg":"HS256","alg":"none"}'), CLAIMS, "", ("header: member 'alg' stands twice",)),
        (
            text(b'{"a":{"b":1,"b":2},"\\u0061":3}'),
            CLAIMS,
            "",
            ("header: member 'b' stands twice", "header: member 'a' stands twice"),
        ),
        (HEADER, text(b'{"sub":"a","sub":"b"}'), "", ("claims: member 'sub' stands twice",)),
        (
            HEADER + "==",
            text(b'{"b":1,"b":1}') + "\t=",
            "Zh==",
            (
                "header: base64url with padding",
                "payload: base64url with padding",
                "signature: base64url with padding",
                "claims: member 'b' stands twice",
            ),
        ),
    ],
)
def test_breaches_of_the_syntax_are_told(header, payload, signature, defects):
    assert token.parse(f"{header}.{payload}.{signature}").defects == defects


def test_the_signing_input_is_what_was_signed_and_not_what_it_means():
    found = token.parse(f"{HEADER}=.{CLAIMS}\n=.c2ln")
    assert found.signing_input == f"{HEADER}=.{CLAIMS}\n=".encode()


# --- what is none


@pytest.mark.parametrize(
    ("given_", "message", "hint"),
    [
        ("", "the token is empty", "on standard input"),
        (" \n", "the token is empty", "on standard input"),
        ("a", "one part where a token has three, separated by dots", "header.payload.signature"),
        (f"{HEADER}.{CLAIMS}", "2 parts where a token has three, separated by dots", "header.payload.signature"),
        ("a.b.c.d", "4 parts where a token has three, separated by dots", "header.payload.signature"),
        ("." * 5, "6 parts where a token has three, separated by dots", "header.payload.signature"),
        ("." * 100_000, "100001 parts where a token has three, separated by dots", "header.payload.signature"),
        ("a.b.c.d.e", "five parts: this is an encrypted token (JWE)", "a signed token (JWS) has three parts"),
        ("....", "five parts: this is an encrypted token (JWE)", "a signed token (JWS) has three parts"),
        ("{", "JSON where a compact token is expected", "only the compact serialization is accepted"),
        ("[]", "JSON where a compact token is expected", "only the compact serialization is accepted"),
        (f".{CLAIMS}.", "the header of the token is not JSON: expecting value at line 1 column 1", ""),
        (f"{text(b'[]')}.{CLAIMS}.", "the header of the token is JSON array where an object is expected", ""),
        (f"{text(b'{')}.{CLAIMS}.", "the header of the token is not JSON: ", ""),
        (f"{text(b'0')}.{CLAIMS}.", "the header of the token is JSON number where an object is expected", ""),
        (
            f"{text(bytes([239, 187, 191]) + b'{}')}.{CLAIMS}.",
            "the header of the token is a byte order mark before the JSON text",
            "",
        ),
        (f"{text(b'[' * 200)}.{CLAIMS}.", "the header of the token is JSON nested deeper than 64", ""),
        (f"{text(b'{}x')}.{CLAIMS}.", "the header of the token is not JSON: extra data at line 1 column 3", ""),
        (f"{HEADER[:-1]}.{CLAIMS}.", "the header of the token is not", ""),
        (f"{HEADER}.{CLAIMS}x.A", "the signature of the token is not base64url", ""),
        (f"{HEADER}.{CLAIMS}.A*AA", "the signature of the token is not base64url: it holds '*'", ""),
        (f"{HEADER}.%7B%7D.AA", "the payload of the token is not base64url: it holds '%'", ""),
        (f"{HEADER}.{CLAIMS}.AA\0A", "the signature of the token is not base64url: it holds '\\x00'", ""),
        (f"{HEADER}.{CLAIMS}.AA\ud800", "the signature of the token is not base64url: it holds '\\ud800'", ""),
        (f"{'A' * 65_537}.{CLAIMS}.", "the header of the token is oversized: 65,537 characters", ""),
        (f"{HEADER}.{'A' * 1_048_577}.", "the payload of the token is oversized: 1,048,577 characters", ""),
        (f"{HEADER}.{CLAIMS}.{'A' * 16_385}", "the signature of the token is oversized: 16,385 characters", ""),
        ("A" * 1_130_499, "the token is oversized: 1,130,499 characters", ""),
    ],
    ids=range(28),
)
def test_what_is_no_token_is_named(given_, message, hint):
    with pytest.raises(TokenError, match=f"^{re.escape(message)}") as caught:
        token.parse(given_)
    assert hint in caught.value.hint


def test_parts_may_be_as_long_as_their_limits():
    header = b'{"alg":"HS256","a":"' + b"x" * (48 * 1024 - 22) + b'"}'
    claims = b'{"a":"' + b"x" * (768 * 1024 - 8) + b'"}'
    whole = compact(header, claims, bytes(12 * 1024))
    assert tuple(map(len, whole.split("."))) == tuple(token.MAX_CHARACTERS.values())
    assert token.parse(whole).claims == json.loads(claims)


@pytest.mark.parametrize(
    ("number", "section"), [(7515, "A.6"), (7515, "A.7"), (7520, "4.6"), (7520, "4.7"), (7520, "4.8"), (7797, "4.2")]
)
def test_published_json_serializations_are_named(number, section):
    vector = rfc(number)["jws"][section] if number == 7520 else rfc(number)[section]
    forms = [vector[name] for name in ("jws", "general", "flattened") if name in vector]
    for form in forms:
        with pytest.raises(TokenError, match=r"^JSON where a compact token is expected$"):
            token.parse(json.dumps(form))


def test_the_published_encrypted_key_is_named():
    with pytest.raises(TokenError, match=r"^five parts: this is an encrypted token \(JWE\)$"):
        token.parse((vectors.VECTORS / "keys" / "rfc7517-c9.jwe").read_text())


def test_an_unencoded_payload_is_no_base64url():
    """RFC 7797 section 4.2, with the payload in its place instead of beside it."""
    header, _, signature = rfc(7797)["4.2"]["compact"].split(".")
    with pytest.raises(TokenError, match=r"^4 parts where a token has three"):
        token.parse(f"{header}.$.02.{signature}")
    with pytest.raises(TokenError, match=r"^the payload of the token is not base64url: it holds '\$'$"):
        token.parse(f"{header}.$02.{signature}")


# --- any text

PART = st.binary(max_size=60).map(text) | st.sampled_from(
    [HEADER, CLAIMS, "", text(b"{}"), text(b"[]"), text(b'{"a":1,"a":2}')]
)
ODD = st.text(alphabet="AZaz09-_.=+/ \n{}[]\"'`\0é", max_size=60)
PREFIX = st.sampled_from(
    ["", " ", "Bearer ", "authorization: bearer ", "Authorization:", '"', "bearer", "AUTHORIZATION"]
)


@given(
    st.text(max_size=80)
    | ODD
    | st.builds(lambda prefix, parts: prefix + ".".join(parts), PREFIX, st.lists(PART | ODD, min_size=2, max_size=5))
)
def test_any_text_is_a_token_or_an_error_of_one_line(given_):
    try:
        found = token.parse(given_)
    except TokenError as err:
        assert err.message  # noqa: PT017 - the property is about the error
        assert "\n" not in err.message  # noqa: PT017 - the same
        return
    assert isinstance(found, Token)
    assert found.text in given_
    assert found.text.count(".") == 2
    assert found.signing_input == found.text.rpartition(".")[0].encode()
    assert all("\n" not in remark for remark in (*token.oddities(found, NOON), *found.defects))
    assert token.redacted(found).payload == b""


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=8), st.integers() | st.booleans(), max_size=4
    ),
    st.binary(max_size=60),
    st.binary(max_size=60),
)
def test_parts_come_back(header, payload, signature):
    whole = compact(header, payload, signature)
    found = token.parse(whole)
    assert (found.header, found.payload, found.signature, found.text) == (header, payload, signature, whole)


# --- around a token


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "  {}\n",
        "'{}'",
        '"{}"\n',
        "`{}`",
        "Bearer {}",
        "bearer\t{}",
        "BEARER   {}",
        "Authorization: Bearer {}",
        "\ufeff{}\r\n",
        "authorization:bearer {}",
        '"Authorization: Bearer {}"',
        "'Bearer {}'",
    ],
)
def test_what_stands_around_a_token_is_taken_off(around):
    whole = f"{HEADER}.{CLAIMS}.c2ln"
    assert token.unwrap(around.format(whole)) == whole
    assert token.parse(around.format(whole)).text == whole


@pytest.mark.parametrize("kept", ["Bearer", "bearerx.y.z", "bear er", "Basic a.b.c"])
def test_what_is_no_prefix_stays(kept):
    assert token.unwrap(kept) == kept


# --- looking at a token


@pytest.mark.parametrize(
    ("alg", "length"),
    [("HS256", 32), ("HS512", 64), ("ES256", 64), ("ES512", 132), ("Ed25519", 64), ("Ed448", 114), ("ML-DSA-87", 4627)],
)
def test_signatures_of_another_length_are_pointed_out(alg, length):
    remark = "a signature of {} bytes, where {} has {}"
    for actual in (length - 1, length + 1):
        found = token.parse(compact({"alg": alg}, {}, bytes(actual)))
        assert remark.format(actual, alg, length) in list(token.oddities(found, NOON))
    found = token.parse(compact({"alg": alg}, {}, bytes(length)))
    assert not [note for note in token.oddities(found, NOON) if note.startswith("a signature")]


@pytest.mark.parametrize(
    ("header", "remark"),
    [
        ({"kid": "../x"}, "the kid looks like a path"),
        ({"kid": "/dev/null"}, "the kid looks like a path"),
        ({"kid": "x' or '1'='1"}, "the kid looks like a path"),
        ({"kid": "a|id"}, "the kid looks like a path"),
        ({"kid": "k" * 129}, "the kid looks like a path"),
        ({"kid": 5}, "kid is no string"),
        ({"x5u": "https://a"}, "the header names a URL to fetch a certificate from (x5u)"),
        ({"x5c": []}, "the header brings its own certificates (x5c)"),
        ({"jwk": {"kty": "RSA"}}, "the header brings its own key (jwk)"),
        ({"alg": " NONE "}, "alg ' NONE ': the token is not signed at all"),
        ({"alg": None}, "no alg in the header"),
        ({"alg": ["HS256"]}, "alg is a JSON array, not a string"),
    ],
)
def test_what_is_odd_in_a_header(header, remark):
    found = token.parse(compact(header, {"exp": NOON + 1}, b""))
    assert [note for note in token.oddities(found, NOON) if note.startswith(remark)]
    assert "the signature is empty" in list(token.oddities(found, NOON))


@pytest.mark.parametrize(
    ("claims", "remarks"),
    [
        ({"exp": NOON + 1}, []),
        ({"exp": NOON}, ["it has expired"]),
        ({}, ["no exp: the token never expires"]),
        ({"exp": NOON + 60, "nbf": NOON}, []),
        ({"exp": NOON + 60, "nbf": NOON + 1}, ["it is not valid yet"]),
        ({"exp": NOON + 60, "iat": NOON}, []),
        ({"exp": NOON + 60, "iat": NOON + 1}, ["it was issued in the future"]),
        ({"exp": NOON + 60, "iat": NOON + 60}, ["it was issued in the future", "it expires before it was issued"]),
        ({"exp": NOON + 86400, "iat": NOON}, []),
        ({"exp": NOON + 86401, "iat": NOON}, ["it lives 1 days: long for a bearer token"]),
        ({"exp": NOON * 1000}, ["exp is beyond the year 9999: milliseconds?"]),
        ({"exp": NOON + 60, "iat": 1e300}, ["iat is beyond the year 9999: milliseconds?"]),
        ({"exp": NOON + 60, "nbf": "x"}, ["nbf is no date in seconds"]),
        ({"exp": True}, ["exp is no date in seconds"]),
        ({"exp": NOON + 60, "aud": []}, ["aud is neither a string nor an array of strings"]),
        ({"exp": NOON + 60, "aud": ["a"], "iss": "i", "sub": "", "jti": "j"}, []),
        (
            {"exp": NOON + 60, "iss": 1, "sub": None, "jti": []},
            ["iss is no string", "sub is no string", "jti is no string"],
        ),
    ],
)
def test_what_is_odd_in_claims(claims, remarks):
    found = token.parse(compact({"alg": "HS256"}, claims, bytes(32)))
    assert list(token.oddities(found, NOON)) == remarks


def test_an_ordinary_token_is_not_odd():
    found = token.parse(compact({"alg": "HS256", "kid": "2026-01.example"}, {"exp": NOON + 60, "iat": NOON}, bytes(32)))
    assert list(token.oddities(found, NOON)) == []


@pytest.mark.parametrize(
    ("value", "date"),
    [
        (0, 0),
        (1.5, 1.5),
        (253_402_300_799, 253_402_300_799),
        (253_402_300_800, None),
        (1_900_000_000_000, None),
        (-1, None),
        (True, None),
        (False, None),
        ("1900000000", None),
        (None, None),
        ([1], None),
    ],
)
def test_numeric_dates(value, date):
    assert token.numeric_date(value) == date


@pytest.mark.parametrize(
    ("value", "is_one"),
    [("a", True), ("", True), (["a"], True), (["a", "b"], True), ([], False), (["a", 1], False), ([["a"]], False)]
    + [(value, False) for value in (None, 1, True, {"a": 1})],
)
def test_audiences(value, is_one):
    assert token.is_audience(value) == is_one


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("header.alg", "HS256"),
        ("claims.a.b", 1),
        ("claims.a.b.c", 2),
        ("claims.l.1.x", None),
        ("claims.l.0", [7]),
        ("claims.https://x.example/y", "z"),
    ],
)
def test_one_value_by_its_path(path, value):
    claims = {"a": {"b": 1, "b.c": 2}, "l": [[7], {"x": None}], "https://x.example/y": "z"}
    found = token.parse(compact({"alg": "HS256"}, claims))
    assert token.member(found, path) == value
    assert token.member(found, "claims") == claims


@pytest.mark.parametrize(
    "path",
    ["claims.l.2", "claims.l.-1", "claims.l.\u0660", "claims.l.000000000", "claims.a.b.x", "claims.no", "claims..a"],
)
def test_paths_to_nothing(path):  # U+0660 is a digit to Python
    found = token.parse(compact({"alg": "HS256"}, {"a": {"b": 1}, "l": [1, 2]}))
    with pytest.raises(TokenError, match=f"^the token has no {re.escape(repr(path))}$"):
        token.member(found, path)


def test_paths_have_roots():
    found = token.parse(compact({"alg": "HS256"}, b"no claims"))
    for path in ("", "payload", "Header.alg", "signature"):
        with pytest.raises(TokenError, match=f"^no part {path.partition('.')[0]!r} in a token$"):
            token.member(found, path)
    with pytest.raises(TokenError, match=r"^the token has no 'claims\.sub'$") as caught:
        token.member(found, "claims.sub")
    assert caught.value.hint == "its payload is no JSON object"


def test_values_are_hidden():
    claims = {
        "iss": "i",
        "aud": ["a"],
        "exp": 5,
        "sub": "secret",
        "roles": ["secret"],
        "n": 1.5,
        "t": True,
        "o": {},
        "z": None,
    }
    found = token.redacted(token.parse(compact({"alg": "HS256"}, claims)))
    assert found.claims == {
        "iss": "i",
        "aud": ["a"],
        "exp": 5,
        "sub": "<string>",
        "roles": "<array>",
        "n": "<number>",
        "t": "<boolean>",
        "o": "<object>",
        "z": "<null>",
    }
    assert found.payload == b""
    assert token.redacted(token.parse(compact({"alg": "HS256"}, b"secret"))).payload == b""


def test_octets_of_a_part_are_those_of_other_code():
    header, payload, signature = rfc(7520)["jws"]["4.1"]["compact"].split(".")
    found = token.parse(f"{header}.{payload}.{signature}")
    assert (json.dumps(found.header, separators=(",", ":")).encode(), found.payload, found.signature) == tuple(
        map(octets, (header, payload, signature))
    )
