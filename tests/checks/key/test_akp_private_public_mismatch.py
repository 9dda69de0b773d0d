from jwtctl.checks.key.akp_private_public_mismatch import AkpPrivatePublicMismatch
from jwtctl.jose.generate import generate
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, run, silent, the_finding

KEY = generate("ML-DSA-44")


def replaced(**octets):
    return KEY._replace(octets={**KEY.octets, **octets})


def test_the_halves_of_two_keys():
    for other in (generate("ML-DSA-44").octets["pub"], generate("ML-DSA-65").octets["pub"], b""):
        finding = the_finding(run(AkpPrivatePublicMismatch, replaced(pub=other)))
        assert finding.message == "pub does not belong to priv for ML-DSA-44"
        assert (finding.severity, finding.at) == (Severity.HIGH, "/pub")


def test_one_bit():
    changed = bytearray(KEY.octets["pub"])
    changed[-1] ^= 1
    assert not silent(AkpPrivatePublicMismatch, replaced(pub=bytes(changed)))
    assert silent(AkpPrivatePublicMismatch, KEY)


def test_another_parameter_set_makes_another_key_of_one_seed():
    assert not silent(AkpPrivatePublicMismatch, KEY._replace(alg="ML-DSA-87"))


def test_a_seed_that_is_none_is_for_another_check():
    assert silent(AkpPrivatePublicMismatch, replaced(priv=bytes(31)))


def test_half_a_key_and_other_types():
    for name in ("pub", "priv"):
        assert not applies(AkpPrivatePublicMismatch, KEY._replace(octets={name: KEY.octets[name]}))
    assert not applies(AkpPrivatePublicMismatch, KEY._replace(alg=None))
    assert not applies(AkpPrivatePublicMismatch, jwk(EC))
