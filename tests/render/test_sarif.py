import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from jwtctl.render import sarif
from tests.render import samples

SCHEMA = json.loads((Path(__file__).parent.parent / "vectors" / "sarif-schema-2.1.0.json").read_text())
VALIDATOR = jsonschema.Draft7Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize("text", ["keys/a.json", "/abs/ä b.pem", "-", "https://id.example/jwks.json", samples.HOSTILE])
def test_every_document_fits_the_published_schema(text):
    VALIDATOR.validate(sarif.document(samples.report(text)))


def test_the_schema_would_catch_a_mistake():
    document = sarif.document(samples.report())
    document["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(document)


def test_a_result_points_at_its_line_and_carries_its_fingerprint_and_witness():
    run = sarif.document(samples.report())["runs"][0]
    result = run["results"][0]
    assert result["ruleId"] == run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "rsa-modulus-small"
    assert result["level"] == "error"
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "keys/a.json"},
        "region": {"startLine": 7},
    }
    assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "keys/1/n"
    assert result["partialFingerprints"] == {"jwtctl/v1": "0123"}
    assert result["properties"]["witness"]["p"] == "0x5"


def test_no_text_becomes_a_link_or_a_placeholder():
    run = sarif.document(samples.report("[pay](https://evil.example) {0}"))["runs"][0]
    shown = r"\[pay\](https://evil.example) {{0}}"
    assert run["results"][0]["message"]["text"] == f"a modulus of 1024 bits {shown}"
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == f"not a key: {shown}"


def test_a_rule_states_how_bad_and_how_sure_it_is():
    certain = replace(samples.report(), findings=samples.report().findings[:1])
    for report, precision in ((certain, "very-high"), (samples.report(), "medium")):
        rule = sarif.document(report)["runs"][0]["tool"]["driver"]["rules"][0]
        assert rule["defaultConfiguration"] == {"level": "error"}
        assert rule["properties"]["security-severity"] == "8.0"
        assert rule["properties"]["precision"] == precision


def test_a_check_that_failed_makes_the_run_unsuccessful():
    report = replace(samples.report(), unreadable=())
    failed = replace(report.findings[0], id="check-failed")
    for findings, successful in ((report.findings, True), ((failed,), False)):
        run = sarif.document(replace(report, findings=findings))["runs"][0]
        assert run["invocations"][0]["executionSuccessful"] is successful


def test_an_unreadable_input_makes_the_run_unsuccessful():
    invocation = sarif.document(samples.report())["runs"][0]["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "not a key: keys/a.json"


def test_searches_that_were_left_out_are_a_note_and_the_run_is_a_success():
    report = replace(samples.report(), unreadable=(), left_out=("rsa-low-hamming", "rsa-prime-ratio"))
    invocation = sarif.document(report)["runs"][0]["invocations"][0]
    told = "with so many keys the long searches were left out of rsa-low-hamming, rsa-prime-ratio"
    assert invocation == {
        "executionSuccessful": True,
        "toolExecutionNotifications": [{"level": "note", "message": {"text": told}}],
    }


@pytest.mark.parametrize(
    ("source", "uri"),
    [
        ("keys/a.pem", "keys/a.pem"),
        ("./a b.pem", "a%20b.pem"),
        ("/k/a.pem", "file:///k/a.pem"),
        ("-", "stdin"),
        ("https://id.example/a?b=c", "https://id.example/a?b=c"),
        ("https://id.example/ä%20b%zz", "https://id.example/%C3%A4%20b%25zz"),
        ("../k//a#1?.pem", "../k/a%231%3F.pem"),
        ("env:KEY", "env%3AKEY"),
        ("b\udcff.pem", "b%FF.pem"),
        ("b\ud800.pem", "b%5Cud800.pem"),
    ],
)
def test_sources_become_uris(source, uri):
    report = samples.report(source)
    result = sarif.document(report)["runs"][0]["results"][0]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri
