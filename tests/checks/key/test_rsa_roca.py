import gmpy2

from jwtctl.checks.key.rsa_roca import RsaRoca
from jwtctl.model import Confidence, Severity
from tests.checks.material import EC, applies, jwk, maker, public_rsa, rsa, run, silent, the_finding, weak


def modulus(bits, last_prime, base=65537):
    product = int(gmpy2.primorial(last_prime))
    p, q = (maker("roca").power_prime(bits // 2, base, product) for _ in range(2))
    return p * q


def test_a_modulus_of_the_form_of_rsalib():
    n = modulus(1024, 353)
    finding = the_finding(run(RsaRoca, rsa(n, 65537)))
    assert finding.message == "n is a power of 65537 modulo the product of the first 39 primes, as in keys of RSALib"
    assert (finding.severity, finding.confidence, finding.at) == (Severity.CRITICAL, Confidence.CERTAIN, "/n")
    generator, exponent, product = (int(finding.witness[name], 16) for name in ("generator", "exponent", "modulus"))
    assert product == gmpy2.primorial(167)
    assert pow(generator, exponent, product) == n % product


def test_longer_keys_are_out_of_reach_so_far():
    finding = the_finding(run(RsaRoca, rsa(modulus(2112, 701), 65537)))
    assert finding.severity is Severity.HIGH


def test_another_base_and_sound_keys():
    assert silent(RsaRoca, rsa(modulus(1024, 353, base=65539), 65537))
    assert silent(RsaRoca, public_rsa())


def test_even_and_endless_moduli_and_other_types_are_left_alone():
    assert not applies(RsaRoca, rsa(2 * weak().n, 65537))
    assert not applies(RsaRoca, rsa((1 << 16384) + 1, 65537))
    assert not applies(RsaRoca, jwk(EC))
