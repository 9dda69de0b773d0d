"""One key in several files is told once, with every place."""

from dataclasses import replace

from jwtctl.checks.places import together
from jwtctl.model import Confidence, Finding, Report, Severity, Subject


def finding(source, *, index=None, thumbprint="t", kid="k", message="m", fingerprint="f"):
    subject = Subject(source, index, 3, kid, thumbprint)
    return Finding("x-y", Severity.HIGH, Confidence.CERTAIN, message, subject, fingerprint=fingerprint)


def merged(*findings):
    return together(Report(findings, 1, 1)).findings


def test_the_same_key_in_three_files():
    (found,) = merged(finding("a"), finding("b", index=1), finding("c"))
    assert found.subject.source == "a"
    assert [(place.source, place.index) for place in found.subject.also] == [("b", 1), ("c", None)]


def test_what_differs_stays_apart():
    assert len(merged(finding("a"), finding("b", thumbprint="u", fingerprint="g"))) == 2
    assert len(merged(finding("a"), finding("b", kid="other"))) == 2
    assert len(merged(finding("a"), finding("b", message="n"))) == 2
    assert len(merged(finding("a"), replace(finding("b"), severity=Severity.LOW))) == 2


def test_secrets_and_sets_are_not_put_together():
    assert len(merged(finding("a", thumbprint=None), finding("b", thumbprint=None))) == 2


def test_one_place_is_listed_once():
    (found,) = merged(finding("a"), finding("a"))
    assert found.subject.also == ()
