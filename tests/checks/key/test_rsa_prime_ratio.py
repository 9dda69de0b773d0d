import pytest

from jwtctl.checks.effort import Effort
from jwtctl.checks.key.rsa_prime_ratio import RsaPrimeRatio
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, maker, public_rsa, rsa, run, silent, the_finding, weak


def primes(u, v):
    q = maker("ratio").prime(1024)
    return maker("ratio").prime_near(q * u // v), q


@pytest.mark.parametrize(("u", "v"), [(3, 2), (7, 1), (100, 99)])
def test_a_simple_ratio(u, v):
    p, q = primes(u, v)
    finding = the_finding(run(RsaPrimeRatio, rsa(p * q, 65537)))
    assert finding.message == f"the primes are as {u} to {v}, so the private key is known to everybody"
    assert (finding.severity, finding.at) == (Severity.CRITICAL, "/n")
    assert finding.witness == {"p": hex(p), "q": hex(q)}


def test_a_ratio_that_is_not_so_simple():
    p, q = primes(103, 101)
    assert silent(RsaPrimeRatio, rsa(p * q, 65537))
    assert silent(RsaPrimeRatio, public_rsa())


def test_among_many_keys_only_the_simplest_ratios_are_tried():
    (p, q), (r, s) = primes(16, 15), primes(17, 15)
    report = run(RsaPrimeRatio, rsa(p * q, 65537), rsa(r * s, 65537), *[public_rsa()] * 15)
    assert the_finding(report).witness == {"p": hex(p), "q": hex(q)}


def test_even_and_endless_moduli_and_other_types_are_left_alone():
    assert not applies(RsaPrimeRatio, rsa(2 * weak().n, 65537))
    assert not applies(RsaPrimeRatio, rsa((1 << 16384) + 1, 65537))
    assert not applies(RsaPrimeRatio, jwk(EC))


def test_a_quick_run_leaves_it_out():
    assert applies(RsaPrimeRatio, public_rsa(), effort=Effort.USUAL)
    assert not applies(RsaPrimeRatio, public_rsa(), effort=Effort.QUICK)
