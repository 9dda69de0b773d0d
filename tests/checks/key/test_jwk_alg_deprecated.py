import pytest

from jwtctl.checks.key.jwk_alg_deprecated import JwkAlgDeprecated
from jwtctl.model import Severity
from tests.checks.material import EC, OCT, OKP, applies, jwk, rsa_members, run, silent, the_finding


@pytest.mark.parametrize(
    ("members", "alg", "message", "severity"),
    [
        (OCT, "none", "alg 'none' means no signature", Severity.HIGH),
        (OCT, "nOnE", "alg 'nOnE' means no signature", Severity.HIGH),
        (rsa_members(), "RS1", "alg 'RS1' signs with SHA-1", Severity.HIGH),
        (rsa_members(), "RSA1_5", "alg 'RSA1_5' is open to Bleichenbacher's attack", Severity.MEDIUM),
        (OKP, "EdDSA", "alg 'EdDSA' leaves the curve open, where Ed25519 names it", Severity.INFO),
    ],
)
def test_it_says_what_is_wrong_with_the_algorithm(members, alg, message, severity):
    finding = the_finding(run(JwkAlgDeprecated, jwk(members, alg=alg)))
    assert (finding.message, finding.severity, finding.at) == (message, severity, "/alg")


@pytest.mark.parametrize(("members", "alg"), [(OKP, "Ed25519"), (rsa_members(), "RSA-OAEP"), (EC, "ES256"), (EC, "x")])
def test_algorithms_in_good_standing(members, alg):
    assert silent(JwkAlgDeprecated, jwk(members, alg=alg))


def test_a_key_without_alg_is_for_another_check():
    assert not applies(JwkAlgDeprecated, jwk(EC))
