import pytest

from jwtctl.checks.key.rsa_roles_reversed import RsaRolesReversed
from jwtctl.checks.key.rsa_small_private_exponent import RsaSmallPrivateExponent
from jwtctl.model import Severity
from tests.checks.material import (
    EC,
    applies,
    jwk,
    maker,
    out_of_time,
    private_rsa,
    public_rsa,
    rsa,
    run,
    silent,
    the_finding,
    weak,
)


def key_with(d_bits, seed="small private exponent"):
    """(n, e, d, primes) with a private exponent of so many bits."""
    source = maker(seed)
    n, d, e, primes = source.key(source.primes(2048), e_bits=d_bits)
    return n, e, d, primes


@pytest.mark.parametrize("bits", [65, 250, 505])
def test_the_public_key_gives_a_short_private_exponent_away(bits):
    n, e, d, primes = key_with(bits)
    finding = the_finding(run(RsaSmallPrivateExponent, rsa(n, e)))
    assert finding.message == f"the private exponent has {bits} bits, where n has 2048: the public key gives it away"
    assert (finding.severity, finding.at) == (Severity.CRITICAL, "/e")
    assert finding.witness == {"n": hex(n), "e": hex(e), "d": hex(d), "p": hex(primes[0]), "q": hex(primes[1])}


def test_a_private_key_says_so_without_any_search():
    n, e, d, (p, q) = key_with(500)
    for more in ({}, {"p": p, "q": q}):
        finding = the_finding(run(RsaSmallPrivateExponent, rsa(n, e, d=d, **more), clock=out_of_time()))
        assert finding.witness["d"] == hex(d)


def test_a_long_private_exponent_stays_secret():
    n, e, d, (p, q) = key_with(1000)
    assert silent(RsaSmallPrivateExponent, rsa(n, e, d=d, p=p, q=q), clock=out_of_time())
    assert silent(RsaSmallPrivateExponent, rsa(n, e), clock=out_of_time())


def test_an_ordinary_public_exponent_is_reversed_roles_instead():
    n, _, d, _ = weak()
    assert silent(RsaSmallPrivateExponent, rsa(n, d))
    assert the_finding(run(RsaRolesReversed, rsa(n, d))).severity is Severity.CRITICAL


@pytest.mark.parametrize("bits", [33, 64, 65, 500])
def test_it_and_reversed_roles_never_speak_of_one_key(bits):
    n, e, d, (p, q) = key_with(bits)
    for key in (rsa(n, e), rsa(n, e, d=d), rsa(n, e, d=d, p=p, q=q)):
        found = [*run(RsaSmallPrivateExponent, key).findings, *run(RsaRolesReversed, key).findings]
        assert len(found) == 1


def test_ordinary_keys_and_other_types():
    for key in (public_rsa(), private_rsa(), jwk(EC), rsa(weak().n, d=weak().d)):
        assert not applies(RsaSmallPrivateExponent, key)
