from jwtctl.checks.keyset.policy_set_large import PolicySetLarge
from jwtctl.jose.key import from_jwks
from jwtctl.model import Policy
from tests.checks.material import EC, OKP, public, run, the_finding

POLICY = Policy(max_keys=2)


def judged(*keys, policy=POLICY, is_jwks=True):
    key_set = from_jwks({"keys": list(keys)}, "jwks.json")._replace(is_jwks=is_jwks, published=True)
    return run(PolicySetLarge, key_set=key_set, policy=policy)


def test_one_too_many():
    """An entry that nobody can read counts: every verifier has to look at it."""
    finding = the_finding(judged(public(EC), public(OKP), {"kty": "X"}))
    assert (finding.message, finding.at) == ("3 keys, where the policy allows 2", "/keys")


def test_as_many_as_are_allowed():
    assert not judged(public(EC), public(OKP)).findings


def test_what_is_no_key_set_and_no_policy():
    assert judged(public(EC), is_jwks=False).not_applicable == 1
    assert judged(public(EC), public(OKP), {}, policy=Policy()).not_applicable == 1
