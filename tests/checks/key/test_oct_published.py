from jwtctl.checks.key.oct_published import OctPublished
from jwtctl.jose.base64url import encode
from jwtctl.jose.generate import generate
from jwtctl.model import Severity
from tests.checks.material import EC, OCT, applies, jwk, run, silent, the_finding


def secret(octets):
    return jwk({"kty": "oct", "k": encode(octets)})


def test_the_secret_of_a_standard():
    finding = the_finding(run(OctPublished, jwk(OCT)))
    where = "RFC 7515 appendix A.1, RFC 7517 appendix A.3 and RFC 7797 section 4"
    assert finding.message == f"this secret is published, in {where}"
    assert (finding.severity, finding.at, finding.witness) == (Severity.CRITICAL, "/k", {"published_in": where})
    assert OCT["k"] not in str(finding)


def test_the_defaults_of_products():
    for text in ("your-256-bit-secret", "signature_hmac_secret_shared_key", "ThisTokenIsNotSoSecretChangeIt"):
        assert the_finding(run(OctPublished, secret(text.encode()))).severity is Severity.CRITICAL


def test_the_next_secret_and_a_fresh_one():
    assert silent(OctPublished, secret(b"your-256-bit-secreu"))
    assert silent(OctPublished, generate("HS256"))


def test_other_keys_and_empty_ones():
    assert not applies(OctPublished, jwk(EC))
    assert not applies(OctPublished, secret(b""))
