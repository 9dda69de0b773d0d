import pytest

from jwtctl.checks.keyset.jwk_unusable import JwkUnusable
from jwtctl.jose.key import from_jwks
from jwtctl.model import Severity
from tests.checks.material import EC, OCT, OKP, applies, run, the_finding


def jwks(*entries):
    return from_jwks({"keys": list(entries)}, "jwks.json")


@pytest.mark.parametrize(
    ("entry", "message", "severity"),
    [
        (7, "JSON number where a JWK is expected", Severity.MEDIUM),
        ({"kid": "a"}, "a JWK without a kty member", Severity.MEDIUM),
        ({"kty": 1}, "a JWK whose kty is not a string", Severity.MEDIUM),
        ({"kty": "XYZ"}, "unknown key type 'XYZ'", Severity.INFO),
        (EC | {"crv": "P-192"}, "unknown curve 'P-192' for key type EC", Severity.INFO),
        (OKP | {"crv": "P-256"}, "unknown curve 'P-256' for key type OKP", Severity.INFO),
        (EC | {"x": 5}, "the x member of a JWK must be a base64url string", Severity.MEDIUM),
        ({"kty": "RSA", "n": "AQAB"}, "this RSA JWK has neither e nor d", Severity.MEDIUM),
        (OCT | {"k": "???"}, "the k member of a JWK is not base64url", Severity.MEDIUM),
    ],
)
def test_an_entry_that_is_no_key_is_named_for_what_it_is(entry, message, severity):
    finding = the_finding(run(JwkUnusable, key_set=jwks(EC, entry)))
    assert (finding.message, finding.severity, finding.at) == (message, severity, "")
    assert (finding.subject.source, finding.subject.index) == ("jwks.json", 1)


def test_the_kid_is_named_and_tells_fingerprints_apart():
    report = run(JwkUnusable, key_set=jwks({"kty": "XYZ", "kid": "a"}, {"kty": "XYZ", "kid": "b"}))
    assert [finding.subject.kid for finding in report.findings] == ["a", "b"]
    assert len({finding.fingerprint for finding in report.findings}) == 2


def test_a_set_of_usable_keys():
    assert not applies(JwkUnusable, key_set=jwks(EC, OKP, OCT))
