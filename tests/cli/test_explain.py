"""`jwtctl explain`."""

import json

import pytest

from jwtctl.checks.base import all_checks

CHECKS = {check.id: check.info() for check in all_checks()}


@pytest.mark.parametrize("id_", CHECKS)
def test_every_check_is_explained(run, id_):
    code, out, err = run("explain", id_)
    assert (code, err) == (0, "")
    rule = CHECKS[id_]
    head, title, _, why, *_ = out.splitlines()
    assert head == f"{id_} ({rule.severity.word})"
    assert (title, why) == (rule.title, "Why it matters")
    words = " ".join(out.split())
    assert rule.why in words
    assert rule.remedy in words
    assert all(f"  {cite}\n" in out for cite in rule.cites)
    assert max(map(len, out.splitlines())) <= 120


def test_the_list(run):
    code, out, err = run("explain", "--list")
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == sorted(CHECKS)


def test_as_json(run):
    document = json.loads(run("explain", "--list", "--json").out)
    assert document["schema"] == "jwtctl.rules/1"
    assert [rule["id"] for rule in document["rules"]] == sorted(CHECKS)
    (rule,) = json.loads(run("explain", "oct-short", "--json").out)["rules"]
    assert list(rule) == ["id", "severity", "title", "why", "remedy", "cites", "proof"]


@pytest.mark.parametrize(
    ("argv", "error", "hint"),
    [
        ((), "no check is named", "jwtctl explain --list names them all"),
        (("nosuch",), "no check is called 'nosuch'", "jwtctl explain --list names them all"),
        (("oct-shorts",), "no check is called 'oct-shorts'", "did you mean oct-short?"),
    ],
)
def test_what_is_not_known(run, argv, error, hint):
    code, out, err = run("explain", *argv)
    assert (code, out) == (2, "")
    assert err.startswith(f"jwtctl: error: {error}\n")
    assert err.splitlines()[1].startswith(f"jwtctl: hint: {hint.rstrip('?')}")
