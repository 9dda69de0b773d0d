import xml.etree.ElementTree as ET
from dataclasses import replace

from jwtctl.render import estate_svg
from tests.render.test_html import KEYS, report, shared


def test_every_picture_is_well_formed_and_described():
    found = dict(estate_svg.pictures(replace(report(), findings=tuple(shared("a", "b")))))
    assert list(found) == ["Keys by kind", "Keys by size or curve", "Keys by age", "Keys that share a factor"]
    for picture in found.values():
        root = ET.fromstring(picture)
        assert root.get("role") == "img"
        assert root.get("aria-label")
    assert ET.fromstring(found["Keys by kind"]).get("aria-label") == "RSA: 1; EC: 1; oct: 1"
    assert ET.fromstring(found["Keys by age"]).get("aria-label") == "up to 30 days: 1; up to 2 years: 1"


def test_bars_are_as_long_as_their_numbers():
    keys = (*[KEYS[0]] * 4, KEYS[1])
    picture = ET.fromstring(dict(estate_svg.pictures(replace(report(), inventory=keys)))["Keys by kind"])
    widths = [float(rect.get("width")) for rect in picture.iter("rect")]
    assert widths[0] == 4 * widths[1]


def test_many_kinds_are_cut_and_the_rest_counted():
    keys = tuple(replace(KEYS[0], description=f"RSA {1000 + n}") for n in range(30))
    label = ET.fromstring(dict(estate_svg.pictures(replace(report(), inventory=keys)))["Keys by size or curve"])
    assert label.get("aria-label").endswith("others: 18")


def test_ages_need_a_clock():
    assert "Keys by age" not in dict(estate_svg.pictures(replace(report(), now=None)))
