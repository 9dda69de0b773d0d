"""What an issuer may be called."""

import pytest

from jwtctl.issuer.settings import is_loopback, issuer_defect


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:8080",
        "https://id.example/",
        "http://[::1]:1/a/b",
        "https://id.example/realms/x.y",
        "http://a/.b/..c/",
    ],
)
def test_issuers(text):
    assert issuer_defect(text) == ""


@pytest.mark.parametrize(
    "text", ["", "id.example", "ftp://id.example", "https://id.example?x", "https://id.example#x", "https://a@b", "https://a/{b}", "https://a/b c", "https://", "http://a//b", "http://a/b//", "http://a/./b", "http://a/.."]
)  # fmt: skip
def test_no_issuers(text):
    assert issuer_defect(text)


def test_the_loopback():
    assert all(map(is_loopback, ("127.0.0.1", "127.9.9.9", "::1", "localhost")))
    assert not any(map(is_loopback, ("", "0.0.0.0", "::", "192.0.2.1", "localhost.example", "127.1")))
