"""NAME=VALUE options and JSON arguments, as `sign` takes them."""

from __future__ import annotations

import pytest

from jwtctl.cli.members import json_argument, members
from jwtctl.errors import InputError, UsageError


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["a=1"], {"a": "1"}),
        (["a="], {"a": ""}),
        (["a=b=c"], {"a": "b=c"}),
        (["a:=1"], {"a": 1}),
        (["a:=null", "b:=true", 'c:=["x", 1.5]'], {"a": None, "b": True, "c": ["x", 1.5]}),
        (["a=:=1"], {"a": ":=1"}),
        (["a.b=x", "a.c:=2"], {"a": {"b": "x", "c": 2}}),
        ([r"https://example\.com/role=x"], {"https://example.com/role": "x"}),
        (['a:={"b": 1}', "a.c=2"], {"a": {"b": 1, "c": "2"}}),
        (["a=1", "a=2"], {"a": "2"}),
        (["a.=x"], {"a": {"": "x"}}),
        (["é=ü"], {"é": "ü"}),
    ],
)
def test_members(options, expected):
    assert members(options, "--claim") == expected


@pytest.mark.parametrize("option", ["", "a", "=x", ":=1", "=", ":="])
def test_what_is_no_name_and_value(option):
    with pytest.raises(UsageError, match="is not NAME=VALUE") as caught:
        members([option], "--claim")
    assert caught.value.hint == "--claim name=text, or --claim name:=json"


@pytest.mark.parametrize("text", ["", "x", "{", "[1,]", "NaN", "-Infinity", "1e400", '"\ud800"', "[" * 200, "9" * 5000])
def test_bad_json_is_refused_and_text_offered(text):
    with pytest.raises(UsageError, match=r"^--claim a:= takes JSON: ") as caught:
        members([f"a:={text}"], "--claim")
    assert caught.value.hint == "--claim a=text takes text"


def test_a_name_cannot_nest_inside_a_text():
    with pytest.raises(UsageError, match="'a' is already set to something that is no object"):
        members(["a=1", "a.b=2"], "--claim")


def test_a_repeated_name_inside_json_is_refused():
    with pytest.raises(UsageError, match="member 'x' stands twice"):
        members(['a:={"x": 1, "x": 2}'], "--claim")


def test_a_deep_name_is_refused():
    with pytest.raises(UsageError, match="nested"):
        members([".".join("a" * 5000) + "=1"], "--claim")


def test_a_json_argument_is_itself_or_a_file(tmp_path, monkeypatch):
    path = tmp_path / "claims.json"
    path.write_text('{"a": 1}')
    assert json_argument('{"a": 1}', "--claims") == json_argument(f"@{path}", "--claims") == {"a": 1}
    monkeypatch.setenv("CLAIMS", '{"a": 2}')
    assert json_argument("@env:CLAIMS", "--claims") == {"a": 2}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "JSON array where an object is expected"),
        ("null", "JSON null where an object is expected"),
        ("", "not JSON"),
        ("{'a': 1}", "not JSON: .* at line 1 column 2"),
        ('{"a": 1, "a": 2}', "member 'a' stands twice"),
        ('{"a": 1e999}', "beyond the numbers that JSON readers agree on"),
        ("@/nosuch", "no such file"),
        ("{" + " " * 1024 * 1024, "longer than 1,048,576 bytes"),
    ],
)
def test_what_is_no_json_object(text, message):
    with pytest.raises(InputError, match=message):
        json_argument(text, "--claims")
