from jwtctl.checks.key.oct_empty import OctEmpty
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, run, silent, the_finding


def test_an_empty_secret():
    finding = the_finding(run(OctEmpty, jwk({"kty": "oct", "k": ""}, alg="HS256")))
    assert finding.message == "the secret is empty, so everybody can sign"
    assert (finding.severity, finding.at, finding.witness) == (Severity.CRITICAL, "/k", {"k": ""})


def test_one_octet_is_not_empty():
    assert silent(OctEmpty, jwk({"kty": "oct", "k": "AA"}))


def test_other_types_have_no_secret():
    assert not applies(OctEmpty, jwk(EC))
