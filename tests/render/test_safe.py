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
        ("\u3164\u034f\U000e0101", r"\u3164\u034f\U000e0101"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("\ue000\u0378", r"\ue000\u0378"),
    ],
)
def test_what_does_not_print_stands_as_an_escape(text, shown):
    assert safe.printable(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error::x", r"\x3a:error::x"),
        ("  ::stop-commands::x", r"  \x3a:stop-commands::x"),
        ("a ##[error]x", r"a \x23#[error]x"),
        ("###[group]", r"#\x23#[group]"),
        ("##vso[task.setvariable]x", r"\x23#vso[task.setvariable]x"),
        ("::add-mask", r"\x3a:add-mask"),
        ("::1", "::1"),
        ("::a", "::a"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
        ("a::b::c", "a::b::c"),
        ("## heading [1]", "## heading [1]"),
    ],
)
def test_what_a_build_service_would_obey_is_broken_and_addresses_are_not(text, shown):
    assert safe.printable(text) == shown
    assert safe.multiline(f"a\n{text}") == f"a\n{shown}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a", "'a'"), ("", "''"), ("it's", r"'it\'s'"), ("x\\", r"'x\\'"), ("\x1b", r"'\x1b'"), ("[red]", "'[red]'")],
)
def test_no_text_forges_the_end_of_its_quotes(text, shown):
    assert safe.quoted(text) == shown


@given(ANY_TEXT)
def test_quotes_inside_quotes_are_escaped(text):
    inside = safe.quoted(text, limit=10_000)[1:-1]
    assert "'" not in inside.replace(r"\\", "").replace(r"\'", "")
    assert len(safe.quoted(text, limit=20)) <= 22


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


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
def test_what_is_no_json_is_not_written(number):
    with pytest.raises(ValueError, match="JSON compliant"):
        safe.json_text([number])


def test_json_keeps_what_a_build_service_would_obey_inside_an_escape():
    value = {"##[error]": ["::error::x", "####vso[a]"]}
    shown = safe.json_text(value)
    assert json.loads(shown) == value
    assert "##[" not in shown
    assert "##vso[" not in shown


def test_json_escapes_what_does_not_print_and_keeps_the_rest():
    assert safe.json_text({"k": "é\u202e\x1b\U000e0041"}, None) == '{"k": "é\\u202e\\u001b\\udb40\\udc41"}'
