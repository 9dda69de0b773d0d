"""The page of keys over time, read back as a browser's parser would."""

from __future__ import annotations

import io
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from jwtctl.model import Timeline
from jwtctl.render import timeline_html
from tests.render import samples


class Outline(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.attributes = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        self.tags.append(f"/{tag}")


def rendered(result):
    out = io.StringIO()
    timeline_html.render(result, out)
    return out.getvalue()


def test_what_the_page_says():
    text = rendered(samples.timeline())
    assert "<h1>Keys over time: 1 moment now or ahead at which something breaks</h1>" in text
    assert "<p>2 keys dropped earlier.</p>" in text
    assert "the keys are rotated by hand" in text
    assert text.count("<article ") == 2
    assert '<article class="info">\n<p><span class="word">service</span></p>\n<h3>silence k1</h3>' in text
    assert (
        '<article class="high">\n<p><span class="word">token</span> <code>k1</code></p>\n<h3>stranded k1</h3>' in text
    )
    assert (
        "<tr><td>k1</td><td></td><td>1970-01-01T00:00:00Z</td><td>1970-01-01T00:08:20Z</td>"
        "<td>1970-01-01T00:08:21Z (revoked)</td></tr>"
    ) in text


def test_nothing_breaks():
    text = rendered(Timeline(5, 0, 10))
    assert "<h1>Keys over time: nothing breaks from now on</h1>" in text
    assert "<p>Nothing.</p>" in text
    past = replace(samples.timeline(), now=1000)
    assert "<h1>Keys over time: nothing breaks from now on</h1>" in rendered(past)


def test_the_page_loads_and_runs_nothing():
    text = rendered(samples.timeline())
    outline = Outline(text)
    assert not {"script", "img", "iframe", "link", "object", "base", "form", "a"} & set(outline.tags)
    assert not [name for name, _ in outline.attributes if name.startswith("on") or name in {"src", "href", "style"}]
    assert "default-src 'none'" in text


@pytest.mark.parametrize("hostile", [samples.HOSTILE, "<script>alert(1)</script>", "</style><b>", "\"'><img src=x>"])
def test_hostile_text_is_text(hostile):
    assert Outline(rendered(samples.timeline(hostile))).tags == Outline(rendered(samples.timeline())).tags
