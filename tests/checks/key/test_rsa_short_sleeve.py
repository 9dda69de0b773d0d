import sys

from jwtctl.checks.key.rsa_short_sleeve import RsaShortSleeve
from jwtctl.model import Confidence, Severity
from tests.checks.material import EC, applies, jwk, maker, public_rsa, rsa, run, silent, the_finding, weak


def primes(filled):
    """As CompleteFTP made them: some random bits in each word of 32."""
    return [maker("sleeve").sparse_limb_prime(1024, 32, filled) for _ in range(2)]


def test_words_that_are_not_filled():
    p, q = primes(8)
    finding = the_finding(run(RsaShortSleeve, rsa(p * q, 65537)))
    assert finding.message == (
        "12 neighbouring bits are zero in every 32 bits of n, so the private key is known to everybody"
    )
    assert (finding.severity, finding.confidence, finding.at) == (Severity.CRITICAL, Confidence.CERTAIN, "/n")
    assert finding.witness == {"p": hex(max(p, q)), "q": hex(min(p, q))}


def test_zeros_that_do_not_give_the_primes_away():
    source = maker("sleeve zeros").random
    n = sum(source.getrandbits(20) << 32 * i for i in range(63)) | 1 << 2015 | 1
    finding = the_finding(run(RsaShortSleeve, rsa(n, 65537)))
    assert finding.message == (
        "11 neighbouring bits are zero in every 32 bits of n, "
        "as if its primes were made of words that were not filled; they were not found"
    )
    assert (finding.severity, finding.confidence, finding.witness) == (Severity.HIGH, Confidence.HEURISTIC, {})


def test_without_the_extra_the_zeros_are_told(monkeypatch):
    p, q = primes(8)
    monkeypatch.setitem(sys.modules, "flint", None)
    finding = the_finding(run(RsaShortSleeve, rsa(p * q, 65537)))
    assert (finding.severity, finding.confidence) == (Severity.HIGH, Confidence.HEURISTIC)


def test_words_that_are_nearly_filled_and_sound_keys():
    p, q = primes(14)
    assert silent(RsaShortSleeve, rsa(p * q, 65537))
    assert silent(RsaShortSleeve, public_rsa())


def test_even_and_endless_moduli_and_other_types_are_left_alone():
    assert not applies(RsaShortSleeve, rsa(2 * weak().n, 65537))
    assert not applies(RsaShortSleeve, rsa((1 << 16384) + 1, 65537))
    assert not applies(RsaShortSleeve, jwk(EC))
