from jwtctl.checks.key.rsa_exponent_low import RsaExponentLow
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, public_rsa, rsa, run, silent, the_finding, weak


def test_an_exponent_of_3():
    finding = the_finding(run(RsaExponentLow, rsa(weak().n, 3)))
    assert finding.message == "an exponent of 3, where FIPS 186-5 asks for more than 65536"
    assert (finding.severity, finding.at) == (Severity.LOW, "/e")


def test_65535_is_low_and_65537_is_not():
    assert the_finding(run(RsaExponentLow, rsa(weak().n, 65535))).message.startswith("an exponent of 65535")
    assert silent(RsaExponentLow, public_rsa())


def test_what_is_no_exponent_is_for_another_check():
    assert silent(RsaExponentLow, rsa(weak().n, 1))
    assert silent(RsaExponentLow, rsa(weak().n, 4))


def test_other_types_have_no_exponent():
    assert not applies(RsaExponentLow, jwk(EC))
