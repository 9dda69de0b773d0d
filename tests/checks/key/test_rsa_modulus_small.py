from jwtctl.checks.key.rsa_modulus_small import RsaModulusSmall
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, public_rsa, rsa, run, silent, the_finding


def test_a_modulus_of_2047_bits_is_too_small():
    finding = the_finding(run(RsaModulusSmall, rsa((1 << 2046) + 1, 65537)))
    assert finding.message == "a modulus of 2047 bits, where at least 2048 are required"
    assert (finding.severity, finding.at) == (Severity.HIGH, "/n")


def test_below_1024_bits_it_is_critical():
    assert the_finding(run(RsaModulusSmall, rsa((1 << 1022) + 1, 65537))).severity is Severity.CRITICAL
    assert the_finding(run(RsaModulusSmall, rsa((1 << 1023) + 1, 65537))).severity is Severity.HIGH


def test_2048_bits_are_enough():
    assert silent(RsaModulusSmall, public_rsa())


def test_other_types_have_no_modulus():
    assert not applies(RsaModulusSmall, jwk(EC))
