import json
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.jose import json_object

MILLION = 10**6
# Texts that json.dumps can write and every reader agrees on: no NaN, no unpaired surrogates.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_values_come_back(value):
    octets = json_object.encode(value)
    assert json_object.parse(octets) == (value, ())
    assert json_object.parse(octets.decode()) == (value, ())
    assert json_object.parse(json.dumps(value, indent=2)) == (value, ())


@given(
    st.binary(max_size=60)
    | st.text(max_size=60)
    | st.text(alphabet='{}[]":,\\ue0123456789.-+nulltrfas \n', max_size=40)
)
def test_any_input_is_json_or_a_value_error_of_one_line(text):
    try:
        value, repeated = json_object.parse(text)
    except ValueError as err:
        assert type(err) is ValueError  # noqa: PT017 - the property is about the error
        assert "\n" not in str(err)  # noqa: PT017 - the same
        return
    assert value == json.loads(text)
    assert isinstance(repeated, tuple)
    json_object.encode(value)


@pytest.mark.parametrize(
    ("text", "value", "repeated"),
    [
        ('{"a":1,"a":2}', {"a": 2}, ("a",)),
        ('{"a":1,"\\u0061":2}', {"a": 2}, ("a",)),
        ('{"a":1,"b":2,"a":3,"b":4,"a":5}', {"a": 5, "b": 4}, ("a", "b")),
        (
            '{"x":{"a":1,"a":2},"y":[{"b":1,"b":2},{"a":1,"a":1}]}',
            {"x": {"a": 2}, "y": [{"b": 2}, {"a": 1}]},
            ("a", "b"),
        ),
        ('{"a":1,"A":2,"":3}', {"a": 1, "A": 2, "": 3}, ()),
        ('[{"a":1},{"a":2}]', [{"a": 1}, {"a": 2}], ()),
        # U+00E9 and e with U+0301 look the same and are two names (RFC 8259 section 8.3).
        ('{"\u00e9":1,"e\u0301":2}', {"\u00e9": 1, "e\u0301": 2}, ()),
    ],
)
def test_repeated_names_are_told_and_the_last_value_counts(text, value, repeated):
    assert json_object.parse(text) == (value, repeated)
    assert json_object.parse(text.encode()) == (value, repeated)


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (b"", "not JSON: expecting value at line 1 column 1"),
        (b" ", "not JSON: expecting value at line 1 column 2"),
        (b'{"a":1,}', "not JSON: "),
        (b"[1,]", "not JSON: "),
        (b"{'a':1}", "not JSON: expecting property name enclosed in double quotes at line 1 column 2"),
        (b'{"a":1}\n\n x', "not JSON: extra data at line 3 column 2"),
        (b"{} {}", "not JSON: extra data at line 1 column 4"),
        (b'{"a":1} // note', "not JSON: extra data at line 1 column 9"),
        (b"01", "not JSON: extra data at line 1 column 2"),
        (b"+1", "not JSON: expecting value at line 1 column 1"),
        (b".5", "not JSON: expecting value at line 1 column 1"),
        (b"True", "not JSON: expecting value at line 1 column 1"),
        (b'"\x01"', "not JSON: invalid control character at line 1 column 2"),
        (b'"\\x41"', "not JSON: invalid \\escape at line 1 column 2"),
        (b'"\\u00g0"', "not JSON: invalid \\uxxxx escape at line 1 column 3"),
        (b'"abc', "not JSON: unterminated string starting at line 1 column 1"),
        (b"NaN", "NaN is not JSON"),
        (b'{"exp":Infinity}', "Infinity is not JSON"),
        (b"[-Infinity]", "-Infinity is not JSON"),
        (b"1e999", "1e999 is beyond the numbers that JSON readers agree on (RFC 8259 section 6)"),
        (b"-1e999", "-1e999 is beyond the numbers that JSON readers agree on (RFC 8259 section 6)"),
        (b"\xef\xbb\xbf{}", "a byte order mark before the JSON text"),
        (b'{"a":"\xff"}', "not UTF-8 at byte 6"),
        (b'"\xc0\xaf"', "not UTF-8 at byte 1"),  # the overlong form of a slash
        (b'"\xed\xa0\x80"', "not UTF-8 at byte 1"),  # an encoded surrogate
        ("{}".encode("utf-16"), "not UTF-8 at byte 0"),
        ("{}".encode("utf-16-le"), "not JSON: "),
        (b'"\\ud800"', "an unpaired surrogate in a JSON string"),
        (b'{"\\uDFFF":1}', "an unpaired surrogate in a JSON string"),
        (b'["\\ud83d\\ud83d"]', "an unpaired surrogate in a JSON string"),
    ],
)
def test_what_is_no_json_is_named(octets, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        json_object.parse(octets)


def test_text_with_an_unpaired_surrogate_or_a_byte_order_mark_is_refused_too():
    with pytest.raises(ValueError, match=r"^an unpaired surrogate"):
        json_object.parse('"\ud800"')
    with pytest.raises(ValueError, match=r"^a byte order mark"):
        json_object.parse("\ufeff{}")


def test_a_pair_of_surrogates_is_one_character():
    assert json_object.parse(b'"\\ud83d\\ude00"') == ("\U0001f600", ())


@pytest.mark.parametrize(
    "number",
    [
        "9" * MILLION,
        "-" + "9" * MILLION,
        "9" * 5000,
        "9" * MILLION + ".0",
        "1" + "0" * MILLION + "e0",
        "1e" + "9" * MILLION,
    ],
    ids=["integer", "negative", "5,000 digits", "fraction", "power", "exponent"],
)
def test_enormous_numbers_are_refused(number):
    with pytest.raises(ValueError, match=r"^a JSON number with thousands of digits$|is beyond the numbers"):
        json_object.parse(f'{{"exp":{number}}}')


def test_long_but_finite_numbers_are_read():
    assert json_object.parse("9" * 4000)[0] == 10**4000 - 1
    assert json_object.parse("0." + "0" * MILLION + "1") == (0.0, ())
    assert json_object.parse("1" * 300 + ".5")[0] == float("1" * 300)
    assert math.copysign(1, json_object.parse("-0.0")[0]) == -1


@pytest.mark.parametrize("brackets", ["[]", '{"":}'], ids=["arrays", "objects"])
def test_nesting_is_bounded(brackets):
    opening, closing = brackets[:-1], brackets[-1]
    middle = "" if opening == "[" else "0"
    deepest = opening * json_object.MAX_DEPTH + middle + closing * json_object.MAX_DEPTH
    json_object.parse(deepest)
    for text in (f"[{deepest}]", f'{{"a":{deepest}}}', opening * MILLION):
        with pytest.raises(ValueError, match=r"^JSON nested deeper than 64$"):
            json_object.parse(text)


def test_only_nesting_counts_and_not_the_number_of_brackets():
    assert json_object.parse("[" + "[]," * 1000 + "[]]") == ([[]] * 1001, ())
    inside = "[{" * 1000 + '\\"' + "[" * 1000 + "\\\\"
    assert json_object.parse(f'["{inside}"]') == (["[{" * 1000 + '"' + "[" * 1000 + "\\"], ())


def test_brackets_that_close_nothing_do_not_hide_nesting():
    with pytest.raises(ValueError, match=r"^not JSON: expecting value at line 1 column 1$"):
        json_object.parse("]" * 10_000 + "[" * 10_000)
    with pytest.raises(ValueError, match=r"^not JSON: extra data at line 1 column 3$"):
        json_object.parse("[]" + "]" * 10_000 + "[" * 10_000)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("null", "null"),
        ("true", "boolean"),
        ("0", "number"),
        ("1.5", "number"),
        ('""', "string"),
        ("[]", "array"),
        ("{}", "object"),
    ],
)
def test_kinds_and_objects(text, kind):
    assert json_object.kind_of(json_object.parse(text)[0]) == kind
    if kind == "object":
        assert json_object.parse_object('{"a":1,"a":[]}') == ({"a": []}, ("a",))
        return
    with pytest.raises(ValueError, match=f"^JSON {kind} where an object is expected$"):
        json_object.parse_object(text)


def test_encoding_is_compact_and_keeps_the_order_and_the_characters():
    value = {"z": [1, 2.5, None, True], "a": {"b": "\u2019\U0001f600\u2028"}, "\u00e9": '"\\/\n'}
    assert json_object.encode(value).decode() == (
        '{"z":[1,2.5,null,true],"a":{"b":"\u2019\U0001f600\u2028"},"\u00e9":"\\"\\\\/\\n"}'
    )


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, "\ud800", {"\udfff": 1}])
def test_what_json_cannot_hold_is_not_encoded(value):
    with pytest.raises(ValueError):  # noqa: PT011 - the words are those of the standard library
        json_object.encode([value])


def depth_of(value):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return max(map(depth_of, inner), default=0) + isinstance(value, dict | list)


@given(VALUES)
def test_the_depth_of_a_text_is_that_of_its_value(value):
    many = [value, [], *[{}] * json_object.MAX_DEPTH]
    assert json_object._deepest(json.dumps(many, ensure_ascii=False)) == depth_of(many)
