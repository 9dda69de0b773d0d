import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.render import safe

HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
ANY_TEXT = st.text(st.characters(), max_size=60)  # lone surrogates included
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("Grüße, 世界 🙂", "Grüße, 世界 🙂"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\nb\tc\rd\0", r"a\x0ab\x09c\x0dd\x00"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("\x9b31m", r"\x9b31m"),
        ("\u2028\u2029\x85", r"\u2028\u2029\x85"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
        ("a\u00a0b", r"a\xa0b"),
        ("[red]x[/red]", "[red]x[/red]"),
    ],
)
def test_what_does_not_print_stands_as_an_escape(text, shown):
    assert safe.printable(text) == shown


def test_a_long_text_is_cut_with_a_mark():
    assert safe.printable("x" * 50, 10) == "x" * 9 + "…"
    assert safe.printable("x" * 10, 10) == "x" * 10
    assert len(safe.printable("\x1b" * 50, 10)) == 10


@given(ANY_TEXT)
def test_nothing_hidden_is_left_in_one_line(text):
    shown = safe.printable(text)
    assert not [character for character in shown if unicodedata.category(character) in HIDDEN]
    shown.encode()


@given(ANY_TEXT)
def test_lines_stay_lines(text):
    shown = safe.multiline(text)
    assert shown.count("\n") == text.count("\n")
    assert not [character for character in shown if character != "\n" and unicodedata.category(character) in HIDDEN]


@given(JSON)
def test_json_parses_back_to_the_same_value(value):
    for indent in (2, None):
        shown = safe.json_text(value, indent)
        assert json.loads(shown) == value
        assert not [character for character in shown if character != "\n" and unicodedata.category(character) in HIDDEN]


def test_json_escapes_what_does_not_print_and_keeps_the_rest():
    assert safe.json_text({"k": "é\u202e\x1b\U000e0041"}, None) == '{"k": "é\\u202e\\u001b\\udb40\\udc41"}'
