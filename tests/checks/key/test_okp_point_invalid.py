import pytest

from jwtctl.checks.key.okp_point_invalid import OkpPointInvalid
from jwtctl.cryptanalysis.edwards import EDWARDS_CURVES
from jwtctl.jose.generate import generate
from jwtctl.model import Key, Severity
from tests.checks.material import EC, OKP, applies, jwk, run, silent, the_finding


def okp(crv, x):
    return Key("OKP", crv, octets={"x": x})


@pytest.mark.parametrize(("crv", "needed"), [("Ed25519", 32), ("Ed448", 57), ("X25519", 32), ("X448", 56)])
def test_wrong_lengths(crv, needed):
    for octets in (0, needed - 1, needed + 1):
        finding = the_finding(run(OkpPointInvalid, okp(crv, b"\x05" * octets)))
        assert finding.message == f"x has {octets} octets, where {crv} requires {needed}"
        assert (finding.severity, finding.at) == (Severity.HIGH, "/x")


def test_no_point_and_no_canonical_one():
    # y = 2 has no x on Ed25519; a y beyond the prime encodes nothing; x = 0 has no sign.
    p = EDWARDS_CURVES["Ed25519"].p
    for y in (2, p, p + 1, 1 | 1 << 255, p - 1 | 1 << 255):
        finding = the_finding(run(OkpPointInvalid, okp("Ed25519", y.to_bytes(32, "little"))))
        assert (finding.message, finding.at) == ("x encodes no point of Ed25519", "/x")
    beyond = EDWARDS_CURVES["Ed448"].p
    assert the_finding(run(OkpPointInvalid, okp("Ed448", beyond.to_bytes(57, "little")))).at == "/x"


def test_about_half_of_all_octet_strings_are_no_point():
    refused = sum(not silent(OkpPointInvalid, okp("Ed25519", bytes([first]) + bytes(31))) for first in range(256))
    assert 100 < refused < 156


def test_a_number_that_is_not_reduced():
    for crv, prime, octets in (("X25519", 2**255 - 19, 32), ("X448", 2**448 - 2**224 - 1, 56)):
        finding = the_finding(run(OkpPointInvalid, okp(crv, (prime + 9).to_bytes(octets, "little"))))
        assert finding.message == f"x is not reduced modulo the prime of {crv}"
        assert finding.severity is Severity.LOW
        assert silent(OkpPointInvalid, okp(crv, (prime - 9).to_bytes(octets, "little")))


def test_keys_that_a_library_made():
    assert silent(OkpPointInvalid, jwk(OKP))
    for alg, crv in (("Ed25519", None), ("Ed448", None), ("ECDH-ES", "X25519"), ("ECDH-ES", "X448")):
        for _ in range(5):
            assert silent(OkpPointInvalid, generate(alg, crv=crv))


def test_other_keys():
    assert not applies(OkpPointInvalid, jwk(EC))
    assert not applies(OkpPointInvalid, Key("OKP", "Ed25519", octets={"d": bytes(32)}))
