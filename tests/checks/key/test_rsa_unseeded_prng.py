import pytest

from jwtctl.checks.key.rsa_unseeded_prng import RsaUnseededPrng
from jwtctl.cryptanalysis.unseeded import GENERATORS
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, maker, public_rsa, rsa, run, silent, the_finding, weak


@pytest.mark.parametrize("name", GENERATORS)
def test_the_first_prime_of_a_generator(name):
    p = maker("unseeded").prime_near(GENERATORS[name]()(1024) | 3 << 1022)
    q = weak().primes[0]
    finding = the_finding(run(RsaUnseededPrng, rsa(p * q, 65537)))
    assert finding.message == (
        f"a prime is one of the first that {name} gives, so the private key is known to everybody"
    )
    assert (finding.severity, finding.at) == (Severity.CRITICAL, "/n")
    assert finding.witness == {"p": hex(max(p, q)), "q": hex(min(p, q))}


def test_the_prime_after_that_and_sound_keys():
    p = maker("unseeded").prime_near(GENERATORS["GMP's Mersenne twister with seed 0"]()(1024) | 3 << 1022)
    assert silent(RsaUnseededPrng, rsa(maker("unseeded").prime_near(p) * weak().primes[0], 65537))
    assert silent(RsaUnseededPrng, public_rsa())


def test_even_and_endless_moduli_and_other_types_are_left_alone():
    assert not applies(RsaUnseededPrng, rsa(2 * weak().n, 65537))
    assert not applies(RsaUnseededPrng, rsa((1 << 16384) + 1, 65537))
    assert not applies(RsaUnseededPrng, jwk(EC))
