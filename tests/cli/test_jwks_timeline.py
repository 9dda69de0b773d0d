"""`jwtctl jwks timeline`: of a store that `jwks rotate` made."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import NOON

DAY, HOUR = 86_400, 3_600


@pytest.fixture
def timeline(run, tmp_path, monkeypatch):
    """Run `jwks timeline store` two hours after the first rotation of a daily store."""
    monkeypatch.chdir(tmp_path)
    for seconds, *options in ((0, "--init", "--every", "1d", "--cache-ttl", "15m"), (DAY,), (DAY + 2 * HOUR,)):
        assert run("jwks", "rotate", "store", *options, "--at", NOON + seconds).code == 0

    def timeline_(*options, seconds=DAY + 2 * HOUR):
        return run("jwks", "timeline", "store", "--at", NOON + seconds, *options)

    return timeline_


def test_in_a_pipe(timeline, monkeypatch):
    code, out, err = timeline("--ahead", "2d")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    first, second, third, fourth, fifth = (line.split()[-1] for line in lines[:5])
    assert set(first) == {"#", "~"}
    assert set(second) == set(third) == {".", "#", "~"}
    assert (set(fourth), set(fifth)) == ({".", "#"}, {"."})
    assert lines[5].strip() == "^ now 2030-03-18T19:46:40Z"
    assert lines[6].split() == ["2030-03-17T17:46:40Z", "2030-03-20T19:46:40Z"]
    assert lines[-1] == "nothing breaks from now on"
    assert max(map(len, lines)) < 100
    assert out.isascii() or "…" in out
    monkeypatch.setenv("COLUMNS", "70")
    narrow = timeline("--ahead", "2d").out.splitlines()
    assert max(map(len, narrow[:7])) == 69
    monkeypatch.setenv("COLUMNS", "10")
    assert timeline("--ahead", "2d").code == 0


def test_the_columns_are_where_the_times_are(timeline, monkeypatch):
    """74 hours in 74 columns; the second rotation comes 300 s before its hour, and what is short counts for more."""
    monkeypatch.setenv("COLUMNS", "101")
    lines = timeline("--ahead", "2d").out.splitlines()
    assert lines[5].index("^") == 26 + 26
    assert lines[0][26:] == "#" * 24 + "~~"
    assert lines[1][26:] == "." * 24 + "#" * 23 + "~~"


def test_colour(timeline):
    assert "\x1b[32m" in timeline("--color", "always").out
    assert "\x1b" not in timeline().out


def test_as_json(timeline):
    document = json.loads(timeline("--json", "--max-ttl", "1h", "--back", "1h", "--ahead", "1d").out)
    assert list(document) == ["schema", "now", "begin", "end", "rotated_by_hand", "keys", "earlier", "breaks"]
    assert document["schema"] == "jwtctl.timeline/1"
    assert (document["begin"], document["end"]) == (NOON + DAY + HOUR, NOON + 2 * DAY + 2 * HOUR)
    assert [key["foreseen"] for key in document["keys"]] == [False, False, False, True]
    assert list(document["keys"][0]) == ["kid", "foreseen", "spans", "gone", "revoked"]
    assert document["keys"][1]["spans"][1] == {"state": "active", "begin": NOON + DAY, "end": NOON + 2 * DAY - 300}


def test_a_proposal_that_breaks_something(timeline):
    code, out, err = timeline("--max-ttl", "5m", "--every", "12h", seconds=DAY + 2 * HOUR)
    assert (code, err) == (0, "")
    code, out, _ = timeline("--max-ttl", "5m", "--every", "90m")
    assert code == 1
    assert "  token     " in out
    assert out.endswith("1 moment now or ahead at which something breaks\n")
    code, out, _ = timeline("--cache-ttl", "2d")
    assert code == 1
    assert "  schedule  it cannot be kept: a new key every 86400 s" in out


def test_what_was_proposed_is_not_done(timeline, tmp_path):
    before = {path.name: path.read_bytes() for path in (tmp_path / "store").iterdir()}
    timeline("--every", "1h", "--format", "html")
    assert {path.name: path.read_bytes() for path in (tmp_path / "store").iterdir()} == before


@pytest.mark.parametrize(
    ("form", "start"), [("svg", "<svg "), ("html", "<!doctype html>"), ("json", "{"), ("text", "")]
)
def test_to_a_file(timeline, tmp_path, form, start):
    assert timeline("--format", form).out.startswith(start)
    assert timeline("--format", form, "-o", tmp_path / "out", "--color", "always")[:2] == (0, "")
    assert (tmp_path / "out").read_text() == timeline("--format", form).out
    assert timeline("--format", form, "-o", tmp_path / "out").code == 2
    assert timeline("--format", form, "-o", tmp_path / "out", "--force").code == 0


def test_no_secret_is_shown(timeline, tmp_path):
    secrets = [key["d"] for key in json.loads((tmp_path / "store/store.json").read_bytes())["keys"]]
    for form in ("text", "json", "svg", "html"):
        out = timeline("--format", form).out
        assert not [secret for secret in secrets if secret in out]


@pytest.mark.parametrize(
    ("options", "code", "error"),
    [
        (("--format", "png"), 2, "--format 'png' is not known"),
        (("--ahead", "x"), 2, "--ahead: 'x' is no duration"),
        (("--back", "x"), 2, "--back: 'x' is no duration"),
        (("--every", "x"), 2, "--every: 'x' is no duration"),
        (("--every", "0", "--cache-ttl", "0"), 2, "more than 1000 keys would be made until then"),
        (("--at", "0"), 3, "the clock says 0"),
    ],
)
def test_what_is_not_drawn(timeline, options, code, error):
    outcome = timeline(*options)
    assert outcome[:2] == (code, "")
    assert outcome.err.startswith(f"jwtctl: error: {error}")


def test_a_directory_that_is_no_store(run, tmp_path):
    outcome = run("jwks", "timeline", tmp_path)
    assert outcome[:2] == (3, "")
    assert "store.json' is missing" in outcome.err
