from jwtctl.checks.keyset.jwks_symmetric_in_public import JwksSymmetricInPublic
from jwtctl.jose.key import from_jwks
from jwtctl.model import Role, Severity
from tests.checks.material import EC, OCT, applies, run, silent, the_finding


def jwks(*entries):
    return from_jwks({"keys": list(entries)}, "jwks.json")


def test_a_secret_in_a_key_set_that_no_issuer_claims():
    finding = the_finding(run(JwksSymmetricInPublic, key_set=jwks(EC, OCT | {"kid": "a"})))
    assert finding.message == (
        "a symmetric key in a public key set: whoever reads it can sign (--role issuer says that this is the issuer's own store)"
    )
    assert (finding.severity, finding.at, finding.witness) == (Severity.CRITICAL, "/k", {})
    assert (finding.subject.index, finding.subject.kid, finding.subject.thumbprint) == (1, "a", None)


def test_a_fetched_key_set_is_public_whoever_asks_and_damaged_entries_count():
    key_set = jwks(OCT | {"k": 1})._replace(published=True)
    finding = the_finding(run(JwksSymmetricInPublic, key_set=key_set, role=Role.ISSUER))
    assert finding.message == "a symmetric key in a key set that was fetched: whoever reads it can sign"


def test_asymmetric_keys_are_for_another_check():
    assert silent(JwksSymmetricInPublic, key_set=jwks(EC))


def test_an_issuers_own_store_is_not_public():
    assert not applies(JwksSymmetricInPublic, key_set=jwks(OCT), role=Role.ISSUER)
