from jwtctl.checks.key.policy_member_missing import PolicyMemberMissing
from jwtctl.model import Policy
from tests.checks.material import EC, applies, jwk, public_rsa, run, silent

POLICY = Policy(required_members=("kid", "alg", "use"))


def test_each_member_that_is_missing():
    report = run(PolicyMemberMissing, jwk(EC, kid="a"), policy=POLICY)
    assert [(each.at, each.message) for each in report.findings] == [
        ("/alg", "no alg, which the policy requires"),
        ("/use", "no use, which the policy requires"),
    ]


def test_all_of_them():
    assert silent(PolicyMemberMissing, jwk(EC, kid="a", alg="ES256", use="sig"), policy=POLICY)


def test_files_that_have_no_members_and_no_policy():
    assert not applies(PolicyMemberMissing, public_rsa(), policy=POLICY)
    assert not applies(PolicyMemberMissing, jwk(EC))
