"""Pages: escaped, and with a policy that fits where their forms lead."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.issuer import pages


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, tuple(sorted(name for name, _ in attrs))))


def tags(page):
    parser = Tags()
    parser.feed(page)
    return parser.seen


@pytest.mark.parametrize(
    ("target", "sources"),
    [
        (
            "http://127.0.0.1:9000/cb?x=1",
            "http://127.0.0.1:* http://localhost:* https://127.0.0.1:* https://localhost:*",
        ),
        ("https://web.example/cb", "https:"),
        ("http://[::1]:9000/cb", "http:"),
        ("com.example.app:/cb", "com.example.app:"),
    ],
)
def test_a_form_may_lead_back_to_its_client(target, sources):
    assert f"form-action 'self' {sources}; " in pages.headers(target)["Content-Security-Policy"]
    assert "form-action 'self'; " in pages.headers()["Content-Security-Policy"]


def test_the_style_is_the_one_that_the_policy_allows():
    import base64
    import hashlib
    import re

    style = re.search(r"<style>(.*?)</style>", pages.message("a", ["b"]), re.DOTALL)[1]
    hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{hashed}'" in pages.headers()["Content-Security-Policy"]


@given(st.text(max_size=50))
def test_no_text_adds_a_tag_or_an_attribute(text):
    usual = tags(pages.log_in("/a", "a", "http://127.0.0.1/", "a", "a", hint="a", problem="a"))
    hostile = pages.log_in(text, text, "http://127.0.0.1/", text or "a", text, hint=text, problem=text or "a")
    assert tags(hostile) == usual
    assert tags(pages.log_out(text, text, text)) == tags(pages.log_out("a", "a", "a"))
    assert tags(pages.message(text, [text])) == tags(pages.message("a", ["a"]))


def test_invisible_characters_are_seen():
    page = pages.message("a\u202eb", ["c\x1b[31m"])
    assert "a\ufffdb" in page
    assert "c\ufffd[31m" in page
