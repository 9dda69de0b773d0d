import pytest

from jwtctl.checks.token.token_x5u import TokenX5u
from jwtctl.model import Severity
from tests.checks.token.material import applies, of, run, token


def test_a_url_of_any_kind():
    (finding,) = run(TokenX5u, token({"alg": "ES256", "x5u": "https://id.example/jwks.json"}))
    assert finding.message == "x5u sends verifiers to 'id.example' for certificates"
    assert (finding.severity, finding.at) == (Severity.MEDIUM, "/header/x5u")


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("http://id.example/", "its scheme is 'http', where https is required"),
        ("https://127.0.0.1/", "its host is an IP address"),
        ("https://id.example@evil.example/", "a user name stands before the host, and is easily taken for it"),
    ],
)
def test_a_dangerous_one(url, wrong):
    (finding,) = run(TokenX5u, token({"alg": "ES256", "x5u": url}))
    assert finding.message.endswith(f" for certificates: {wrong}")
    assert finding.severity is Severity.HIGH


def test_tokens_without_one():
    assert not applies(TokenX5u, token())
    assert not applies(TokenX5u, of("hello"))
    assert applies(TokenX5u, of("eyJhbGciOiJkaXIiLCJ4NXUiOiIifQ..AAAA.AAAA.AAAA"))
