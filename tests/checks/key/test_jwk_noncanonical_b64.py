import pytest

from jwtctl.checks.key.jwk_noncanonical_b64 import JwkNoncanonicalB64
from jwtctl.model import Severity
from tests.checks.material import EC, OKP, applies, jwk, public, public_rsa, run, silent, the_finding


@pytest.mark.parametrize(
    ("x", "defect"),
    [
        (OKP["x"] + "=", "base64url with padding"),
        (OKP["x"].replace("_", "/"), "standard base64 alphabet instead of base64url"),
        (OKP["x"][:9] + "\n" + OKP["x"][9:], "white space inside base64url"),
        (OKP["x"][:-1] + "p", "base64url with unused bits set"),
    ],
)
def test_it_names_the_member_and_the_defect(x, defect):
    finding = the_finding(run(JwkNoncanonicalB64, jwk(public(OKP), x=x)))
    assert (finding.message, finding.severity, finding.at) == (f"x is {defect}", Severity.MEDIUM, "/x")


def test_one_finding_for_each_member():
    report = run(JwkNoncanonicalB64, jwk(EC, x=EC["x"] + "=", y=EC["y"] + "="))
    assert [finding.at for finding in report.findings] == ["/x", "/y"]


def test_the_canonical_text_and_other_defects():
    assert silent(JwkNoncanonicalB64, jwk(EC))
    assert silent(JwkNoncanonicalB64, jwk(EC, x5c=["?"]))


def test_pem_is_another_base64():
    assert not applies(JwkNoncanonicalB64, public_rsa())
