"""The picture of keys over time, read back as XML."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.model import KeyState, Timeline
from jwtctl.render import timeline_svg
from tests.render import samples

SVG = "{http://www.w3.org/2000/svg}"


def picture(result):
    return ET.fromstring(timeline_svg.picture(result))


def bars(root):
    return [
        (rect.get("class"), float(rect.get("x")), float(rect.get("width")))
        for rect in root.iter(f"{SVG}rect")
        if rect.find(f"{SVG}title") is not None
    ]


def test_bars_stand_where_their_times_are():
    """750 units are a thousand seconds, from 210 on."""
    assert bars(picture(samples.timeline())) == [
        ("active", 210, 375),
        ("retiring foreseen", 585, 1.5),
        ("pending", 210, 375),
        ("active foreseen", 585, 375),
        ("pending foreseen", 585, 375),
    ]


def test_what_it_says():
    root = picture(samples.timeline())
    words = [element.text for element in root.iter(f"{SVG}text")]
    assert {"k1", "k2", "next-1", "now", "pending", "active", "retiring"} <= set(words)
    assert words[0] == "1970-01-01 00:00Z"
    titles = [element.text for element in root.iter(f"{SVG}title")]
    assert "k1: active from 1970-01-01 00:00Z to 1970-01-01 00:08Z" in titles
    assert "1970-01-01 00:08Z: token breaks: stranded k1" in titles
    assert root.get("aria-label").endswith("2 moments of breakage")


def test_breakages_stand_in_the_row_of_their_key():
    root = picture(samples.timeline())
    marks = [path.get("d") for path in root.iter(f"{SVG}path") if path.find(f"{SVG}title") is not None]
    assert marks == ["M285.0 32 l6 10 h-12 z", "M585.8 42 l6 10 h-12 z"]


def test_a_span_that_ended_before_is_not_drawn():
    late = replace(samples.timeline(), begin=600, now=700)
    assert [name for name, *_ in bars(picture(late))] == ["active", "pending foreseen"]


def test_nothing_to_draw():
    assert bars(picture(Timeline(5, 5, 5))) == []


@pytest.mark.parametrize("hostile", [samples.HOSTILE, "</text><script>alert(1)</script>", "]]><![CDATA[", "&x;"])
def test_hostile_text_is_text(hostile):
    text = timeline_svg.picture(samples.timeline(hostile))
    plain = picture(samples.timeline())
    assert [element.tag for element in ET.fromstring(text).iter()] == [element.tag for element in plain.iter()]


@given(st.text(st.characters(), max_size=60))
def test_any_text_leaves_the_picture_whole(hostile):
    names = {element.tag.removeprefix(SVG) for element in picture(samples.timeline(hostile)).iter()}
    assert names == {"svg", "style", "line", "text", "rect", "title", "path"}


def test_it_loads_and_runs_nothing():
    text = timeline_svg.picture(samples.timeline())
    assert not re.search(r"script|href|url\(|@import|\bon\w+=", text)
    assert set(re.findall(r"https?://[^\"]+", text)) == {"http://www.w3.org/2000/svg"}
    assert {state.value for state in KeyState} - {"dropped"} <= set(re.findall(r"\.(\w+)", text))
