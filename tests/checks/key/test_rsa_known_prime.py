import pytest

from jwtctl.checks.key.rsa_known_prime import RsaKnownPrime
from jwtctl.cryptanalysis import known_primes
from jwtctl.jose import key_formats
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, maker, public_rsa, rsa, run, silent, the_finding, weak
from tests.cryptanalysis.test_known_primes import VECTOR


@pytest.fixture(scope="module")
def key():
    (found,) = key_formats.read(VECTOR.read_bytes(), "key.pem").keys
    return found


def test_a_key_of_the_internet(key):
    finding = the_finding(run(RsaKnownPrime, key))
    assert finding.message == (
        "a factor of 1024 bits is known from other keys, so the private key is known to everybody"
    )
    assert (finding.severity, finding.at) == (Severity.CRITICAL, "/n")
    p, q = (int(finding.witness[name], 16) for name in "pq")
    assert p * q == key.numbers["n"]


def test_it_is_found_among_many(key):
    others = [rsa(maker("others").prime(1024) * maker("others").prime(1024), 65537) for _ in range(16)]
    assert the_finding(run(RsaKnownPrime, key, *others)).subject.source == key.place.source


def test_both_primes_are_known(monkeypatch):
    p, q = weak().primes
    monkeypatch.setattr(known_primes, "product", lambda _bits: p * q * maker("known").prime(1024))
    finding = the_finding(run(RsaKnownPrime, public_rsa()))
    assert finding.message == "all prime factors of n are known from other keys, and the private key with them"
    assert (finding.severity, finding.at) == (Severity.CRITICAL, "/n")


def test_sound_keys_and_what_others_tell(key):
    assert silent(RsaKnownPrime, public_rsa())
    p = known_primes.known_divisor(key.numbers["n"])
    assert silent(RsaKnownPrime, rsa(p * p, 65537))


def test_even_and_endless_moduli_and_other_types_are_left_alone():
    assert not applies(RsaKnownPrime, rsa(2 * weak().n, 65537))
    assert not applies(RsaKnownPrime, rsa((1 << 16384) + 1, 65537))
    assert not applies(RsaKnownPrime, jwk(EC))
