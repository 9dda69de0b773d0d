import pytest

from jwtctl.checks.key.jwk_x5u_insecure import JwkX5uInsecure
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, run, silent, the_finding


@pytest.mark.parametrize(
    ("url", "scheme"),
    [("http://id.example/cert.pem", "http"), ("FILE:///etc/passwd", "file"), ("ftp://id.example/c", "ftp")],
)
def test_other_protocols(url, scheme):
    finding = the_finding(run(JwkX5uInsecure, jwk(EC, x5u=url)))
    assert finding.message == f"x5u is a {scheme} URL, where https is required"
    assert (finding.severity, finding.at) == (Severity.HIGH, "/x5u")


@pytest.mark.parametrize(
    "url", ["", "id.example/cert.pem", "//id.example/cert.pem", "https", 5, ["https://x"], "x://["]
)
def test_what_is_no_url(url):
    assert the_finding(run(JwkX5uInsecure, jwk(EC, x5u=url))).message == "x5u is no URL"


@pytest.mark.parametrize("url", ["https://id.example/cert.pem", "HTTPS://id.example/cert.pem"])
def test_https(url):
    assert silent(JwkX5uInsecure, jwk(EC, x5u=url))


def test_keys_without_one():
    assert not applies(JwkX5uInsecure, jwk(EC))
