from jwtctl.checks.keyset.jwks_duplicate_key import JwksDuplicateKey
from jwtctl.jose.key import from_jwks
from jwtctl.model import Severity
from tests.checks.material import EC, OCT, OKP, applies, public, run, silent, the_finding


def jwks(*entries):
    return from_jwks({"keys": list(entries)}, "jwks.json")


def test_one_key_under_different_kids():
    finding = the_finding(run(JwksDuplicateKey, key_set=jwks(EC | {"kid": "a"}, OKP, public(EC) | {"kid": "b"}, EC)))
    assert finding.message == "one key under 3 names: 'a', 'b', no kid"
    assert (finding.severity, finding.at, finding.subject.index) == (Severity.LOW, "/kid", 0)


def test_different_keys_and_one_key_under_one_kid():
    assert silent(JwksDuplicateKey, key_set=jwks(EC | {"kid": "a"}, EC | {"kid": "a"}, OKP, OCT))


def test_a_secret_is_compared_but_not_shown():
    finding = the_finding(run(JwksDuplicateKey, key_set=jwks(OCT | {"kid": "a"}, OCT | {"kid": "b"})))
    assert OCT["k"] not in str(finding)


def test_one_key_repeats_nothing():
    assert not applies(JwksDuplicateKey, key_set=jwks(EC))
