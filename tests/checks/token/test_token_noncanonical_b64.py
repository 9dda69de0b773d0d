import pytest

from jwtctl.checks.token.token_noncanonical_b64 import TokenNoncanonicalB64
from jwtctl.model import Severity
from tests.checks.token.material import applies, of, run, token

GOOD = token().text


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        (GOOD + "==", "the signature is base64url with padding", "/signature"),
        (GOOD.replace(".", "\n.", 1), "the header is white space inside base64url", "/header"),
        (GOOD[:-1] + "R", "the signature is base64url with unused bits set", "/signature"),
        (
            token(claims='{"a":"???"}').text.replace("_", "/"),
            "the payload is standard base64 alphabet instead of base64url",
            "/payload",
        ),
        (
            "eyJhbGciOiJkaXIifQ..AAAA.AAAA.AB",
            "the authentication tag is base64url with unused bits set",
            "/authentication_tag",
        ),
    ],
)
def test_other_spellings(text, message, at):
    (finding,) = run(TokenNoncanonicalB64, of(text))
    assert (finding.message, finding.severity, finding.at) == (message, Severity.MEDIUM, at)


def test_the_canonical_one():
    assert run(TokenNoncanonicalB64, token(), token(signature=b""), of(f"  Bearer {GOOD}\n"), of(f"{GOOD}~")) == ()


def test_no_token():
    assert not applies(TokenNoncanonicalB64, of("hello"))
    assert not applies(TokenNoncanonicalB64, of(f"{GOOD}.x"))
