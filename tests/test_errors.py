"""The question that an error asks about a misspelt word."""

import pytest

from jwtctl.errors import did_you_mean


@pytest.mark.parametrize(
    ("word", "question"),
    [
        ("rs256", "did you mean RS256?"),
        ("RS 256", "did you mean RS256 or ES256?"),
        ("EDDSA", "did you mean EdDSA?"),
        ("", ""),
        ("quite another thing", ""),
        ("x" * 1_000_000, ""),
    ],
)
def test_did_you_mean(word, question):
    assert did_you_mean(word, ["RS256", "ES256", "EdDSA"]) == question


def test_no_more_than_were_asked_for():
    assert did_you_mean("rs25", ["RS256", "ES256"], at_most=1) == "did you mean RS256?"
