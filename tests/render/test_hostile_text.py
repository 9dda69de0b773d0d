"""Whatever an attacker writes into a token, key, file name or server answer, no output carries a control character."""

import io
import json
import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from jwtctl.model import KeyRef, KeySetDiff
from jwtctl.render import (
    github,
    gitlab,
    json_v1,
    junit,
    ndjson,
    sarif,
    text,
    timeline_html,
    timeline_svg,
)
from tests.render import samples

PROOF = {"exponent_identity": True}
COMMANDS = {
    *("add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice"),
    *("remove-matcher", "save-state", "set-env", "set-output", "stop-commands", "warning"),
}
PIECES = st.sampled_from(
    ["::", "##", "[", "]", "#", "error", "::error ", "::add-mask::", "##vso[", "\n", " ", "'", "%"]
)
HOSTILE = st.text(st.characters(), max_size=30) | st.lists(PIECES, max_size=8).map("".join)


def hostile_in_every_field(hostile):
    """The samples with hostile text also where a sample for reading has a plain one."""
    verdict = samples.verdict(hostile, ok=False)._replace(
        header={hostile: [hostile]},
        claims={hostile: {hostile: hostile}},
        key=KeyRef(hostile, hostile, hostile),
    )
    token = samples.token(hostile)._replace(header={hostile: hostile}, claims={hostile: 1, "exp": hostile})
    plain = samples.report(hostile)
    findings = [
        replace(
            finding,
            at=hostile,
            witness={hostile: [hostile]},
            cites=(hostile,),
            fingerprint=hostile,
            subject=replace(finding.subject, source=hostile, kid=hostile, thumbprint=hostile),
        )
        for finding in plain.findings
    ]
    change = replace(samples.difference(hostile).changes[0], thumbprint=hostile)
    return verdict, token, replace(plain, findings=tuple(findings)), KeySetDiff((change,))


def outputs(hostile):
    verdict, token, report, difference = hostile_in_every_field(hostile)
    payload = token._replace(claims=None, payload=hostile.encode("utf-8", "surrogatepass"))
    recovery = samples.recovery(hostile)
    keys = [{"key": hostile, "kid": hostile, "key_ops": [hostile], "certificates": [{"a": hostile}]}]
    yield lambda out: text.verdict(verdict, out, color=False)
    yield lambda out: text.token(token, out, now=0, color=False)
    yield lambda out: text.token(payload, out, now=0, color=False)
    yield lambda out: text.report(report, out, color=False)
    yield lambda out: text.recovery(recovery, out, proof=PROOF, forged_token=hostile)
    yield lambda out: text.key_set_diff(difference, out, color=False)
    yield lambda out: text.keys(keys, out, color=False)
    yield lambda out: text.timeline(samples.timeline(hostile), out, width=80, color=False)
    yield lambda out: text.watch(samples.watch(hostile), out, color=False)
    yield lambda out: json_v1.write(json_v1.verdict(verdict), out)
    yield lambda out: json_v1.line(json_v1.token(token), out)
    yield lambda out: json_v1.write(json_v1.report(report), out)
    yield lambda out: json_v1.write(json_v1.recovery(recovery, proof=PROOF, forged_token=hostile), out)
    yield lambda out: json_v1.write(json_v1.key_set_diff(difference), out)
    yield lambda out: json_v1.write(json_v1.keys(keys), out)
    yield lambda out: json_v1.write(json_v1.timeline(samples.timeline(hostile)), out)
    yield lambda out: json_v1.line(json_v1.watch(samples.watch(hostile)), out)
    yield lambda out: out.write(timeline_svg.picture(samples.timeline(hostile)))
    yield lambda out: timeline_html.render(samples.timeline(hostile), out)
    yield lambda out: sarif.render(report, out)
    yield lambda out: junit.render(report, out)
    yield lambda out: gitlab.render(report, out)
    yield lambda out: ndjson.render(report, out)


def check(hostile):
    for output in (*outputs(hostile), lambda out: github.render(hostile_in_every_field(hostile)[2], out)):
        out = io.StringIO()
        output(out)
        written = out.getvalue()
        written.encode()
        assert not [character for character in written if character != "\n" and not character.isprintable()]
        assert not re.search(r"##\w*\[", written)


def obeyed(line):
    """Whether GitHub's runner takes a line for a command (actions/runner, ActionCommand.cs, TryParseV2)."""
    name, end, _ = line.strip().removeprefix("::").partition("::")
    return line.strip().startswith("::") and end and name.partition(" ")[0].lower() in COMMANDS


def check_that_no_line_is_a_command(hostile):
    for output in outputs(hostile):
        out = io.StringIO()
        output(out)
        assert not [line for line in out.getvalue().split("\n") if obeyed(line)]


def test_the_hostile_sample():
    check(samples.HOSTILE)


@example("\ud800")
@given(HOSTILE)
def test_any_text(hostile):
    check(hostile)


@example("\ud800")
@given(HOSTILE)
def test_no_line_of_any_other_format_is_a_command(hostile):
    check_that_no_line_is_a_command(hostile)


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
