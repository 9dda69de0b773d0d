import pytest

from jwtctl.checks.key.okp_private_public_mismatch import OkpPrivatePublicMismatch
from jwtctl.jose.generate import generate
from jwtctl.model import Key, Severity
from tests.checks.material import EC, OKP, applies, jwk, public, run, silent, the_finding

BOB = bytes.fromhex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")  # RFC 7748 section 6.1


def test_an_ed25519_signer_with_a_foreign_public_half_leaks_its_key():
    finding = the_finding(run(OkpPrivatePublicMismatch, jwk(OKP, x="A" * 43)))
    assert finding.message == "x does not belong to d on Ed25519"
    assert (finding.severity, finding.at, finding.witness) == (Severity.CRITICAL, "/x", {})


def test_an_x25519_key_signs_nothing():
    finding = the_finding(run(OkpPrivatePublicMismatch, Key("OKP", "X25519", octets={"x": BOB, "d": b"a" * 32})))
    assert (finding.message, finding.severity) == ("x does not belong to d on X25519", Severity.HIGH)


def test_a_private_half_of_the_wrong_length():
    finding = the_finding(run(OkpPrivatePublicMismatch, jwk(OKP, d="AQ")))
    assert finding.message == "d has 1 octets, which is no private key of Ed25519"
    assert (finding.severity, finding.at) == (Severity.HIGH, "/d")


@pytest.mark.parametrize("alg", ["Ed25519", "Ed448", "ECDH-ES"])
def test_halves_that_belong_together(alg):
    assert silent(OkpPrivatePublicMismatch, generate(alg, crv="X448" if alg == "ECDH-ES" else None))
    assert silent(OkpPrivatePublicMismatch, jwk(OKP))
    assert silent(OkpPrivatePublicMismatch, jwk(OKP, x=None))


def test_public_keys_and_other_types():
    assert not applies(OkpPrivatePublicMismatch, jwk(public(OKP)))
    assert not applies(OkpPrivatePublicMismatch, jwk(EC))
