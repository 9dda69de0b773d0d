"""Queries and forms, as attackers send them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.issuer import parameters


def test_blank_is_absent():
    assert parameters.read(b"a=1&b=&c&d=%20") == {"a": "1", "d": " "}


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        (b"a=1&a=2", "a stands twice"),
        (b"a=&a=2", "a stands twice"),
        (b"a=%ff", "not UTF-8"),
        (b"a=\xff", "not UTF-8"),
        (b"a=" + b"b" * 5000, "longer than 4096"),
        (b"token=" + b"b" * 17_000, "longer than 16384"),
        (b"&".join(b"a%d=1" % number for number in range(51)), "more than 50"),
        (b"scope=%22", "scope holds a character"),
        (b"client_id=%00", "client_id holds a character"),
        (b"redirect_uri=http://127.0.0.1/%0d%0a", "redirect_uri holds a character"),
        (b"%22%5c=1&%22%5c=2", "?? stands twice"),
    ],
)
def test_what_is_refused(octets, reason):
    with pytest.raises(ValueError, match=re.escape(reason)):
        parameters.read(octets)


def test_a_resource_may_be_named_twice():
    assert parameters.read(b"resource=a&resource=b") == {"resource": "b"}


@given(st.binary(max_size=200))
def test_any_octets_give_text_or_an_error_that_may_be_quoted(octets):
    error, found = "", {}
    try:
        found = parameters.read(octets)
    except ValueError as err:
        error = str(err)
    assert parameters.plain(error) == error[:100]
    assert all(found.values())
