import pytest

from jwtctl.checks.key.akp_zero_seed import AkpZeroSeed
from jwtctl.jose.generate import generate
from jwtctl.jose.key import complete_public
from jwtctl.model import Key, Severity
from tests.checks.material import EC, applies, jwk, run, silent, the_finding


def seeded(alg, seed):
    return complete_public(Key("AKP", alg=alg, octets={"priv": seed}))


@pytest.mark.parametrize("alg", ["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"])
def test_the_seed_of_zeros_in_either_half(alg):
    key = seeded(alg, bytes(32))
    finding = the_finding(run(AkpZeroSeed, key))
    assert (finding.message, finding.at) == ("priv is zero in every octet", "/priv")
    assert (finding.severity, finding.witness) == (Severity.CRITICAL, {"priv": "00" * 32})
    public = the_finding(run(AkpZeroSeed, key._replace(octets={"pub": key.octets["pub"]})))
    assert (public.message, public.at) == ("pub is what the seed of zeros gives", "/pub")
    assert public.witness == finding.witness


def test_a_seed_with_one_bit():
    assert silent(AkpZeroSeed, seeded("ML-DSA-44", bytes(31) + b"\1"))
    assert silent(AkpZeroSeed, generate("ML-DSA-65"))


def test_other_keys():
    assert not applies(AkpZeroSeed, jwk(EC))
    assert not applies(AkpZeroSeed, Key("AKP", alg="new", octets={"priv": bytes(32)}))
