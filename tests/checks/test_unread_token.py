"""What a text is that is no token."""

import pytest

from jwtctl.checks.unread_token import Unread, unread
from tests.checks.token.material import of, token


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (token(), Unread.READ),
        (of("eyJhbGciOiJkaXIifQ..AAAA.AAAA.AAAA"), Unread.READ),
        (of("x" * ((1 << 21) + 1)), Unread.TOO_LONG),
        (token("{'alg'}"), Unread.BAD_HEADER),
        (of("eyJ"), Unread.OTHER_FORM),
        (of('{"payload":""}'), Unread.OTHER_FORM),
        (of('{"name":""}'), Unread.NOTHING),
        (of(""), Unread.NOTHING),
        (of("a.b.c"), Unread.NOTHING),
    ],
)
def test_why(given, why):
    assert unread(given) is why
