from jwtctl.checks.effort import Effort
from jwtctl.checks.key.rsa_bit_pattern_both import RsaBitPatternBoth
from jwtctl.model import Confidence, Severity
from tests.checks.material import EC, applies, jwk, maker, public_rsa, rsa, run, silent, the_finding, weak


def test_two_words_that_are_repeated():
    p, q = (maker("both").periodic_prime(1024, period) for period in (24, 64))
    finding = the_finding(run(RsaBitPatternBoth, rsa(p * q, 65537)))
    assert finding.message.startswith(f"the bits of both primes repeat: n / 2^{(p * q).bit_length()} is within 2^-")
    assert finding.message.endswith(" bits, so the private key is known to everybody")
    assert (finding.severity, finding.confidence, finding.at) == (Severity.CRITICAL, Confidence.CERTAIN, "/n")
    assert finding.witness == {"p": hex(max(p, q)), "q": hex(min(p, q))}


def test_what_does_not_fall_apart_is_only_suspicious():
    n = (1 << 2048) // 3 * 2 + (1 << 1800) + 1
    finding = the_finding(run(RsaBitPatternBoth, rsa(n, 65537)))
    assert finding.message == (
        "n / 2^2048 is within 2^-246 of a fraction with a denominator of 2 bits, "
        "as if the bits of both primes repeated; they were not found"
    )
    assert (finding.severity, finding.confidence) == (Severity.HIGH, Confidence.HEURISTIC)
    assert finding.witness == {"numerator": "0x2", "denominator": "0x3"}


def test_the_distance_that_is_told_is_true():
    n = (1 << 2048) // 3 * 2 + (1 << 1800) + 1
    assert abs(3 * n - 2 * (1 << 2048)) * (1 << 246) < 3 << 2048


def test_one_patterned_prime_and_sound_keys():
    assert silent(RsaBitPatternBoth, rsa(maker("both").periodic_prime(1024, 24) * weak().primes[0], 65537))
    assert silent(RsaBitPatternBoth, public_rsa())


def test_even_and_endless_moduli_and_other_types_are_left_alone():
    assert not applies(RsaBitPatternBoth, rsa(2 * weak().n, 65537))
    assert not applies(RsaBitPatternBoth, rsa((1 << 16384) + 1, 65537))
    assert not applies(RsaBitPatternBoth, jwk(EC))


def test_a_quick_run_leaves_it_out():
    assert applies(RsaBitPatternBoth, public_rsa(), effort=Effort.USUAL)
    assert not applies(RsaBitPatternBoth, public_rsa(), effort=Effort.QUICK)
