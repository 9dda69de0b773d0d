from jwtctl.checks.effort import Effort
from jwtctl.checks.key.rsa_gcd_n_minus_1 import RsaGcdNMinus1
from jwtctl.model import Confidence, Severity
from tests.checks.material import EC, applies, jwk, maker, public_rsa, rsa, run, silent, weak


def modulus(part):
    p, q = (maker("n - 1").prime_with(512, part) for _ in range(2))
    return p * q


def test_primes_that_are_one_modulo_a_common_number():
    part = 2 * maker("n - 1").prime(140)
    keys = [rsa(modulus(part), 65537, source=f"{i}.pem") for i in range(3)]
    report = run(RsaGcdNMinus1, *keys, public_rsa(1024))
    assert [finding.subject.source for finding in report.findings] == ["0.pem", "1.pem", "2.pem"]
    for finding, other in zip(report.findings, "100", strict=True):
        divisor = int(finding.witness["divisor"], 16)
        assert divisor % part == 0
        assert finding.message == (
            f"n - 1 has a divisor of {divisor.bit_length()} bits in common with that at '{other}.pem'"
        )
        assert (finding.severity, finding.confidence, finding.at) == (Severity.MEDIUM, Confidence.HEURISTIC, "/n")


def test_a_common_number_of_100_bits_and_sound_keys():
    part = 2 * maker("n - 1").prime(100)
    assert silent(RsaGcdNMinus1, rsa(modulus(part), 65537), rsa(modulus(part), 65537))
    assert silent(RsaGcdNMinus1, public_rsa(), public_rsa(1024), public_rsa(1024))


def test_a_quick_run_leaves_it_out():
    keys = public_rsa(), public_rsa(1024)
    assert applies(RsaGcdNMinus1, *keys, effort=Effort.USUAL)
    assert not applies(RsaGcdNMinus1, *keys, effort=Effort.QUICK)


def test_one_key_alone_other_types_and_endless_moduli():
    assert not applies(RsaGcdNMinus1, public_rsa())
    assert not applies(RsaGcdNMinus1, public_rsa(), jwk(EC), rsa((1 << 16384) + 1, 3), rsa(weak().n, 3))
