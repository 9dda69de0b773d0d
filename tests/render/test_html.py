import html.parser
import io
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.model import Confidence, Finding, InventoryKey, Report, Severity, Subject
from jwtctl.render import html as page
from tests.render import samples

NOW = 2_000_000_000
KEYS = (
    InventoryKey("keys/a.json", 1, "k", "RSA", "RSA 1024", "RS256", private=False, since=NOW - 86_400 * 400),
    InventoryKey("keys/a.json", 2, None, "EC", "P-256", None, private=True, since=NOW - 86_400),
    InventoryKey("s", None, None, "oct", "oct 256", "HS256", private=True),
)


def rendered(report):
    out = io.StringIO()
    page.render(report, out)
    return out.getvalue()


def report(text="keys/a.json"):
    told = {"suppressed": 2, "fixed": (f"oct-short in {text}",), "left_out": ("rsa-low-hamming", "rsa-roca")}
    return replace(samples.report(text), inventory=KEYS, now=NOW, **told)


class Outline(html.parser.HTMLParser):
    """The tags, attributes and visible text of a page, and whether every element is closed in its turn."""

    VOID = frozenset({"meta", "rect", "circle", "line"})

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.attributes, self.text = [], [], [], ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += f"{data} "


def test_what_the_page_says():
    outline = Outline(rendered(report()))
    words = " ".join(outline.text.split())
    assert "Key audit: 1 finding at medium or above" in words
    assert "a modulus of 1024 bits keys/a.json" in words
    assert "Why it matters, and what to do" in words
    assert "Replace it." in words
    assert "2 findings left out by the policy or the baseline" in words
    assert "fixed since the baseline: oct-short in keys/a.json" in words
    assert "with so many keys the long searches were left out of rsa-low-hamming, rsa-roca" in words
    assert "Not read: keys/a.json : not a key: keys/a.json" in words
    assert "RSA 1024 public RS256 k keys/a.json, key 1 high" in words
    assert "oct 256 secret HS256 s none" in words
    assert "Keys by kind" in words
    assert "up to 2 years" in words
    assert outline.tags.count("svg") == 3


def test_nothing_to_report():
    words = " ".join(Outline(rendered(Report((), 0, 3))).text.split())
    assert "Key audit: nothing that fails the audit" in words
    assert "No findings." in words


def test_a_page_about_tokens():
    words = " ".join(Outline(rendered(replace(samples.report(), about="tokens"))).text.split())
    assert "Token audit: 1 finding at medium or above" in words
    assert "3 tokens" in words
    assert "Inventory" not in words


def test_the_inventory_knows_every_place_of_a_finding():
    told = report()
    subject = replace(told.findings[0].subject, also=(Subject("s"),))
    page_ = rendered(replace(told, findings=(replace(told.findings[0], subject=subject), *told.findings[1:])))
    assert "oct 256 secret HS256 s high" in " ".join(Outline(page_).text.split())


def test_the_page_loads_and_runs_nothing():
    text = rendered(report())
    outline = Outline(text)
    assert not {"script", "img", "iframe", "link", "object", "base", "form", "a"} & set(outline.tags)
    assert not [name for name, _ in outline.attributes if name.startswith("on") or name in {"src", "href", "style"}]
    assert "default-src 'none'" in text
    assert "url(" not in text
    assert "@import" not in text


def shared(*names, prime="0x5"):
    return [
        Finding(
            "rsa-shared-prime",
            Severity.CRITICAL,
            Confidence.CERTAIN,
            "m",
            Subject(name, kid=name),
            witness={"p": prime},
        )
        for name in names
    ]


def test_keys_that_share_a_factor_are_joined():
    findings = (*shared("a", "b", "c"), *shared("d", "e", prime="0x7"))
    text = rendered(Report(findings, 5, 1, inventory=KEYS))
    assert text.count('<circle class="node"') == 5
    assert text.count('<line class="edge"') == 3 + 1
    many = rendered(Report(tuple(shared(*map(str, range(100)))), 100, 1, inventory=KEYS))
    assert many.count('<circle class="node"') == 24
    assert "and 76 more" in many


@pytest.mark.parametrize(
    "hostile", [samples.HOSTILE, "<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "</style><b>"]
)
def test_hostile_text_is_text(hostile):
    findings = (*report(hostile).findings, *shared(hostile, "b"))
    keys = tuple(replace(key, kid=hostile, alg=hostile, description=hostile) for key in KEYS)
    text = rendered(replace(report(hostile), findings=findings, inventory=keys))
    plain = Outline(rendered(replace(report(), findings=(*report().findings, *shared("x", "b")), inventory=KEYS)))
    assert set(Outline(text).tags) == set(plain.tags)
    assert not [character for character in text if character != "\n" and not character.isprintable()]


@given(st.text(st.characters(), max_size=60))
def test_any_text_leaves_the_page_whole(hostile):
    text = rendered(report(hostile))
    assert not {"script", "img"} & set(Outline(text).tags)
    assert not re.search(r"<(?![a-z/!])", text)
