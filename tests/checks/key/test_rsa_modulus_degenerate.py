from jwtctl.checks.effort import Effort
from jwtctl.checks.key.rsa_modulus_degenerate import RsaModulusDegenerate
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, public_rsa, rsa, run, silent, the_finding, weak


def test_an_even_modulus():
    finding = the_finding(run(RsaModulusDegenerate, rsa(2 * weak().primes[0], 65537)))
    assert finding.message == "the modulus is even"
    assert (finding.severity, finding.at, finding.witness) == (Severity.CRITICAL, "/n", {"factor": "0x2"})


def test_a_prime_modulus():
    p = weak().primes[0]
    finding = the_finding(run(RsaModulusDegenerate, rsa(p, 65537)))
    assert finding.message == "the modulus is prime, so the private exponent is the inverse of e modulo n - 1"
    assert finding.witness == {"n": hex(p)}


def test_the_square_of_a_prime_and_a_cube():
    p = weak().primes[0]
    finding = the_finding(run(RsaModulusDegenerate, rsa(p * p, 65537)))
    assert finding.message == "the modulus is a number of 1024 bits to the power of 2"
    assert finding.witness == {"root": hex(p), "exponent": "0x2"}
    assert the_finding(run(RsaModulusDegenerate, rsa(p**3, 65537))).witness["exponent"] == "0x3"


def test_a_quick_run_does_not_ask_whether_n_is_prime():
    p = weak().primes[0]
    assert silent(RsaModulusDegenerate, rsa(p, 65537), effort=Effort.QUICK)
    assert len(run(RsaModulusDegenerate, rsa(p, 65537), effort=Effort.USUAL).findings) == 1
    assert len(run(RsaModulusDegenerate, rsa(p * p, 65537), effort=Effort.QUICK).findings) == 1


def test_nothing_at_all():
    assert the_finding(run(RsaModulusDegenerate, rsa(0, 65537))).message == "the modulus is 0"
    assert the_finding(run(RsaModulusDegenerate, rsa(1, 65537))).message == "the modulus is 1"


def test_the_product_of_two_different_primes_is_as_it_should_be():
    assert silent(RsaModulusDegenerate, public_rsa())
    p, q = weak().primes
    assert silent(RsaModulusDegenerate, rsa(p * p * q, 65537))


def test_other_types_have_no_modulus():
    assert not applies(RsaModulusDegenerate, jwk(EC))
