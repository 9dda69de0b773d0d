import time

from jwtctl.checks.audit import Audit, audit
from jwtctl.checks.key.rsa_duplicate_modulus import RsaDuplicateModulus
from jwtctl.model import KeySet, Role, Severity
from tests.checks.material import EC, applies, jwk, private_rsa, public_rsa, rsa_members, run, silent, the_finding


def key_set(source, kid, *, published=True, bits=1024):
    key = jwk(rsa_members(bits), kid=kid, source=source)
    return KeySet(source, (key,), is_jwks=True, published=published)


def run_sets(*key_sets):
    return audit([RsaDuplicateModulus()], Audit(Role.AUTO, time.monotonic, key_sets=key_sets))


def test_one_key_of_two_issuers():
    finding = the_finding(run_sets(key_set("https://a.example/jwks", "x"), key_set("https://b.example/jwks", "x")))
    assert finding.message == "the key of another issuer, 'https://a.example/jwks'"
    assert (finding.severity, finding.at) == (Severity.HIGH, "/n")
    assert finding.subject.source == "https://b.example/jwks"


def test_one_key_under_two_names():
    finding = the_finding(run_sets(key_set("https://a.example/1", "x"), key_set("https://a.example/2", "y")))
    assert finding.message == "the same key as at 'https://a.example/1', which calls it 'x'"
    assert (finding.severity, finding.at) == (Severity.MEDIUM, "/kid")
    files = run_sets(key_set("a.json", "x", published=False), key_set("b.json", "y", published=False))
    assert the_finding(files).severity is Severity.MEDIUM


def test_copies_halves_and_sets():
    assert run_sets(key_set("a.json", "x", published=False), key_set("https://a.example/1", "x")).findings == ()
    assert silent(RsaDuplicateModulus, private_rsa(), public_rsa())
    both = KeySet("a.json", tuple(jwk(rsa_members(), kid=kid, source="a.json") for kid in "xy"), is_jwks=True)
    assert run_sets(both).findings == ()


def test_different_keys():
    two = key_set("https://a.example/1", "x"), key_set("https://b.example/1", "x", bits=2048)
    assert run_sets(*two).findings == ()


def test_one_key_alone_and_other_types():
    assert not applies(RsaDuplicateModulus, public_rsa())
    assert run(RsaDuplicateModulus, jwk(EC), jwk(EC), public_rsa()).not_applicable == 1
