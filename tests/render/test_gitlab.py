import io
import json
from dataclasses import replace

from jwtctl.render import gitlab
from tests.render import samples

SEVERITIES = {"info", "minor", "major", "critical", "blocker"}


def rendered(report):
    out = io.StringIO()
    gitlab.render(report, out)
    return json.loads(out.getvalue())


def test_an_issue():
    first, second, unreadable = rendered(samples.report("./keys/a.json"))
    fingerprint = first.pop("fingerprint")
    assert first == {
        "description": "a modulus of 1024 bits ./keys/a.json (kid './keys/a.json')",
        "check_name": "rsa-modulus-small",
        "severity": "critical",
        "location": {"path": "keys/a.json", "lines": {"begin": 7}},
    }
    assert len(fingerprint) == 64
    assert second["location"] == {"path": "-", "lines": {"begin": 1}}
    assert (unreadable["check_name"], unreadable["severity"]) == ("unreadable", "critical")
    assert {issue["severity"] for issue in (first, second, unreadable)} <= SEVERITIES


def test_the_same_key_in_two_files_is_two_issues_with_lasting_fingerprints():
    report = samples.report()
    finding = report.findings[0]
    moved = replace(finding, subject=replace(finding.subject, source="other.json"))
    prints = [issue["fingerprint"] for issue in rendered(replace(report, findings=(finding, moved), unreadable=()))]
    assert len(set(prints)) == 2
    assert prints[0] == rendered(samples.report())[0]["fingerprint"]


def test_nothing_to_report():
    assert rendered(replace(samples.report(), findings=(), unreadable=())) == []
