import pytest

from jwtctl.checks.token.token_jku import TokenJku
from jwtctl.model import Severity
from tests.checks.token.material import applies, of, run, token


def test_a_url_of_any_kind():
    (finding,) = run(TokenJku, token({"alg": "ES256", "jku": "https://id.example/jwks.json"}))
    assert finding.message == "jku sends verifiers to 'id.example' for keys"
    assert (finding.severity, finding.at) == (Severity.MEDIUM, "/header/jku")


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("http://id.example/", "its scheme is 'http', where https is required"),
        ("https://127.0.0.1/", "its host is an IP address"),
        ("https://id.example@evil.example/", "a user name stands before the host, and is easily taken for it"),
    ],
)
def test_a_dangerous_one(url, wrong):
    (finding,) = run(TokenJku, token({"alg": "ES256", "jku": url}))
    assert finding.message.endswith(f" for keys: {wrong}")
    assert finding.severity is Severity.HIGH


def test_tokens_without_one():
    assert not applies(TokenJku, token())
    assert not applies(TokenJku, of("hello"))
    assert applies(TokenJku, of("eyJhbGciOiJkaXIiLCJqa3UiOiIifQ..AAAA.AAAA.AAAA"))
