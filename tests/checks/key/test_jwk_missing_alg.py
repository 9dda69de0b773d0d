from jwtctl.checks.key.jwk_missing_alg import JwkMissingAlg
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, public_rsa, run, silent, the_finding


def test_no_alg():
    finding = the_finding(run(JwkMissingAlg, jwk(EC)))
    assert (finding.message, finding.severity, finding.at) == ("no alg for this EC key", Severity.MEDIUM, "")


def test_any_alg_will_do_right_or_wrong():
    assert silent(JwkMissingAlg, jwk(EC, alg="RS256"))


def test_pem_has_no_room_for_an_alg():
    assert not applies(JwkMissingAlg, public_rsa())
