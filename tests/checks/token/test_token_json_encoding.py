import json

import pytest

from jwtctl.checks.token.token_json_encoding import TokenJsonEncoding
from jwtctl.model import Severity
from tests.checks.token.material import applies, of, run, token

HEADER = {"alg": "ES256"}


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        (b'\xef\xbb\xbf{"sub":"a"}', "the payload is a byte order mark before the JSON text"),
        (b'{"sub":"\xff"}', "the payload is not usable: not UTF-8 at byte 8"),
        ('{"a":NaN}', "NaN is not JSON"),
        ('{"exp":1e999}', "1e999 is beyond the numbers"),
        ('{"a":"\\ud800"}', "unpaired surrogate"),
        ("[" * 70 + "]" * 70, "JSON nested deeper than 64"),
        ("hello", "not JSON"),
        ("[]", "the payload is a JSON array, not an object"),
    ],
)
def test_payloads(claims, message):
    (finding,) = run(TokenJsonEncoding, token(claims=claims))
    assert message.removeprefix("the payload is not usable: ") in finding.message
    assert (finding.severity, finding.at) == (Severity.MEDIUM, "/payload")


@pytest.mark.parametrize("header", [b'\xef\xbb\xbf{"alg":"ES256"}', b'{"alg":"ES256\xff"}', '{"alg":Infinity}'])
def test_headers(header):
    (finding,) = run(TokenJsonEncoding, token(header))
    assert finding.message.startswith("the header of the token is ")


def test_depth_and_size():
    deep = json.loads("[" * 40 + "]" * 40)
    (finding,) = run(TokenJsonEncoding, token(claims={"a": deep}))
    assert (finding.message, finding.at) == ("the claims are nested 40 levels deep", "/claims")
    (finding,) = run(TokenJsonEncoding, token(claims={"a": "x" * 9000}))
    assert finding.message == "the token has 11 KB: many servers refuse a header line of more than 8 KB"
    assert finding.severity == Severity.LOW
    (finding,) = run(TokenJsonEncoding, token(claims={"a": "x" * 90_000}))
    assert (finding.message, finding.severity) == ("the token has 117 KB: no token needs 64 KB", Severity.MEDIUM)
    (finding,) = run(TokenJsonEncoding, token(claims={"a": "x" * (1 << 20)}))
    assert finding.message == "the token is oversized: 1,398,260 characters"


def test_payloads_that_need_not_be_claims():
    nested = token({"alg": "ES256", "typ": "JWT", "cty": "JWT"}, token().text)
    assert run(TokenJsonEncoding, token(HEADER, "hello"), token(HEADER, ""), nested, token()) == ()


def test_what_is_no_token():
    assert not applies(TokenJsonEncoding, of("hello"))
