from jwtctl.checks.key.rsa_small_factor import RsaSmallFactor
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, maker, public_rsa, rsa, run, silent, the_finding, weak


def test_a_small_prime_times_a_large_one_is_broken():
    q = weak().primes[0]
    finding = the_finding(run(RsaSmallFactor, rsa(65537 * q, 3)))
    assert finding.message == "the modulus is 65537 times a prime, so the private key is known to everybody"
    assert (finding.severity, finding.at) == (Severity.CRITICAL, "/n")
    assert finding.witness == {"p": hex(q), "q": hex(65537)}


def test_a_damaged_modulus_is_not_said_to_be_broken():
    n = weak().n
    damaged = next(n ^ 1 << bit for bit in range(1, 2000) if (n ^ 1 << bit) % 31337 == 0 or (n ^ 1 << bit) % 3 == 0)
    finding = the_finding(run(RsaSmallFactor, rsa(damaged, 65537)))
    factor = int(finding.witness["factor"], 16)
    assert finding.message == (
        f"the modulus is divisible by {factor}, so it is no product of two large primes, or a damaged copy of one"
    )
    assert finding.severity is Severity.HIGH
    assert factor * int(finding.witness["cofactor"], 16) == damaged


def test_the_next_prime_after_65537_is_not_found():
    assert silent(RsaSmallFactor, rsa(65539 * maker("small factor").prime(1024), 3))
    assert silent(RsaSmallFactor, public_rsa())


def test_even_moduli_and_other_types_are_for_other_checks():
    assert not applies(RsaSmallFactor, rsa(2 * weak().n, 65537))
    assert not applies(RsaSmallFactor, jwk(EC))


def test_one_among_many_sound_keys():
    keys = [rsa(maker("sound").prime(64) * maker("sound").prime(64), 65537, source=str(i)) for i in range(40)]
    bad = rsa(65537 * maker("sound").prime(120), 65537, source="bad")
    assert [each.subject.source for each in run(RsaSmallFactor, *keys[:20], bad, *keys[20:]).findings] == ["bad"]


def test_a_key_too_large_for_searches_among_many_sound_keys():
    keys = [rsa(maker("sound").prime(64) * maker("sound").prime(64), 65537, source=str(i)) for i in range(40)]
    long_modulus = rsa(3 * ((1 << 16384) + 1), 65537, source="n")
    long_exponent = rsa(65537 * maker("sound").prime(120), (1 << 16384) + 1, source="e")
    found = run(RsaSmallFactor, *keys, long_modulus, long_exponent).findings
    assert {each.subject.source for each in found} == {"n", "e"}
