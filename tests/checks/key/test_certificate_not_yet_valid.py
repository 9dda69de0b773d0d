from jwtctl.checks.key.certificate_not_yet_valid import CertificateNotYetValid
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, run, silent, the_finding
from tests.jose.certificates import JANUARY, JULY, certificate, chain, signer, x5c


def test_before_its_first_second():
    finding = the_finding(run(CertificateNotYetValid, jwk(EC, x5c=x5c(chain()[0])), now=JANUARY.timestamp() - 1))
    assert finding.message == "certificate 1 of the chain is not valid before 2026-01-01"
    assert finding.severity is Severity.MEDIUM


def test_the_certificate_of_an_issuer_counts_as_well():
    root = certificate(signer(3), subject="root", start=JULY, end=JULY)
    finding = the_finding(run(CertificateNotYetValid, jwk(EC, x5c=x5c(*chain()[:2], root)), now=JANUARY.timestamp()))
    assert finding.message == "certificate 3 of the chain is not valid before 2026-07-01"


def test_from_its_first_second_on_and_unreadable_ones():
    assert silent(CertificateNotYetValid, jwk(EC, x5c=x5c(*chain())), now=JANUARY.timestamp())
    assert silent(CertificateNotYetValid, jwk(EC, x5c=x5c(*chain())), now=JULY.timestamp() + 1)
    assert silent(CertificateNotYetValid, jwk(EC, x5c=["AAAA"]), now=0)


def test_without_a_certificate_or_a_clock():
    assert not applies(CertificateNotYetValid, jwk(EC), now=0)
    assert not applies(CertificateNotYetValid, jwk(EC, x5c=x5c(*chain())))
