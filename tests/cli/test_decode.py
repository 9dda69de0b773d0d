"""`jwtctl decode`: everything is shown, nothing is believed."""

from __future__ import annotations

import base64
import json

import pytest

from tests.cli.conftest import NOON

# RFC 7519 section 3.1.
RFC7519 = (
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
)


def compact(header, payload, signature=b"x" * 32):
    encoded = (header if isinstance(header, bytes) else json.dumps(header).encode(),
               payload if isinstance(payload, bytes) else json.dumps(payload).encode(), signature)  # fmt: skip
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in encoded)


def test_the_token_of_rfc_7519(run):
    code, out, err = run("decode", RFC7519, "--at", "1300819380")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "unverified: nothing below has been checked",
        "",
        "header",
        "  {",
        '    "typ": "JWT",',
        '    "alg": "HS256"',
        "  }",
        "claims",
        "  {",
        '    "iss": "joe",',
        '    "exp": 1300819380,',
        '    "http://example.com/is_root": true',
        "  }",
        "  exp       2011-03-22T18:43:00Z, 0 seconds ago",
        "signature",
        "  32 bytes, not checked",
        "look at",
        "  - it has expired",
    ]


def test_as_json(run):
    assert json.loads(run("decode", RFC7519, "--json", "--at", "0").out) == {
        "schema": "jwtctl.token/1",
        "verified": False,
        "header": {"typ": "JWT", "alg": "HS256"},
        "claims": {"iss": "joe", "exp": 1300819380, "http://example.com/is_root": True},
        "signature": {"bytes": 32},
        "notes": [],
    }


def test_the_signature_is_not_shown(run):
    for argv in ((), ("--json",), ("--redact",)):
        assert "dBjftJeZ4CVP" not in run("decode", RFC7519, *argv).out


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("header.alg", "HS256"),
        ("claims.iss", "joe"),
        ("claims.exp", "1300819380"),
        ("claims.http://example.com/is_root", "true"),
        ("header", '{\n  "typ": "JWT",\n  "alg": "HS256"\n}'),
    ],
)
def test_one_value(run, path, shown):
    assert run("decode", RFC7519, "--get", path) == (0, f"{shown}\n", "")


def test_one_value_deep_inside(run):
    token = compact({"alg": "HS256"}, {"a": {"b.c": [{"d": None}, "x\ny\x1b[31m\u202e"]}, "s": ""})
    assert run("decode", token, "--get", "claims.a.b.c.0.d").out == "null\n"
    assert run("decode", token, "--get", "claims.a.b.c.1").out == "x\ny\\x1b[31m\\u202e\n"
    assert run("decode", token, "--get", "claims.s").out == "\n"
    for path in ("claims.a.b.c.2", "claims.a.b.c.-1", "claims.nosuch", "claims.a.b.c.0.d.e", "claims.s.x"):
        assert run("decode", token, "--get", path) == (3, "", f"jwtctl: error: the token has no {path!r}\n")
    for path in ("", "payload", "Claims", "signature"):
        code, out, err = run("decode", token, "--get", path)
        assert (code, out) == (3, "")
        assert err.startswith(f"jwtctl: error: no part {path!r} in a token\njwtctl: hint: ")


def test_a_token_without_claims_has_none(run):
    for path in ("claims", "claims.sub"):
        assert run("decode", compact({"alg": "HS256"}, b"hello"), "--get", path) == (
            3,
            "",
            f"jwtctl: error: the token has no {path!r}\njwtctl: hint: its payload is no JSON object\n",
        )


def test_values_are_hidden_on_request(run):
    claims = {"iss": "i", "sub": "secret", "n": 7, "l": ["secret"], "o": {"a": "secret"}, "exp": 1300819380}
    token = compact({"alg": "HS256"}, claims)
    expected = {"iss": "i", "sub": "<string>", "n": "<number>", "l": "<array>", "o": "<object>", "exp": 1300819380}
    assert json.loads(run("decode", token, "--redact", "--json").out)["claims"] == expected
    assert "secret" not in run("decode", token, "--redact").out
    assert run("decode", token, "--redact", "--get", "claims.sub").out == "<string>\n"
    assert "hello" not in run("decode", compact({"alg": "HS256"}, b"hello"), "--redact").out


