import json

import pytest

from jwtctl.checks.token.token_noncompact import TokenNoncompact
from jwtctl.model import Severity
from tests.checks.token.material import applies, of, run, token

GOOD = token().text
HEADER, PAYLOAD, SIGNATURE = GOOD.split(".")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"{GOOD}.", "4 parts where a token has three, separated by dots"),
        (f"{HEADER}.{PAYLOAD}", "2 parts where a token has three, separated by dots"),
        (HEADER, "one part where a token has three, separated by dots"),
        (f"{HEADER}.{PAYLOAD}%.{SIGNATURE}", "the payload of the token is not base64url: it holds '%'"),
        (
            json.dumps({"protected": "x", "payload": "", "signature": ""}),
            "JSON where a compact token is expected",
        ),
        (f'x{{"access_token":"{GOOD}"}}', "the header of the token is not base64url: it holds '{'"),
    ],
)
def test_what_resembles_a_token(text, problem):
    (finding,) = run(TokenNoncompact, of(text))
    assert (finding.message, finding.severity, finding.at) == (problem, Severity.HIGH, "")


@pytest.mark.parametrize("text", ["hello", "# tokens", "{}", "a.b.c", "abcd.abcd.abcd", "....", "\x1b[2J", ""])
def test_what_is_nothing_like_a_token(text):
    (finding,) = run(TokenNoncompact, of(text))
    assert finding.message == f"nothing like a token: {of(text).problem}"
    assert finding.severity == Severity.MEDIUM
    assert "\x1b" not in finding.message


def test_lines_that_are_wrong_in_the_same_way_are_one_finding():
    (finding,) = run(TokenNoncompact, *(of(f"word{line}", line=line) for line in range(1, 40)))
    assert len(finding.subject.also) == 38


def test_tokens():
    for text in (GOOD, f"Bearer {GOOD}", "eyJhbGciOiJkaXIifQ..AAAA.AAAA.AAAA", f"{GOOD}~", f"{GOOD[:-4]}===="):
        assert not applies(TokenNoncompact, of(text)), text


def test_what_another_check_tells():
    broken = token(header=b"\xef\xbb\xbf{}")
    assert run(TokenNoncompact, broken, token(claims=b"x" * (1 << 20))) == ()
