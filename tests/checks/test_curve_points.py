from jwtctl.checks.curve_points import holders, point_of
from jwtctl.model import Key
from tests.checks.material import EC, OCT, OKP, jwk, public, public_rsa


def test_points_by_curve_with_their_first_holder():
    numbers = jwk(EC).numbers
    point = numbers["x"], numbers["y"]
    private, again = jwk(EC, source="a"), jwk(public(EC), source="b")
    assert holders([private, again]) == {"P-256": {point: private}}
    assert holders([]) == {}


def test_a_point_that_was_left_out_is_derived():
    numbers = jwk(EC).numbers
    assert point_of(Key("EC", "P-256", {"d": numbers["d"]})) == (numbers["x"], numbers["y"])


def test_what_is_no_point():
    numbers = jwk(EC).numbers
    assert point_of(Key("EC", "P-256", {"x": numbers["x"], "y": numbers["y"] ^ 1})) is None
    assert point_of(Key("EC", "P-256", {"x": numbers["x"]})) is None
    assert point_of(Key("EC", "P-256", {"d": 0})) is None
    assert point_of(Key("EC", "P-224", {"x": 1, "y": 1})) is None
    assert [point_of(key) for key in (jwk(OKP), jwk(OCT), public_rsa())] == [None] * 3
