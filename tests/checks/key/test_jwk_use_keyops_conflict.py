import pytest

from jwtctl.checks.key.jwk_use_keyops_conflict import JwkUseKeyopsConflict
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, public_rsa, run, silent, the_finding


@pytest.mark.parametrize(
    ("use", "operations", "message"),
    [
        ("sig", ["deriveKey", "sign"], "use is 'sig', but key_ops has deriveKey"),
        ("enc", ["verify"], "use is 'enc', but key_ops has verify"),
        (None, ["sign", "deriveBits"], "key_ops has unrelated operations: deriveBits, sign"),
        ("sig", ["verify", "verify"], "key_ops has 'verify' more than once"),
    ],
)
def test_it_names_the_contradiction(use, operations, message):
    finding = the_finding(run(JwkUseKeyopsConflict, jwk(EC, use=use, key_ops=operations)))
    assert (finding.message, finding.severity, finding.at) == (message, Severity.MEDIUM, "/key_ops")


@pytest.mark.parametrize(
    ("use", "operations"),
    [("sig", ["sign", "verify"]), ("enc", ["deriveKey", "deriveBits"]), (None, []), ("sig", ["notarize"])],
)
def test_what_goes_together(use, operations):
    assert silent(JwkUseKeyopsConflict, jwk(EC, use=use, key_ops=operations))


def test_a_key_without_key_ops_has_nothing_to_contradict():
    assert not applies(JwkUseKeyopsConflict, jwk(EC, use="sig"))
    assert not applies(JwkUseKeyopsConflict, public_rsa())
