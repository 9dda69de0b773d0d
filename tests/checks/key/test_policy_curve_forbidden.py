from jwtctl.checks.key.policy_curve_forbidden import PolicyCurveForbidden
from jwtctl.model import Policy
from tests.checks.material import EC, OKP, applies, jwk, public_rsa, run, silent, the_finding

POLICY = Policy(curves=("Ed25519",))


def test_another_curve():
    finding = the_finding(run(PolicyCurveForbidden, jwk(EC), policy=POLICY))
    assert finding.message == "the key is on 'P-256', where the policy allows Ed25519"
    assert finding.at == "/crv"


def test_an_allowed_one():
    assert silent(PolicyCurveForbidden, jwk(OKP), policy=POLICY)


def test_no_curve_or_no_policy():
    assert not applies(PolicyCurveForbidden, public_rsa(), policy=POLICY)
    assert not applies(PolicyCurveForbidden, jwk(EC))
