"""Whatever is called a token is told for what it is, and tokens are found in any text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.jose.given_tokens import LONGEST, LONGEST_AROUND, embedded_tokens, given_token
from jwtctl.model import Place

PLACE = Place("tokens.txt", None, 7)
JWS = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.AAAA"
JWE = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAA.AAAA.AAAA"


def test_a_jws():
    found = given_token(f"Authorization: Bearer {JWS}\n", PLACE)
    assert (found.text, found.place, found.alg, dict(found.claims)) == (JWS, PLACE, "ES256", {"sub": "a"})
    assert (found.problem, found.is_jwe, len(found.parts)) == ("", False, 3)


def test_a_jwe():
    found = given_token(JWE, PLACE)
    assert found.is_jwe
    assert (found.token, found.alg, dict(found.claims)) == (None, "dir", {})
    assert "encrypted token (JWE)" in found.problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "the token is empty"),
        ("hello", "one part where a token has three"),
        ('{"payload": "", "signature": ""}', "JSON where a compact token is expected"),
        ("a.b.c.d", "4 parts"),
        ("!!.e30.", "not base64url"),
        ("." * 1000, "1001 parts"),
        ("x" * (LONGEST + 1), "oversized"),
        ("\udcff", "one part"),
    ],
)
def test_what_is_neither(text, problem):
    found = given_token(text, PLACE)
    assert (found.token, found.is_jwe, dict(found.header)) == (None, False, {})
    assert problem in found.problem


def test_tokens_in_a_log():
    log = f"GET /?token={JWS}&x=1 200\nnothing here\n\n{{'a': '{JWE}', 'b': '{JWS}'}}\n"
    found = list(embedded_tokens(log, "access.log", first_line=10))
    assert [(each.text, each.place.line) for each in found] == [(JWS, 10), (JWE, 13), (JWS, 13)]
    assert found[0].around == f"GET /?token={JWS}&x=1 200"
    assert all(each.place.source == "access.log" for each in found)


@pytest.mark.parametrize(
    "text", ["eyJ.eyJ.x", "eyJub3QganNvbg.e30.", "keyJhbGciOiJFUzI1NiJ9.e30.AAAA", "eyJhbGciOiJFUzI1NiJ9"]
)
def test_what_only_looks_like_one(text):
    assert list(embedded_tokens(text, "x")) == []


def test_an_unsigned_one_at_the_end_of_a_sentence():
    (found,) = embedded_tokens("it is eyJhbGciOiJub25lIn0.e30. So it was.", "x")
    assert (found.text, found.alg) == ("eyJhbGciOiJub25lIn0.e30.", "none")


def test_of_a_long_line_the_neighbourhood_is_kept():
    (found,) = embedded_tokens("x" * 100_000 + " " + JWS + " " + "y" * 100_000, "x")
    assert len(found.around) <= LONGEST_AROUND
    assert JWS in found.around


@given(st.text(st.characters(codec="utf-8"), max_size=200) | st.from_regex(r"(eyJ[\w.-]{0,40}){0,5}", fullmatch=True))
def test_any_text(text):
    assert given_token(text, PLACE).place == PLACE
    for found in embedded_tokens(text, "x"):
        assert found.text in text
        assert found.header


@pytest.mark.parametrize("piece", ["eyJaaaaaa.", "eyJhbGciOiJub25lIn0", "."])
def test_a_megabyte_of_almost_tokens_takes_linear_time(piece):
    begin = time.process_time()
    list(embedded_tokens(piece * (1_000_000 // len(piece)), "x"))
    assert time.process_time() - begin < 20
