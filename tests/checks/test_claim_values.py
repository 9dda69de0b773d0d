"""Every value inside claims, with its place."""

from jwtctl.checks.claim_values import MOST_VALUES, plain, texts, values


def test_values_with_their_places():
    found = [(value.at, value.name, value.depth) for value in values({"a/b": [{"c~": 1}, 2], "d": None})]
    assert found == [
        ("/claims/a~1b", "a/b", 1),
        ("/claims/a~1b/0", "a/b", 2),
        ("/claims/a~1b/0/c~0", "c~", 3),
        ("/claims/a~1b/1", "a/b", 2),
        ("/claims/d", "d", 1),
    ]
    assert [value.at for value in texts({"a": "x", "b": "", "c": 1}, "")] == ["/a"]


def test_no_more_than_so_many():
    assert sum(1 for _ in values({"a": [0] * 1_000_000})) == MOST_VALUES


def test_names_that_differ_in_spelling_only():
    assert {plain(name) for name in ("phone_number", "PhoneNumber", "urn:x/phone-number")} == {"phonenumber"}
