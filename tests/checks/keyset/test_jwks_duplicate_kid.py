from jwtctl.checks.keyset.jwks_duplicate_kid import JwksDuplicateKid
from jwtctl.jose.key import from_jwks
from jwtctl.model import Severity
from tests.checks.material import EC, OCT, OKP, applies, public, run, silent, the_finding


def jwks(*entries):
    return from_jwks({"keys": list(entries)}, "jwks.json")


def test_one_kid_for_different_keys():
    finding = the_finding(run(JwksDuplicateKid, key_set=jwks(EC | {"kid": "a"}, OCT, OKP | {"kid": "a"})))
    assert finding.message == "kid 'a' names different keys in entries 0, 2"
    assert (finding.severity, finding.at, finding.subject.kid) == (Severity.HIGH, "/kid", "a")


def test_one_kid_for_one_key_twice_public_and_private():
    finding = the_finding(run(JwksDuplicateKid, key_set=jwks(EC | {"kid": "a"}, public(EC) | {"kid": "a"})))
    assert finding.message == "kid 'a' names one key in entries 0, 1"
    assert finding.severity is Severity.LOW


def test_the_fingerprint_outlives_reordering():
    first, second = EC | {"kid": "a"}, OKP | {"kid": "a"}
    reports = [run(JwksDuplicateKid, key_set=jwks(*order)) for order in ((first, second), (second, first))]
    assert len({the_finding(report).fingerprint for report in reports}) == 1


def test_a_long_list_and_a_long_kid_are_cut():
    entries = [OCT | {"kid": "k" * 300, "k": f"AAA{digit}"} for digit in "AQgw" * 5]
    message = the_finding(run(JwksDuplicateKid, key_set=jwks(*entries))).message
    assert message == f"kid '{'k' * 200}…' names different keys in entries 0, 1, 2, 3, 4, 5, 6, 7, …"


def test_different_kids_and_none_at_all():
    assert silent(JwksDuplicateKid, key_set=jwks(EC | {"kid": "a"}, OKP | {"kid": "A"}, OCT, EC))


def test_one_key_repeats_nothing():
    assert not applies(JwksDuplicateKid, key_set=jwks(EC | {"kid": "a"}))