@pytest.mark.parametrize(
    ("header", "claims", "note"),
    [
        ({"alg": "none"}, {}, "alg 'none': the token is not signed at all"),
        ({"alg": "nOnE"}, {}, "alg 'nOnE': the token is not signed at all"),
        ({}, {}, "no alg in the header"),
        ({"alg": 7}, {}, "alg is a JSON number, not a string"),
        ({"alg": "HS257"}, {}, "alg 'HS257' is no registered signature algorithm"),
        ({"alg": "EdDSA"}, {}, "alg EdDSA is deprecated: Ed25519 and Ed448 name the curve (RFC 9864)"),
        ({"alg": "ES256"}, {}, "a signature of 32 bytes, where ES256 has 64"),
        ({"jku": "https://x"}, {}, "the header names a URL to fetch keys from (jku)"),
        ({"jwk": {"d": "x"}}, {}, "the key in the header is private"),
        ({"kid": "../../etc/passwd"}, {}, "the kid looks like a path, a query or a command"),
        ({"crit": ["b64"]}, {}, "crit names ['b64']: a verifier that does not know them must refuse"),
        ({}, {}, "no exp: the token never expires"),
        ({}, {"exp": NOON}, "it has expired"),
        ({}, {"nbf": NOON + 1}, "it is not valid yet"),
        ({}, {"iat": NOON + 1}, "it was issued in the future"),
        ({}, {"exp": 1_900_000_000_000}, "exp is beyond the year 9999: milliseconds?"),
        ({}, {"exp": "tomorrow"}, "exp is no date in seconds"),
        ({}, {"exp": 5, "iat": 5}, "it expires before it was issued"),
        ({}, {"exp": NOON + 864_000, "iat": NOON}, "it lives 10 days: long for a bearer token"),
        ({}, {"aud": [7]}, "aud is neither a string nor an array of strings"),
        ({}, {"sub": 7}, "sub is no string"),
        (b'{"alg":"HS256","alg":"none"}', {}, "header: member 'alg' stands twice"),
        ({}, b'{"sub":"a","sub":"b"}', "claims: member 'sub' stands twice"),
        ({}, b"hello", "the payload is not JSON"),
        ({}, b"[1]", "the payload is a JSON array, not an object"),
        ({}, b"", "the payload is empty (detached?)"),
        ({}, b'{"exp": 1e400}', "the payload is not usable: 1e400 is beyond the numbers that JSON readers agree on"),
    ],
)
def test_what_is_odd_is_pointed_out(run, header, claims, note):
    token = compact(header, claims)
    notes = json.loads(run("decode", token, "--json", "--at", NOON).out)["notes"]
    assert [text for text in notes if text.startswith(note)]
    assert f"  - {note}" in run("decode", token, "--at", NOON).out


@pytest.mark.parametrize(
    ("token", "error"),
    [
        ("", "the token is empty"),
        ("  ", "the token is empty"),
        ("a.b", "2 parts where a token has three, separated by dots"),
        ("abc", "one part where a token has three, separated by dots"),
        ("a.b.c.d.e", "five parts: this is an encrypted token (JWE)"),
        ('{"payload": "x"}', "JSON where a compact token is expected"),
        ("e30.e30.é", r"the signature of the token is not base64url: it holds 'é'"),
        ("e30.e!30.", "the payload of the token is not base64url: it holds '!'"),
        ("bm8.e30.", "the header of the token is not JSON"),
        ("W10.e30.", "the header of the token is JSON array where an object is expected"),
        (f"{'A' * 70_000}.e30.", "the header of the token is oversized: 70,000 characters"),
        (f"e30.{'A' * 1_100_000}.", "the payload of the token is oversized: 1,100,000 characters"),
        ("@nosuch", "'nosuch': no such file or directory"),
    ],
)
def test_what_is_no_token(run, token, error):
    code, out, err = run("decode", token)
    assert (code, out) == (3, "")
    assert err.startswith(f"jwtctl: error: {error}")
