import pytest

from jwtctl.checks.key.rsa_modulus_odd_size import RsaModulusOddSize
from jwtctl.model import Severity
from tests.checks.material import EC, OCT, applies, jwk, public_rsa, rsa, run, silent, the_finding


@pytest.mark.parametrize("bits", [2047, 2049])
def test_a_length_that_is_no_multiple_of_eight(bits):
    finding = the_finding(run(RsaModulusOddSize, rsa(1 << (bits - 1) | 1, 65537)))
    assert finding.message == f"a modulus of {bits} bits, which is no multiple of 8"
    assert (finding.severity, finding.at) == (Severity.INFO, "/n")


def test_whole_octets():
    assert silent(RsaModulusOddSize, public_rsa())
    assert silent(RsaModulusOddSize, rsa(1 << 3071 | 1, 65537))


def test_other_types_and_no_modulus():
    assert not applies(RsaModulusOddSize, jwk(EC))
    assert not applies(RsaModulusOddSize, jwk(OCT))
    assert not applies(RsaModulusOddSize, rsa(0, 3))
