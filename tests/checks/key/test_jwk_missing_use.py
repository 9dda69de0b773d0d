from jwtctl.checks.key.jwk_missing_use import JwkMissingUse
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, public_rsa, run, silent, the_finding


def test_neither_use_nor_key_ops():
    finding = the_finding(run(JwkMissingUse, jwk(EC)))
    assert (finding.message, finding.severity, finding.at) == ("neither use nor key_ops", Severity.LOW, "")


def test_either_will_do():
    assert silent(JwkMissingUse, jwk(EC, use="sig"))
    assert silent(JwkMissingUse, jwk(EC, key_ops=["verify"]))


def test_pem_has_no_room_for_a_use():
    assert not applies(JwkMissingUse, public_rsa())
