import pytest

from jwtctl.checks.key.rsa_exponent_invalid import RsaExponentInvalid
from jwtctl.model import Severity
from tests.checks.material import OKP, applies, jwk, public_rsa, rsa, run, silent, the_finding, weak


def test_with_exponent_1_anybody_signs():
    finding = the_finding(run(RsaExponentInvalid, rsa(weak().n, 1)))
    assert finding.message == "the exponent is 1, so every padded digest is its own signature"
    assert (finding.severity, finding.at, finding.witness) == (Severity.CRITICAL, "/e", {"e": "0x1"})


@pytest.mark.parametrize(
    ("e", "message"),
    [
        (0, "the exponent is 0, where it must be odd and at least 3"),
        (2, "the exponent is 2, where it must be odd and at least 3"),
        (65536, "the exponent is even, so no private key belongs to it"),
        (weak().n, "the exponent is not below the modulus (2048 bits, modulus 2048 bits)"),
        (weak().n << 8 | 1, "the exponent is not below the modulus (2056 bits, modulus 2048 bits)"),
    ],
)
def test_exponents_that_rsa_does_not_allow(e, message):
    finding = the_finding(run(RsaExponentInvalid, rsa(weak().n, e)))
    assert (finding.message, finding.severity, finding.at) == (message, Severity.HIGH, "/e")


def test_3_and_n_minus_2_are_allowed():
    assert silent(RsaExponentInvalid, rsa(weak().n, 3))
    assert silent(RsaExponentInvalid, rsa(weak().n, weak().n - 2))
    assert silent(RsaExponentInvalid, public_rsa())


def test_a_key_without_e_and_other_types_are_for_other_checks():
    assert not applies(RsaExponentInvalid, rsa(weak().n, d=weak().d))
    assert not applies(RsaExponentInvalid, jwk(OKP))
