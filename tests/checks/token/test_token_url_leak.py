import pytest

from jwtctl.checks.token.token_url_leak import TokenUrlLeak
from jwtctl.jose.given_tokens import embedded_tokens
from jwtctl.model import Severity
from tests.checks.token.material import applies, run, token

TEXT = token().text


def found(line):
    return run(TokenUrlLeak, *embedded_tokens(line, "access.log"))


@pytest.mark.parametrize(
    ("line", "where"),
    [
        (f'10.0.0.1 "GET /me?a=b&access_token={TEXT} HTTP/1.1" 200', "query of a URL as 'access_token'"),
        (f"Location: https://app.example/cb#id_token={TEXT}&state=x", "fragment of a URL as 'id_token'"),
        (f"see url=https://x.example/p?Token={TEXT}", "query of a URL as 'token'"),
    ],
)
def test_tokens_in_urls(line, where):
    (finding,) = found(line)
    assert (finding.message, finding.severity, finding.at) == (f"it stood in the {where}", Severity.MEDIUM, "")


def test_a_hint():
    (finding,) = found(f"GET /logout?id_token_hint={TEXT}")
    assert finding.severity == Severity.LOW


@pytest.mark.parametrize(
    "line",
    [
        f"Authorization: Bearer {TEXT}",
        f"GET /a?b=c token={TEXT}",
        f"grant_type=x&assertion={TEXT}",
        f"https://id.example/authorize?request={TEXT}",
        f"https://x.example/files/{TEXT}",
        f'<a href="/x?y=1">{TEXT}</a>',
    ],
)
def test_other_places(line):
    assert found(line) == ()


def test_a_token_by_itself():
    assert not applies(TokenUrlLeak, token())
