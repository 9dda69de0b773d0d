from jwtctl.checks.keyset.jwks_private_member import JwksPrivateMember
from jwtctl.jose.key import from_jwks
from jwtctl.model import KeySet, Role, Severity
from tests.checks.material import EC, OCT, applies, private_rsa, public, rsa_members, run, silent, the_finding


def jwks(*entries):
    return from_jwks({"keys": list(entries)}, "jwks.json")


def test_private_members_in_a_key_set_that_no_issuer_claims():
    finding = the_finding(run(JwksPrivateMember, key_set=jwks(public(EC), EC | {"kid": "a"})))
    assert finding.message == (
        "d in a public key set: whoever reads it has the private key (--role issuer says that this is the issuer's own store)"
    )
    assert (finding.severity, finding.at, finding.witness) == (Severity.CRITICAL, "/d", {})
    assert (finding.subject.index, finding.subject.kid) == (1, "a")


def test_a_fetched_key_set_is_public_whoever_asks():
    key_set = jwks(rsa_members(private=True))._replace(published=True)
    finding = the_finding(run(JwksPrivateMember, key_set=key_set, role=Role.ISSUER))
    assert finding.message == (
        "d, dp, dq, p, q, qi in a key set that was fetched: whoever reads it has the private key"
    )


def test_private_members_of_entries_that_cannot_be_read_and_of_other_types():
    report = run(JwksPrivateMember, key_set=jwks(EC | {"x": 1}, rsa_members() | {"oth": []}, EC | {"kty": "new"}))
    assert sorted(finding.at for finding in report.findings) == ["/d", "/d", "/oth"]


def test_a_private_pem_file_that_was_fetched():
    key_set = KeySet("https://id.example/key.pem", (private_rsa(),), published=True)
    assert the_finding(run(JwksPrivateMember, key_set=key_set)).at == "/d"


def test_public_keys_are_what_belongs_there_and_secrets_are_for_another_check():
    assert silent(JwksPrivateMember, key_set=jwks(public(EC), rsa_members(), OCT, OCT | {"k": 1}))


def test_an_issuers_own_store_an_encrypted_set_and_a_single_key_are_not_public():
    assert not applies(JwksPrivateMember, key_set=jwks(EC), role=Role.ISSUER)
    encrypted = jwks(EC)
    encrypted = encrypted._replace(keys=tuple(key._replace(container="JWE-wrapped JWK") for key in encrypted.keys))
    assert not applies(JwksPrivateMember, key_set=encrypted)
    assert not run(JwksPrivateMember, key_set=KeySet("key.pem", (private_rsa(),))).findings
