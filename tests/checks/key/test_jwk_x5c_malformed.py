import pytest

from jwtctl.checks.key.jwk_x5c_malformed import JwkX5cMalformed
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, run, silent, the_finding
from tests.jose.certificates import chain, x5c


@pytest.mark.parametrize(
    ("stated", "message"),
    [([], "x5c is an empty array"), ("MII", "x5c is no array of strings"), ([1], "x5c is no array of strings")],
)
def test_what_is_no_chain(stated, message):
    finding = the_finding(run(JwkX5cMalformed, jwk(EC, x5c=stated)))
    assert (finding.message, finding.severity, finding.at) == (message, Severity.MEDIUM, "/x5c")


def test_entries_that_are_no_certificate():
    leaf = chain()[0]
    report = run(JwkX5cMalformed, jwk(EC, x5c=[*x5c(leaf), "no base64!", *x5c(leaf[:-1])]))
    assert [(finding.message, finding.at) for finding in report.findings] == [
        ("entry 1 of x5c is not base64", "/x5c/1"),
        ("entry 2 of x5c is not an X.509 certificate in DER", "/x5c/2"),
    ]


def test_a_chain_of_certificates():
    assert silent(JwkX5cMalformed, jwk(EC, x5c=x5c(*chain())))
    # How it is encoded is for another check.
    assert silent(JwkX5cMalformed, jwk(EC, x5c=[x5c(chain()[0])[0].rstrip("=") + "\n"]))


def test_keys_without_a_chain():
    assert not applies(JwkX5cMalformed, jwk(EC))
