import gmpy2

from jwtctl.checks.key.rsa_close_primes import RsaClosePrimes
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, maker, public_rsa, rsa, run, silent, the_finding, weak


def test_neighbouring_primes():
    q = maker("close primes").prime(1024)
    p = int(gmpy2.next_prime(q))
    finding = the_finding(run(RsaClosePrimes, rsa(p * q, 65537)))
    assert finding.message == (
        f"the primes differ by a number of only {(p - q).bit_length()} bits, so the private key is known to everybody"
    )
    assert (finding.severity, finding.at) == (Severity.CRITICAL, "/n")
    assert finding.witness == {"p": hex(p), "q": hex(q)}


def test_the_reach_is_100_000_steps():
    q = maker("close primes").prime(1024)
    near, far = (int(gmpy2.next_prime(q + (1 << bits))) for bits in (520, 525))
    assert the_finding(run(RsaClosePrimes, rsa(near * q, 65537))).witness["p"] == hex(near)
    assert silent(RsaClosePrimes, rsa(far * q, 65537))
    assert silent(RsaClosePrimes, public_rsa())


def test_a_square_is_for_another_check():
    assert silent(RsaClosePrimes, rsa(weak().primes[0] ** 2, 65537))


def test_even_and_endless_moduli_and_other_types_are_left_alone():
    assert not applies(RsaClosePrimes, rsa(2 * weak().n, 65537))
    assert not applies(RsaClosePrimes, rsa((1 << 16384) + 1, 65537))
    assert not applies(RsaClosePrimes, jwk(EC))
