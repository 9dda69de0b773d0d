from jwtctl.checks.key.rsa_shared_prime import RsaSharedPrime
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, maker, public_rsa, rsa, run, silent, weak


def test_both_keys_are_named_with_the_place_of_the_other():
    p, q, r = (maker("shared prime").prime(1024) for _ in range(3))
    report = run(RsaSharedPrime, rsa(p * q, 65537, source="a"), rsa(p * r, 65537, source="b"), public_rsa())
    first, second = report.findings
    assert first.message == (
        "a factor of 1024 bits is also in the modulus at 'b', so both private keys are known to everybody"
    )
    assert second.message == first.message.replace("'b'", "'a'")
    assert (first.severity, first.at, first.subject.source) == (Severity.CRITICAL, "/n", "a")
    assert first.witness == {"p": hex(p), "q": hex(q)}
    assert second.witness == {"p": hex(p), "q": hex(r)}


def test_each_holder_of_an_affected_modulus_is_told():
    p, q, r = (maker("shared prime, twice").prime(512) for _ in range(3))
    keys = [rsa(p * q, 3, source="a"), rsa(p * q, 3, source="b"), rsa(p * r, 3, source="c")]
    assert [finding.subject.source for finding in run(RsaSharedPrime, *keys).findings] == ["a", "b", "c"]


def test_a_ring_of_keys_that_share_both_primes():
    p, q, r = (maker("ring").prime(512) for _ in range(3))
    report = run(RsaSharedPrime, rsa(p * q, 3, source="a"), rsa(q * r, 3, source="b"), rsa(r * p, 3, source="c"))
    assert len(report.findings) == 3
    for finding in report.findings:
        assert {int(finding.witness["p"], 16), int(finding.witness["q"], 16)} < {p, q, r}


def test_one_modulus_in_two_places_is_no_shared_prime():
    assert not applies(RsaSharedPrime, rsa(weak().n, 3, source="a"), rsa(weak().n, 65537, source="b"))
    assert silent(RsaSharedPrime, public_rsa(), rsa(weak().n, 3), rsa(weak(3072).n, 3))


def test_one_rsa_key_or_none_shares_nothing():
    assert not applies(RsaSharedPrime, public_rsa(), jwk(EC))
    assert not applies(RsaSharedPrime, jwk(EC), jwk(EC))
