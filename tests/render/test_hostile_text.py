"""Whatever an attacker writes into a token, key, file name or server answer, no output carries a control character."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.render import github, json_v1, sarif, text
from tests.render import samples

PROOF = {"exponent_identity": True}


def outputs(hostile):
    yield lambda out: text.verdict(samples.verdict(hostile, ok=False), out, color=False)
    yield lambda out: text.token(samples.token(hostile), out, now=0, color=False)
    yield lambda out: text.report(samples.report(hostile), out, color=False)
    yield lambda out: text.recovery(samples.recovery(hostile), out, proof=PROOF, forged_token=hostile)
    yield lambda out: text.key_set_diff(samples.difference(hostile), out, color=False)
    yield lambda out: text.keys([{"key": hostile, "kid": hostile, "certificates": [{"a": hostile}]}], out, color=False)
    yield lambda out: json_v1.write(json_v1.verdict(samples.verdict(hostile)), out)
    yield lambda out: json_v1.line(json_v1.token(samples.token(hostile)), out)
    yield lambda out: json_v1.write(json_v1.report(samples.report(hostile)), out)
    yield lambda out: json_v1.write(json_v1.key_set_diff(samples.difference(hostile)), out)
    yield lambda out: sarif.render(samples.report(hostile), out)
    yield lambda out: github.render(samples.report(hostile), out)


def check(hostile):
    for output in outputs(hostile):
        out = io.StringIO()
        output(out)
        written = out.getvalue()
        written.encode()
        assert not [character for character in written if character != "\n" and not character.isprintable()]


def test_the_hostile_sample():
    check(samples.HOSTILE)


@given(st.text(st.characters(), max_size=30))
def test_any_text(hostile):
    check(hostile)


@pytest.mark.parametrize("hostile", [samples.HOSTILE, "\n::error file=x::y", "##[error]x"])
def test_no_text_begins_a_workflow_command_of_its_own(hostile):
    out = io.StringIO()
    github.render(samples.report(hostile), out)
    lines = out.getvalue().splitlines()
    assert len(lines) == 4
    assert [line.partition(" ")[0] for line in lines] == ["::error", "::notice", "::error", "jwtctl:"]


def test_json_keeps_the_hostile_text_itself():
    out = io.StringIO()
    json_v1.write(json_v1.verdict(samples.verdict(samples.HOSTILE)), out)
    assert json.loads(out.getvalue())["claims"]["sub"] == samples.HOSTILE
