import pytest

from jwtctl.checks.key.certificate_weak_hash import CertificateWeakHash
from jwtctl.jose.algorithms import private_key
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, private_rsa, run, silent, the_finding
from tests.jose.certificates import certificate, chain, signer, x5c

# OIDs of RFC 8017 appendix C, all of one length: sha256-, md5- and sha1WithRSAEncryption.
SHA256, MD5, SHA1 = (bytes.fromhex(f"2a864886f70d0101{last}") for last in ("0b", "04", "05"))


def signed(oid, *, subject="leaf", issuer="root"):
    """A certificate that names another hash in both places; the signature does not fit, which nobody looks at here."""
    made = certificate(signer(1), subject=subject, issuer=issuer, by=private_key(private_rsa()))
    assert made.count(SHA256) == 2
    return made.replace(SHA256, oid)


@pytest.mark.parametrize(("oid", "name"), [(SHA1, "SHA-1"), (MD5, "MD5")])
def test_broken_hashes(oid, name):
    finding = the_finding(run(CertificateWeakHash, jwk(EC, x5c=x5c(signed(oid)))))
    assert finding.message == f"certificate 1 of the chain is signed over {name}"
    assert finding.severity is Severity.MEDIUM


def test_the_certificate_of_an_issuer_counts_as_well():
    middle = signed(SHA1, subject="middle")
    finding = the_finding(run(CertificateWeakHash, jwk(EC, x5c=x5c(chain()[0], middle))))
    assert finding.message == "certificate 2 of the chain is signed over SHA-1"


def test_sound_hashes_a_self_signed_certificate_and_none_at_all():
    assert silent(CertificateWeakHash, jwk(EC, x5c=x5c(signed(SHA256))))
    assert silent(CertificateWeakHash, jwk(EC, x5c=x5c(signed(SHA1, subject="root"))))
    assert silent(CertificateWeakHash, jwk(EC, x5c=["AAAA"]))


def test_keys_without_a_certificate():
    assert not applies(CertificateWeakHash, jwk(EC))
