import pytest

from jwtctl.checks.effort import Effort
from jwtctl.checks.key.rsa_primes_fips_gap import RsaPrimesFipsGap
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, maker, public_rsa, rsa, run, silent, the_finding, weak


@pytest.mark.parametrize("gap", [924, 896, 864, 768, 1022, 1021])
def test_the_next_prime_after_a_prescribed_distance(gap):
    q = maker("gap").prime(1024)
    p = maker("gap").prime_near(q + (1 << gap))
    finding = the_finding(run(RsaPrimesFipsGap, rsa(p * q, 65537)))
    assert finding.message == (
        f"the primes differ by 2^{gap}, give or take {(p - q - (1 << gap)).bit_length()} bits, "
        "so the private key is known to everybody"
    )
    assert (finding.severity, finding.at) == (Severity.CRITICAL, "/n")
    assert finding.witness == {"p": hex(p), "q": hex(q)}


def test_other_distances():
    q = maker("gap").prime(1024)
    assert silent(RsaPrimesFipsGap, rsa(q * maker("gap").prime_near(q + (1 << 924) + (1 << 500)), 65537))
    assert silent(RsaPrimesFipsGap, public_rsa())


def test_even_and_endless_moduli_and_other_types_are_left_alone():
    assert not applies(RsaPrimesFipsGap, rsa(2 * weak().n, 65537))
    assert not applies(RsaPrimesFipsGap, rsa((1 << 16384) + 1, 65537))
    assert not applies(RsaPrimesFipsGap, jwk(EC))


def test_a_quick_run_leaves_it_out():
    assert applies(RsaPrimesFipsGap, public_rsa(), effort=Effort.USUAL)
    assert not applies(RsaPrimesFipsGap, public_rsa(), effort=Effort.QUICK)
