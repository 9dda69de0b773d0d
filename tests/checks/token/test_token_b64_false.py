import pytest

from jwtctl.checks.token.token_b64_false import TokenB64False
from jwtctl.jose import base64url, json_object
from jwtctl.model import Severity
from tests.checks.token.material import applies, of, run, token

CRIT = "crit does not name it"
JWT = "a JSON Web Token must not use it"


def unencoded(payload, **more):
    header = base64url.encode(json_object.encode({"alg": "HS256", "b64": False, **more}))
    return of(f"{header}.{payload}.AAAA")


@pytest.mark.parametrize(
    ("header", "claims", "wrong"),
    [
        ({}, b"", CRIT),
        ({"crit": ["exp"]}, b"\xff", CRIT),
        ({"crit": "b64"}, b"", CRIT),
        ({"crit": ["b64"]}, {"sub": "a"}, JWT),
        ({"crit": ["b64"], "typ": "JWT"}, b"", JWT),
        ({"crit": ["b64"], "typ": "at+jwt"}, b"", JWT),
        ({}, {"sub": "a"}, f"{CRIT} and {JWT}"),
    ],
)
def test_an_unencoded_payload_against_the_rules(header, claims, wrong):
    (finding,) = run(TokenB64False, token({"alg": "ES256", "b64": False, **header}, claims))
    assert finding.message == f"b64 is false, but {wrong}"
    assert (finding.severity, finding.at) == (Severity.HIGH, "/header/b64")


def test_a_payload_that_really_is_unencoded():
    (finding,) = run(TokenB64False, unencoded('{"sub":"a"}', crit=["b64"]))
    assert finding.message == f"b64 is false, but {JWT}"
    # RFC 7797 section 4.2: a detached payload, and one that stands there.
    assert run(TokenB64False, unencoded("", crit=["b64"]), unencoded("$02", crit=["b64"])) == ()


@pytest.mark.parametrize(("value", "kind"), [("false", "string"), (0, "number"), (None, "null")])
def test_what_is_neither_true_nor_false(value, kind):
    (finding,) = run(TokenB64False, token({"alg": "ES256", "b64": value}))
    assert finding.message == f"b64 is a JSON {kind}, not true or false"


def test_the_default_may_be_said():
    assert run(TokenB64False, token({"alg": "ES256", "b64": True})) == ()


def test_tokens_without_it():
    assert not applies(TokenB64False, token())
    assert not applies(TokenB64False, of("hello"))
