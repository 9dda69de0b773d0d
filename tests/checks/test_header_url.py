"""URLs in headers: judged by their looks alone."""

import pytest

from jwtctl.checks.header_url import faults, verdict
from jwtctl.model import KeySet, Severity

ADDRESS = "its host is an IP address"
NOTATION = "its host is an IP address in another notation"
OWN = "its host is a name of the machine or network of who fetches"


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("http://id.example/k", "its scheme is 'http', where https is required"),
        ("file:///etc/passwd", "its scheme is 'file', where https is required"),
        ("/keys.json", "it is no absolute URL"),
        ("//id.example/k", "it is no absolute URL"),
        ("https://[::1", "it is no URL"),
        ("https://id.example@evil.example/k", "a user name stands before the host, and is easily taken for it"),
        ("https://169.254.169.254/k", ADDRESS),
        ("https://[fe80::1%25eth0]/k", ADDRESS),
        ("https://[::ffff:127.0.0.1]/k", ADDRESS),
        ("https://127.0.0.1./k", ADDRESS),
        ("https://2130706433/k", NOTATION),
        ("https://0x7F.1/k", NOTATION),
        ("https://0177.0.0.1/k", NOTATION),
        ("https://LOCALHOST:8443/k", OWN),
        ("https://localhost./k", OWN),
        ("https://metadata.google.internal/k", OWN),
        ("https://consul/k", "its host is a name without a domain, which only an internal network knows"),
        ("https://\u0456d.example/k", "its host is a name with letters beyond ASCII, which may look like another name"),
    ],
)
def test_dangerous_urls(url, wrong):
    assert list(faults(url)) == [wrong]


@pytest.mark.parametrize(
    "url", ["https://good.example\\@evil.example/", "https://id.example/\n", " https://id.example"]
)
def test_urls_that_programs_read_in_different_ways(url):
    assert "programs read in different ways" in next(faults(url))


@pytest.mark.parametrize(
    "url", ["https://id.example/jwks.json?a=1#b", "https://ID.example:8443/", "https://0x7f.example/", "https://10.de/"]
)
def test_ordinary_urls(url):
    assert list(faults(url)) == []


def test_hosts_that_key_sets_come_from():
    assert list(faults("https://id.example/k", {"id.example"})) == []
    assert list(faults("https://id.example.evil.example/k", {"id.example"})) == ["no trusted key set comes from there"]


def test_the_words():
    published = KeySet("https://id.example/jwks.json", published=True)
    ordinary = ("jku sends verifiers to 'id.example' for keys", Severity.MEDIUM)
    assert verdict("jku", "https://id.example/k", "keys", [published]) == ordinary
    assert verdict("jku", "https://id.example/k", "keys", [KeySet("https://other.example/a file")]) == ordinary
    message, severity = verdict("jku", "http://user:hunter2@evil.example/?key=hunter2", "keys", [published])
    assert message == (
        "jku sends verifiers to 'evil.example' for keys: its scheme is 'http', where https is required; "
        "a user name stands before the host, and is easily taken for it; no trusted key set comes from there"
    )
    assert severity is Severity.HIGH
    assert verdict("x5u", ["https://id.example/"], "keys", []) == ("x5u is a JSON array, not a URL", Severity.HIGH)
    assert verdict("x5u", "", "keys", []) == ("x5u names no host: it is no absolute URL", Severity.HIGH)
    assert len(verdict("x5u", f"https://{'a' * 60_000}.example/", "keys", [])[0]) < 200
