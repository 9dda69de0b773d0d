import pytest

from jwtctl.checks.key.akp_length import AkpLength
from jwtctl.jose.generate import generate
from jwtctl.model import Key, Severity
from tests.checks.material import EC, applies, jwk, run, silent, the_finding

LENGTHS = {"ML-DSA-44": 1312, "ML-DSA-65": 1952, "ML-DSA-87": 2592}


def akp(alg, **octets):
    return Key("AKP", alg=alg, octets=octets)


@pytest.mark.parametrize(("alg", "needed"), LENGTHS.items())
def test_public_keys_of_another_length(alg, needed):
    for octets in (needed - 1, needed + 1, 0):
        finding = the_finding(run(AkpLength, akp(alg, pub=bytes(octets))))
        assert finding.message == f"pub has {octets} octets, where {alg} requires {needed}"
        assert (finding.severity, finding.at) == (Severity.HIGH, "/pub")


def test_an_expanded_private_key():
    finding = the_finding(run(AkpLength, akp("ML-DSA-65", pub=bytes(1952), priv=bytes(4032))))
    assert finding.message == "priv has 4032 octets, where ML-DSA-65 requires 32"
    assert finding.at == "/priv"


@pytest.mark.parametrize("alg", LENGTHS)
def test_keys_that_a_library_made(alg):
    assert silent(AkpLength, generate(alg))


def test_other_algorithms():
    assert not applies(AkpLength, akp("SLH-DSA-SHA2-128s", pub=bytes(32)))
    assert not applies(AkpLength, akp(None, pub=bytes(32)))
    assert not applies(AkpLength, jwk(EC))
