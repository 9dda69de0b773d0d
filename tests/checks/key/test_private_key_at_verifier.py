from jwtctl.checks.key.private_key_at_verifier import PrivateKeyAtVerifier
from jwtctl.model import Role, Severity
from tests.checks.material import EC, OCT, applies, jwk, private_rsa, public, public_rsa, run, silent, the_finding


def test_a_verifier_needs_no_private_key():
    finding = the_finding(run(PrivateKeyAtVerifier, jwk(EC), role=Role.VERIFIER))
    assert finding.message == "a verifier holds a private key (EC, JWK)"
    assert (finding.severity, finding.at, finding.witness) == (Severity.CRITICAL, "", {})
    assert the_finding(run(PrivateKeyAtVerifier, private_rsa(), role=Role.VERIFIER)).subject.source == "key.pem"


def test_the_public_half_is_what_it_needs():
    assert silent(PrivateKeyAtVerifier, jwk(public(EC)), role=Role.VERIFIER)
    assert silent(PrivateKeyAtVerifier, public_rsa(), role=Role.VERIFIER)


def test_issuers_need_it_and_hmac_secrets_have_no_public_half():
    assert not applies(PrivateKeyAtVerifier, jwk(EC), role=Role.ISSUER)
    assert not applies(PrivateKeyAtVerifier, jwk(EC), role=Role.AUTO)
    assert not applies(PrivateKeyAtVerifier, jwk(OCT), role=Role.VERIFIER)
