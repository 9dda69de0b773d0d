import pytest

from jwtctl.checks.key.okp_wrong_use import OkpWrongUse
from jwtctl.jose.generate import generate
from jwtctl.model import Severity
from tests.checks.material import EC, OKP, applies, jwk, run, silent, the_finding


def x25519(**labels):
    return generate("ECDH-ES", crv="X25519")._replace(use=None, **labels)


@pytest.mark.parametrize(
    ("key", "message", "at"),
    [
        (jwk(OKP, use="enc"), "use is enc, which Ed25519 cannot serve", "/use"),
        (x25519()._replace(use="sig"), "use is sig, which X25519 cannot serve", "/use"),
        (
            jwk(OKP, key_ops=["deriveKey", "sign", "deriveBits", "deriveKey"]),
            "key_ops has deriveKey, deriveBits, which Ed25519 cannot serve",
            "/key_ops",
        ),
        (x25519(key_ops=("verify",)), "key_ops has verify, which X25519 cannot serve", "/key_ops"),
    ],
)
def test_what_a_curve_cannot_do(key, message, at):
    finding = the_finding(run(OkpWrongUse, key))
    assert (finding.message, finding.severity, finding.at) == (message, Severity.MEDIUM, at)


def test_what_it_can():
    assert silent(OkpWrongUse, jwk(OKP, use="sig", key_ops=["sign", "verify"]))
    assert silent(OkpWrongUse, generate("Ed448"))
    assert silent(OkpWrongUse, generate("ECDH-ES", crv="X448"))
    assert silent(OkpWrongUse, x25519(key_ops=("deriveBits", "deriveKey")))
    assert silent(OkpWrongUse, jwk(OKP, use="else", key_ops=["else"]))


def test_keys_without_a_label_and_on_other_curves():
    assert not applies(OkpWrongUse, jwk(OKP))
    assert not applies(OkpWrongUse, jwk(EC, use="enc"))
