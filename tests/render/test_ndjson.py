import io
import json
from dataclasses import replace

from jwtctl.render import json_v1, ndjson
from tests.render import samples


def lines(report):
    out = io.StringIO()
    ndjson.render(report, out)
    assert out.getvalue().endswith("\n")
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_each_finding_and_input_has_a_line_and_the_summary_is_last():
    report = replace(samples.report("k.json\n"), left_out=("rsa-low-hamming",))
    whole = json_v1.report(report)
    first, second, unreadable, summary = lines(report)
    assert [first, second] == [{"schema": "jwtctl.finding/1", **finding} for finding in whole["findings"]]
    assert unreadable == {"schema": "jwtctl.unreadable/1", "source": "k.json\n", "message": "not a key: k.json\n"}
    assert summary == {"schema": "jwtctl.summary/1", **whole["summary"], "fixed": [], "left_out": ["rsa-low-hamming"]}
