from jwtctl.checks.key.jwk_missing_kid import JwkMissingKid
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, public_rsa, run, silent, the_finding


def test_no_kid_and_an_empty_one():
    finding = the_finding(run(JwkMissingKid, jwk(EC)))
    assert (finding.message, finding.severity, finding.at) == ("no kid", Severity.LOW, "")
    assert the_finding(run(JwkMissingKid, jwk(EC, kid=""))).message == "the kid is empty"


def test_any_kid_will_do():
    assert silent(JwkMissingKid, jwk(EC, kid="0"))


def test_pem_has_no_room_for_a_kid():
    assert not applies(JwkMissingKid, public_rsa())
