from jwtctl.checks.key.certificate_expired import CertificateExpired
from jwtctl.jose import key_formats
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, run, silent, the_finding
from tests.jose.certificates import JANUARY, JULY, certificate, chain, signer, x5c


def chained():
    leaf, middle, _ = chain()
    root = certificate(signer(3), subject="root", end=JANUARY)
    return jwk(EC, x5c=x5c(leaf, middle, root))


def test_each_certificate_after_its_last_second():
    report = run(CertificateExpired, chained(), now=JULY.timestamp() + 1)
    assert [finding.message for finding in report.findings] == [
        "certificate 1 of the chain expired on 2026-07-01",
        "certificate 2 of the chain expired on 2026-07-01",
        "certificate 3 of the chain expired on 2026-01-01",
    ]
    assert {finding.severity for finding in report.findings} == {Severity.MEDIUM}
    assert len({finding.fingerprint for finding in report.findings}) == 3


def test_a_certificate_file_is_judged_as_well():
    (key,) = key_formats.read(chain()[0], "leaf.der").keys
    assert the_finding(run(CertificateExpired, key, now=JULY.timestamp() + 1)).subject.source == "leaf.der"


def test_at_its_last_second_and_unreadable_ones():
    assert silent(CertificateExpired, jwk(EC, x5c=x5c(*chain())), now=JULY.timestamp())
    assert silent(CertificateExpired, jwk(EC, x5c=["AAAA"]), now=JULY.timestamp() + 1)


def test_without_a_certificate_or_a_clock():
    assert not applies(CertificateExpired, jwk(EC), now=JULY.timestamp())
    assert not applies(CertificateExpired, chained())
