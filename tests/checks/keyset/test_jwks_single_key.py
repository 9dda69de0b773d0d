from jwtctl.checks.keyset.jwks_single_key import JwksSingleKey
from jwtctl.jose.key import from_jwks
from jwtctl.model import Severity
from tests.checks.material import EC, OKP, applies, public, run, silent, the_finding


def fetched(*entries):
    return from_jwks({"keys": list(entries)}, "https://id.example/jwks.json")._replace(published=True)


def test_one_key():
    finding = the_finding(run(JwksSingleKey, key_set=fetched(public(EC))))
    assert finding.message == "one key, and none to follow it"
    assert (finding.severity, finding.at) == (Severity.INFO, "/keys")


def test_two_keys_or_none():
    assert silent(JwksSingleKey, key_set=fetched(public(EC), public(OKP)))
    assert silent(JwksSingleKey, key_set=fetched(public(EC), {"kty": "new"}))
    assert silent(JwksSingleKey, key_set=fetched())


def test_a_file_may_hold_one_key():
    assert not applies(JwksSingleKey, key_set=fetched(public(EC))._replace(published=False))
