import pytest

from jwtctl.checks.key.ec_close_scalars import EcCloseScalars
from jwtctl.cryptanalysis.weierstrass import CURVES, multiply
from jwtctl.model import Key, Place, Severity
from tests.checks.material import EC, OKP, applies, jwk, out_of_time, public, public_rsa, run, silent, the_finding

SCALAR = 0x1234567**8


def point(scalar, *, crv="P-256", source="key.json"):
    x, y = multiply(CURVES[crv], scalar)
    return Key("EC", crv, {"x": int(x), "y": int(y)}, place=Place(source))


@pytest.mark.parametrize("difference", [1, 1000, (1 << 18) - 1])
def test_numbers_side_by_side(difference):
    report = run(EcCloseScalars, point(SCALAR, source="a"), jwk(EC), point(SCALAR - difference, source="b"))
    finding = the_finding(report)
    assert finding.message == (
        f"the private number differs by {difference} from that at 'a', so whoever has one has both"
    )
    assert (finding.severity, finding.at, finding.subject.source) == (Severity.HIGH, "/x", "b")
    assert finding.witness == {"crv": "P-256", "difference": hex(-difference)}


def test_numbers_that_add_up():
    curve = CURVES["P-384"]
    keys = point(SCALAR, crv="P-384", source="a"), point(curve.n - SCALAR + 77, crv="P-384", source="b")
    finding = the_finding(run(EcCloseScalars, *keys))
    assert finding.message == (
        "the private number and that at 'a' add up to 77 modulo the order of P-384, so whoever has one has both"
    )
    assert finding.witness == {"crv": "P-384", "sum": "0x4d"}


def test_one_key_twice_distant_numbers_and_other_curves():
    assert silent(EcCloseScalars, jwk(EC), jwk(public(EC)), point(SCALAR))
    assert silent(EcCloseScalars, point(SCALAR), point(SCALAR + (1 << 18) + 1026))
    assert silent(EcCloseScalars, point(SCALAR), point(5), point(SCALAR + 1, crv="P-384"))


def test_a_spent_budget():
    assert silent(EcCloseScalars, point(SCALAR), point(SCALAR + 1), clock=out_of_time())


def test_one_point_is_close_to_none():
    assert not applies(EcCloseScalars, jwk(EC), jwk(public(EC)))
    assert not applies(EcCloseScalars, jwk(EC), point(5, crv="P-384"), jwk(OKP), public_rsa())
