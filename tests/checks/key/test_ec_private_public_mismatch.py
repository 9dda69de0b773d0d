import pytest

from jwtctl.checks.key.ec_private_public_mismatch import EcPrivatePublicMismatch
from jwtctl.model import Key, Severity
from tests.checks.material import EC, OKP, applies, jwk, public, run, silent, the_finding

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # P-256, SEC 2 section 2.4.2


def test_the_point_of_another_key():
    finding = the_finding(run(EcPrivatePublicMismatch, jwk(EC, d="AQ")))
    assert finding.message == "x and y do not belong to d on P-256"
    assert (finding.severity, finding.at, finding.witness) == (Severity.HIGH, "/x", {})


def test_the_negative_of_the_point():
    numbers = jwk(EC).numbers
    prime = 2**256 - 2**224 + 2**192 + 2**96 - 1
    finding = the_finding(run(EcPrivatePublicMismatch, Key("EC", "P-256", {**numbers, "y": prime - numbers["y"]})))
    assert (finding.message, finding.at) == ("y does not belong to d on P-256", "/y")


@pytest.mark.parametrize("d", [0, ORDER, ORDER + 1, 1 << 600])
def test_a_private_number_that_the_curve_does_not_have(d):
    for more in ({}, {"x": 1, "y": 2}):
        finding = the_finding(run(EcPrivatePublicMismatch, Key("EC", "P-256", {**more, "d": d})))
        assert (finding.message, finding.at) == ("d is not between 1 and the order of P-256", "/d")


def test_a_pair_that_belongs_together_and_a_private_number_alone():
    assert silent(EcPrivatePublicMismatch, jwk(EC))
    assert silent(EcPrivatePublicMismatch, jwk(EC, x=None, y=None))
    assert silent(EcPrivatePublicMismatch, Key("EC", "P-256", {"d": ORDER - 1}))


def test_public_keys_and_other_types():
    assert not applies(EcPrivatePublicMismatch, jwk(public(EC)))
    assert not applies(EcPrivatePublicMismatch, jwk(OKP))
