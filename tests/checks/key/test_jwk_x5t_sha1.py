from jwtctl.checks.key.jwk_x5t_sha1 import JwkX5tSha1
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, run, silent, the_finding


def test_a_sha1_thumbprint_alone():
    finding = the_finding(run(JwkX5tSha1, jwk(EC, x5t="AAAAAAAAAAAAAAAAAAAAAAAAAAA")))
    assert finding.message == "x5t, a SHA-1 hash, stands without x5t#S256"
    assert (finding.severity, finding.at) == (Severity.INFO, "/x5t")


def test_both_thumbprints():
    assert silent(JwkX5tSha1, jwk(EC | {"x5t": "AAAAAAAAAAAAAAAAAAAAAAAAAAA", "x5t#S256": "A" * 43}))


def test_keys_without_one():
    assert not applies(JwkX5tSha1, jwk(EC))
    assert not applies(JwkX5tSha1, jwk(EC | {"x5t#S256": "A" * 43}))
