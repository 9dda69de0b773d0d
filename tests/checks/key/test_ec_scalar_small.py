import pytest

from jwtctl.checks.key.ec_scalar_small import EcScalarSmall
from jwtctl.cryptanalysis.ec_scalars import word_forms
from jwtctl.cryptanalysis.weierstrass import CURVES, belongs, multiply
from jwtctl.model import Key, Severity
from tests.checks.material import EC, OKP, applies, jwk, out_of_time, public, public_rsa, run, silent, the_finding


def point(crv, scalar, **more):
    x, y = multiply(CURVES[crv], scalar)
    return Key("EC", crv, {"x": int(x), "y": int(y), **more})


@pytest.mark.parametrize("crv", CURVES)
def test_a_short_number(crv):
    finding = the_finding(run(EcScalarSmall, point(crv, 0xFFFFFFFF)))
    assert finding.message == "the private number is a number of 32 bits, so everybody has it"
    assert (finding.severity, finding.at) == (Severity.CRITICAL, "/x")
    assert finding.witness == {"crv": crv, "d": "0xffffffff"}


@pytest.mark.parametrize(
    ("form", "what"),
    [("high", "one word of 32 bits, with zeros after it"), ("repeated", "one word of 32 bits, repeated")],
)
def test_one_word_in_disguise(form, what):
    curve = CURVES["P-256"]
    key = point("P-256", 0xDEADBEEF * word_forms(curve)[form])
    finding = the_finding(run(EcScalarSmall, key))
    assert finding.message == f"the private number is {what}, so everybody has it"
    assert belongs(curve, int(finding.witness["d"], 16), (key.numbers["x"], key.numbers["y"]))


def test_each_holder_of_the_key_is_told_and_a_private_one_without_its_point_too():
    report = run(EcScalarSmall, point("P-256", 5), point("P-256", 5, d=5), Key("EC", "P-256", {"d": 5}))
    assert [finding.witness["d"] for finding in report.findings] == ["0x5"] * 3


def test_longer_numbers_and_ordinary_keys():
    assert silent(EcScalarSmall, point("P-256", 1 << 40), point("P-384", 3 << 200), jwk(public(EC)))


def test_points_off_the_curve_and_spent_budgets():
    assert silent(EcScalarSmall, Key("EC", "P-256", {"x": 1, "y": 1}), Key("EC", "P-256", {"d": 0}))
    assert silent(EcScalarSmall, point("P-256", 5), clock=out_of_time())


def test_other_keys_have_no_scalar():
    assert not applies(EcScalarSmall, jwk(OKP))
    assert not applies(EcScalarSmall, public_rsa())
