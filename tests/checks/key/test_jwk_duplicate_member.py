import json

from jwtctl.checks.key.jwk_duplicate_member import JwkDuplicateMember
from jwtctl.jose import key_formats
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, public, public_rsa, run, silent, the_finding

ONCE = json.dumps(public(EC) | {"kid": "a"})
TWICE = ONCE[:-1] + ', "kid": "b"}'


def test_a_name_twice_in_a_jwk():
    key_set = key_formats.read(TWICE.encode(), "key.json")
    finding = the_finding(run(JwkDuplicateMember, key_set=key_set))
    assert (finding.message, finding.severity) == ("'kid' stands more than once in this key", Severity.MEDIUM)
    assert finding.subject.kid == "b"


def test_a_name_twice_in_a_key_set_is_told_once():
    key_set = key_formats.read(f'{{"keys": [{TWICE}, {ONCE}]}}'.encode(), "jwks.json")
    finding = the_finding(run(JwkDuplicateMember, key_set=key_set))
    assert finding.message == "'kid' stands more than once in one object of this key set"
    assert finding.subject.source == "jwks.json"


def test_each_name_is_a_finding_of_its_own():
    text = ONCE[:-1] + ', "kid": "b", "alg": "ES256", "alg": "ES384"}'
    report = run(JwkDuplicateMember, key_set=key_formats.read(text.encode(), "key.json"))
    assert len({finding.fingerprint for finding in report.findings}) == 2


def test_the_same_name_in_two_objects_is_fine():
    assert silent(JwkDuplicateMember, jwk(EC))
    assert silent(JwkDuplicateMember, key_set=key_formats.read(f'{{"keys": [{ONCE}, {ONCE}]}}'.encode(), "jwks.json"))


def test_pem_has_no_members():
    assert not applies(JwkDuplicateMember, public_rsa())
