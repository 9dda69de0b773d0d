import pytest

from jwtctl.checks.key.rsa_exponent_unusual import RsaExponentUnusual
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, public_rsa, rsa, run, silent, the_finding, weak


@pytest.mark.parametrize("e", [65539, (1 << 32) + 1, (1 << 64) - 1])
def test_an_exponent_above_65537(e):
    finding = the_finding(run(RsaExponentUnusual, rsa(weak().n, e)))
    assert finding.message == f"an exponent of {e}, where nearly all keys have 65537"
    assert (finding.severity, finding.at) == (Severity.INFO, "/e")


@pytest.mark.parametrize("e", [3, 17, 65535, 65537, 65538, (1 << 64) + 1])
def test_usual_short_even_and_huge_ones_are_not_for_this_check(e):
    assert silent(RsaExponentUnusual, rsa(weak().n, e))
    assert silent(RsaExponentUnusual, public_rsa())


def test_an_exponent_above_the_modulus_is_invalid():
    assert silent(RsaExponentUnusual, rsa(65539, 65541))


def test_other_types_and_no_exponent():
    assert not applies(RsaExponentUnusual, jwk(EC))
    assert not applies(RsaExponentUnusual, rsa(weak().n, d=weak().d))
