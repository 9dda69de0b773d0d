import io
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.model import Report, Severity
from jwtctl.render import junit
from tests.render import samples

SCHEMA = xmlschema.XMLSchema(Path(__file__).parents[1] / "vectors" / "junit-10.xsd")


def rendered(report):
    out = io.StringIO()
    junit.render(report, out)
    SCHEMA.validate(out.getvalue())
    return out.getvalue()


def test_a_check_is_a_test_case():
    assert rendered(samples.report("k<&>.json")) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<testsuites name="jwtctl audit-keys">\n'
        '<testsuite name="jwtctl audit-keys" tests="2" failures="1" errors="1" skipped="0">\n'
        '<testcase name="rsa-modulus-small" classname="jwtctl.audit-keys">'
        '<failure type="high" message="2 findings, the worst: a modulus of 1024 bits k&lt;&amp;&gt;.json">'
        "k&lt;&amp;&gt;.json:7, kid 'k&lt;&amp;&gt;.json': high: a modulus of 1024 bits k&lt;&amp;&gt;.json\n"
        "-: info (heuristic): odd\n\nWhat to do: Replace it.</failure></testcase>\n"
        '<testcase name="reading k&lt;&amp;&gt;.json" classname="jwtctl.audit-keys">'
        '<error type="unreadable" message="not a key: k&lt;&amp;&gt;.json"/></testcase>\n'
        "</testsuite>\n</testsuites>\n"
    )


@pytest.mark.parametrize(("threshold", "failures"), [(Severity.HIGH, "1"), (Severity.CRITICAL, "0")])
def test_what_does_not_fail_the_audit_fails_no_test(threshold, failures):
    suite = ET.fromstring(rendered(replace(samples.report(), fail_on=threshold)))[0]
    assert suite.get("failures") == failures
    assert len(suite.findall(".//failure")) == int(failures)
    assert len(suite.findall(".//system-out")) == 1 - int(failures)


def test_checks_that_found_nothing_pass():
    report = samples.report()
    suite = ET.fromstring(rendered(Report((), 1, 1, rules=report.rules)))[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("1", "0", "0")
    assert list(suite[0]) == []


def test_a_check_that_was_left_out_is_skipped_unless_it_found_something():
    report = samples.report()
    odd = replace(report.rules["rsa-modulus-small"], id="odd")
    left_out = replace(report, rules={**report.rules, "odd": odd}, left_out=("odd", "rsa-modulus-small"))
    suite = ET.fromstring(rendered(left_out))[0]
    assert (suite.get("skipped"), suite.get("failures")) == ("1", "1")
    assert [case.get("name") for case in suite if case.find("skipped") is not None] == ["odd"]


def test_an_audit_of_tokens_is_called_one():
    suite = ET.fromstring(rendered(replace(samples.report(), about="tokens")))[0]
    assert suite.get("name") == "jwtctl audit-tokens"
    assert {case.get("classname") for case in suite} == {"jwtctl.audit-tokens"}


@given(st.text(st.characters(), max_size=40) | st.just(samples.HOSTILE))
def test_any_text_keeps_to_the_schema(hostile):
    rendered(samples.report(hostile))
