import gmpy2

from jwtctl.checks.key.rsa_roca_variant import RsaRocaVariant
from jwtctl.cryptanalysis.fingerprints import quadratic_residue
from jwtctl.model import Confidence, Severity
from tests.checks.material import EC, applies, jwk, maker, public_rsa, rsa, run, silent, the_finding, weak


def moduli(base):
    """A modulus that is a square modulo all small primes, and one that is not."""
    product, source = int(gmpy2.primorial(353)), maker(f"variant {base}")
    found = {}
    while len(found) < 2:
        n = source.power_prime(512, base, product) * source.power_prime(512, base, product)
        found[quadratic_residue(n)] = n
    return found[True], found[False]


def test_powers_of_another_base():
    finding = the_finding(run(RsaRocaVariant, rsa(moduli(65539)[0], 65537)))
    assert finding.message == "n is a square modulo each of the 48 primes from 5 to 229"
    assert (finding.severity, finding.confidence, finding.at) == (Severity.MEDIUM, Confidence.HEURISTIC, "/n")


def test_every_second_one_does_not_show():
    assert silent(RsaRocaVariant, rsa(moduli(65539)[1], 65537))
    assert silent(RsaRocaVariant, public_rsa())


def test_roca_itself_and_squares_are_for_other_checks():
    assert silent(RsaRocaVariant, rsa(moduli(65537)[0], 65537))
    assert silent(RsaRocaVariant, rsa(weak().primes[0] ** 2, 65537))


def test_even_and_endless_moduli_and_other_types_are_left_alone():
    assert not applies(RsaRocaVariant, rsa(2 * weak().n, 65537))
    assert not applies(RsaRocaVariant, rsa((1 << 16384) + 1, 65537))
    assert not applies(RsaRocaVariant, jwk(EC))
