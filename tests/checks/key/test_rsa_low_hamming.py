from jwtctl.checks.key.rsa_low_hamming import RsaLowHamming
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, maker, out_of_time, public_rsa, rsa, run, silent, the_finding, weak


def primes(weight):
    return [maker("light").light_prime(1024, weight) for _ in range(2)]


def test_primes_with_few_bits_set():
    p, q = primes(20)
    finding = the_finding(run(RsaLowHamming, rsa(p * q, 65537)))
    assert finding.message == (
        "the primes have 20 and 20 bits set, where about 512 are to be expected, "
        "so the private key is known to everybody"
    )
    assert (finding.severity, finding.at) == (Severity.CRITICAL, "/n")
    assert finding.witness == {"p": hex(max(p, q)), "q": hex(min(p, q))}


def test_a_sparse_modulus_is_searched_among_many_keys_too():
    p, q = primes(20)
    report = run(RsaLowHamming, rsa(p * q, 65537), *[public_rsa()] * 16)
    assert the_finding(report).witness["p"] == hex(max(p, q))
    assert report.not_applicable == 16


def test_primes_with_more_bits_set_and_sound_keys():
    p, q = primes(160)
    assert silent(RsaLowHamming, rsa(p * q, 65537))
    assert silent(RsaLowHamming, public_rsa())


def test_the_budget_ends_the_search():
    p, q = primes(20)
    assert silent(RsaLowHamming, rsa(p * q, 65537), clock=out_of_time())


def test_even_and_endless_moduli_and_other_types_are_left_alone():
    assert not applies(RsaLowHamming, rsa(2 * weak().n, 65537))
    assert not applies(RsaLowHamming, rsa((1 << 16384) + 1, 65537))
    assert not applies(RsaLowHamming, jwk(EC))
