from jwtctl.checks.key.policy_key_old import PolicyKeyOld
from jwtctl.model import Policy
from tests.checks.material import EC, applies, jwk, run, silent, the_finding

DAY, NOW = 86_400, 2_000_000_000
POLICY = Policy(max_key_age=90 * DAY)


def test_a_day_too_old():
    finding = the_finding(run(PolicyKeyOld, jwk(EC, iat=NOW - 91 * DAY), policy=POLICY, now=NOW))
    assert finding.message == "91 days old, where the policy allows 90"


def test_not_yet():
    for member in ("iat", "nbf"):
        assert silent(PolicyKeyOld, jwk(EC, **{member: NOW - 90 * DAY}), policy=POLICY, now=NOW)
    assert silent(PolicyKeyOld, jwk(EC, iat=NOW - 900 * DAY, nbf=NOW), policy=POLICY, now=NOW)


def test_keys_that_say_nothing_no_clock_and_no_policy():
    assert not applies(PolicyKeyOld, jwk(EC), policy=POLICY, now=NOW)
    assert not applies(PolicyKeyOld, jwk(EC, iat=0), policy=POLICY)
    assert not applies(PolicyKeyOld, jwk(EC, iat=1), now=NOW)
    for odd in ("1", True, -1, 1e300):
        assert not applies(PolicyKeyOld, jwk(EC, iat=odd), policy=POLICY, now=NOW)
