"""What a policy and a baseline make of a report."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.checks.suppression import (
    Baseline,
    Known,
    baseline_document,
    decided,
    is_at,
    matches,
    read_baseline,
    without_known,
)
from jwtctl.errors import PolicyError
from jwtctl.model import (
    CheckInfo,
    Confidence,
    Finding,
    Ignore,
    KeyProblem,
    Place,
    Policy,
    Report,
    Severity,
    Subject,
)

TODAY = dt.date(2030, 6, 1)


def finding(id_="oct-short", source="keys/a.jwk", kid="k", fingerprint="f1", severity=Severity.HIGH):
    return Finding(id_, severity, Confidence.CERTAIN, "said", Subject(source, kid=kid), fingerprint=fingerprint)


def report(*findings):
    ids = {"oct-short", "oct-empty", *(each.id for each in findings)}
    rules = {id_: CheckInfo(id_, Severity.HIGH, "t", "w", "r", ("RFC 0",), "p") for id_ in ids}
    return Report(tuple(findings), 1, 1, rules=rules)


@pytest.mark.parametrize(
    ("pattern", "fitting", "others"),
    [
        ("services/**", ["services/a.pem", "services/x/y/a.pem", "./services/a.pem", "repo/services/a.pem"], ["servicesx/a", "services"]),
        ("*.jwk", ["a.jwk", "x/y/a.jwk", "/abs/a.jwk"], ["a.jwks", "a.jwk/b"]),
        ("keys/*.pem", ["keys/a.pem", "/srv/keys/a.pem"], ["keys/x/a.pem", "mykeys/a.pem"]),
        ("keys/**/old.pem", ["keys/old.pem", "keys/a/b/old.pem"], ["keys/a/older.pem"]),
        ("/srv/*.pem", ["/srv/a.pem"], ["/x/srv/a.pem", "/srv/x/a.pem"]),
        ("a?.pem", ["ab.pem"], ["a/.pem", "abc.pem"]),
        ("a.pem", ["a.pem", "x/a.pem"], ["aXpem", "xa.pem"]),
        ("https://id.example/**", ["https://id.example/jwks.json"], ["https://id.example.org/jwks.json"]),
    ],
)  # fmt: skip
def test_patterns_of_paths(pattern, fitting, others):
    assert [source for source in fitting if not is_at(pattern, source)] == []
    assert [source for source in others if is_at(pattern, source)] == []


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_pattern_and_source_have_an_answer(pattern, source):
    assert is_at(pattern, source) in {True, False}


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (Ignore("r", id="oct-short"), True),
        (Ignore("r", id="oct-empty"), False),
        (Ignore("r", path="keys/**"), True),
        (Ignore("r", path="other/**"), False),
        (Ignore("r", kid="k"), True),
        (Ignore("r", kid="x"), False),
        (Ignore("r", fingerprint="f1"), True),
        (Ignore("r", fingerprint="f2"), False),
        (Ignore("r", id="oct-short", path="keys/**", kid="k", fingerprint="f1"), True),
        (Ignore("r", id="oct-short", path="other/**"), False),
    ],
)
def test_an_entry_is_about_what_fits_all_that_it_states(entry, expected):
    assert matches(entry, finding()) is expected


def test_a_failed_check_is_never_ignored():
    assert not matches(Ignore("r", path="**"), finding("check-failed"))
    kept = without_known(report(finding("check-failed", fingerprint="f")), Baseline({"f": Known("x", "a.jwk")}))
    assert len(kept.findings) == 1


def test_ignored_findings_are_left_out_and_counted():
    found = decided(
        report(finding(), finding("oct-empty", fingerprint="f2")), Policy(ignores=(Ignore("r", id="oct-short"),)), TODAY
    )
    assert ([each.id for each in found.findings], found.suppressed) == (["oct-empty"], 1)


@pytest.mark.parametrize(("days", "ids"), [(1, []), (0, []), (-1, ["oct-short", "ignore-expired"])])
def test_an_entry_counts_until_its_last_day_and_then_is_a_finding(days, ids):
    entry = Ignore("migrating", id="oct-short", expires=TODAY + dt.timedelta(days), line=7)
    found = decided(report(finding()), Policy("jwtctl.toml", ignores=(entry,)), TODAY)
    assert [each.id for each in found.findings] == ids
    if ids:
        assert found.findings[1].message == "the entry for 'oct-short' expired on 2030-05-31; its reason was: migrating"
        assert found.findings[1].subject == Subject("jwtctl.toml", line=7)
        assert "ignore-expired" in found.rules


def test_severities_are_the_teams():
    found = decided(
        report(finding(severity=Severity.LOW), finding("oct-empty", severity=Severity.MEDIUM)),
        Policy(severities={"oct-short": Severity.CRITICAL}),
        TODAY,
    )
    assert [(each.id, each.severity) for each in found.findings] == [
        ("oct-short", Severity.CRITICAL),
        ("oct-empty", Severity.MEDIUM),
    ]
    assert found.rules["oct-short"].severity is Severity.CRITICAL


def test_only_new_findings_count_and_fixed_ones_are_named():
    old = [finding(fingerprint="a"), finding("oct-empty", "keys/b.jwk", None, "b")]
    baseline = read_baseline(baseline_document(old), "baseline.json")
    found = without_known(report(finding(source="moved/a.jwk", fingerprint="a"), finding(fingerprint="c")), baseline)
    assert ([each.fingerprint for each in found.findings], found.suppressed) == (["c"], 1)
    assert found.fixed == ("oct-empty in keys/b.jwk",)


def test_what_was_not_looked_at_is_not_fixed():
    old = [finding("oct-empty", "keys/b.jwk", None, "b")]
    baseline = read_baseline(baseline_document(old), "baseline.json")
    looked = report()
    for unknown in (
        replace(looked, rules={}),
        replace(looked, left_out=("oct-empty",)),
        replace(looked, unreadable=(KeyProblem(Place("keys/b.jwk"), "permission denied"),)),
        replace(looked, findings=(finding("check-failed", fingerprint="check-failed:oct-empty"),)),
    ):
        assert without_known(unknown, baseline).fixed == ()
    assert without_known(looked, baseline).fixed == ("oct-empty in keys/b.jwk",)


def test_a_baseline_is_sorted_and_holds_each_finding_once():
    octets = baseline_document([finding(fingerprint="b"), finding(fingerprint="a"), finding(fingerprint="b")])
    assert [entry["fingerprint"] for entry in json.loads(octets)["findings"]] == ["a", "b"]
    assert octets.count(b"\n") == 4
    assert json.loads(baseline_document([])) == {"schema": "jwtctl.baseline/1", "findings": []}


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (b"", "'b' is no baseline: not JSON"),
        (b"[]", "'b' is no baseline: JSON array where an object"),
        (b"{}", "'b' is no baseline of schema 'jwtctl.baseline/1'"),
        (b'{"schema": "jwtctl.baseline/2", "findings": []}', "'b' is no baseline of schema"),
        (b'{"schema": "jwtctl.baseline/1", "findings": {}}', "'b' is no baseline of schema"),
        (b'{"schema": "jwtctl.baseline/1", "findings": [7]}', "'b': entry 0 needs a fingerprint"),
        (b'{"schema": "jwtctl.baseline/1", "findings": [{"id": "x"}]}', "'b': entry 0 needs a fingerprint"),
    ],
)
def test_what_is_no_baseline(octets, message):
    with pytest.raises(PolicyError, match=message):
        read_baseline(octets, "b")
