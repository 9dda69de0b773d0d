from jwtctl.checks.keyset.jwks_mixed_symmetry import JwksMixedSymmetry
from jwtctl.jose.key import from_jwks
from jwtctl.model import KeySet, Severity
from tests.checks.material import EC, OCT, OKP, jwk, run, silent, the_finding


def jwks(*entries):
    return from_jwks({"keys": list(entries)}, "jwks.json")


def test_secrets_next_to_public_keys():
    finding = the_finding(run(JwksMixedSymmetry, key_set=jwks(EC, OCT, OKP)))
    assert finding.message == "1 symmetric and 2 asymmetric keys in one set"
    assert (finding.severity, finding.at, finding.subject.source) == (Severity.MEDIUM, "/keys", "jwks.json")


def test_sets_of_one_kind_and_an_empty_one():
    assert silent(JwksMixedSymmetry, key_set=jwks(EC, OKP))
    assert silent(JwksMixedSymmetry, key_set=jwks(OCT, OCT))
    assert silent(JwksMixedSymmetry, key_set=jwks())


def test_a_single_key_is_no_set():
    assert not run(JwksMixedSymmetry, key_set=KeySet("key.json", (jwk(EC),))).findings
