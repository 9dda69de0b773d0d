from jwtctl.checks.key.policy_alg_forbidden import PolicyAlgForbidden
from jwtctl.model import Policy, Severity
from tests.checks.material import EC, applies, jwk, run, silent, the_finding

POLICY = Policy(algorithms=("ES256", "Ed25519"))


def test_another_algorithm():
    finding = the_finding(run(PolicyAlgForbidden, jwk(EC, alg="ES384"), policy=POLICY))
    assert finding.message == "the key is for 'ES384', where the policy allows ES256, Ed25519"
    assert (finding.at, finding.severity) == ("/alg", Severity.MEDIUM)


def test_an_allowed_one():
    assert silent(PolicyAlgForbidden, jwk(EC, alg="ES256"), policy=POLICY)


def test_no_algorithm_or_no_policy():
    assert not applies(PolicyAlgForbidden, jwk(EC), policy=POLICY)
    assert not applies(PolicyAlgForbidden, jwk(EC, alg="ES384"))
