import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.jose.entry_lines import entry_lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('{"keys": []}', []),
        ('{"keys": [{}]}', [1]),
        ('{"keys": [{}, {}]}', [1, 1]),
        ('{\n"keys": [\n{},\n\n{"a": [1, 2, {}]},\n7]}', [3, 5, 6]),
        ('{"a": [{}, {}],\n "keys":\n [\n{}\n]\n}', [4]),
        ('{"a": {"keys": [{}]},\n"keys": [{}]}', [2]),
        ('{"keys": [{"kid": "a\\"],[{\\n"},\n{}]}', [1, 2]),
        ('{"keys": [\n[1],\n{}]}', [2, 3]),
        ('{"x": "keys", "y": [\n{}]}', []),
        ('{"keys": 7}', []),
        ("[]", []),
        ("", []),
    ],
)
def test_lines_of_entries(text, lines):
    assert entry_lines(text) == lines


VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(VALUES, max_size=6), st.dictionaries(st.text(max_size=4).filter(lambda name: name != "keys"), VALUES))
def test_each_entry_has_its_line_in_indented_json(keys, others):
    """With an indent, an entry of the array is what follows eight spaces after the first of them."""
    text = json.dumps({**others, "keys": keys, "z": 1}, indent=4)
    rows = text.split("\n")
    lines = entry_lines(text)
    assert len(lines) == len(keys)
    for number, key in zip(lines, keys, strict=True):
        assert rows[number - 1].startswith(" " * 8)
        assert rows[number - 1].strip().startswith(json.dumps(key, indent=4)[:1])
