import pytest

from jwtctl.checks.effort import Effort
from jwtctl.checks.key.rsa_primes_share_ends import RsaPrimesShareEnds
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, maker, public_rsa, rsa, run, silent, the_finding, weak


@pytest.mark.parametrize(("high", "low"), [(40, 216), (128, 128), (216, 40)])
def test_a_quarter_of_the_bits_at_the_ends(high, low):
    primes = maker("ends").primes_sharing_ends(1024, high, low)
    q, p = sorted(primes)
    finding = the_finding(run(RsaPrimesShareEnds, rsa(p * q, 65537)))
    assert finding.message == (
        f"the primes agree in their highest {high} and lowest {low} bits, so the private key is known to everybody"
    )
    assert (finding.severity, finding.at) == (Severity.CRITICAL, "/n")
    assert finding.witness == {"p": hex(p), "q": hex(q)}


def test_fewer_bits_at_the_ends():
    p, q = maker("ends").primes_sharing_ends(1024, 120, 124)
    assert silent(RsaPrimesShareEnds, rsa(p * q, 65537))
    assert silent(RsaPrimesShareEnds, public_rsa())


def test_even_and_endless_moduli_and_other_types_are_left_alone():
    assert not applies(RsaPrimesShareEnds, rsa(2 * weak().n, 65537))
    assert not applies(RsaPrimesShareEnds, rsa((1 << 16384) + 1, 65537))
    assert not applies(RsaPrimesShareEnds, jwk(EC))


def test_a_quick_run_leaves_it_out():
    assert applies(RsaPrimesShareEnds, public_rsa(), effort=Effort.USUAL)
    assert not applies(RsaPrimesShareEnds, public_rsa(), effort=Effort.QUICK)
