import sys

from jwtctl.checks.key.rsa_common_modulus import RsaCommonModulus
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, maker, out_of_time, public_rsa, rsa, run, silent, the_finding, weak


def test_one_modulus_with_two_exponents():
    n = weak().n
    finding = the_finding(run(RsaCommonModulus, rsa(n, 65537, source="a.pem"), rsa(n, 257, source="b.pem")))
    assert finding.message == "the modulus is also at 'a.pem', with another exponent"
    assert (finding.severity, finding.at, finding.witness) == (Severity.HIGH, "/n", {})
    assert finding.subject.source == "b.pem"


def test_two_exponents_that_undo_each_other():
    n, e, d, (p, q) = weak()
    finding = the_finding(run(RsaCommonModulus, rsa(n, e, source="a.pem"), rsa(n, d, source="b.pem")))
    assert finding.message == (
        "the modulus is also at 'a.pem', with another exponent: together they factor it, "
        "so the private key is known to everybody"
    )
    assert finding.severity is Severity.CRITICAL
    assert finding.witness == {"p": hex(p), "q": hex(q)}


def test_two_exponents_that_are_equivalent():
    n, e, _, (p, q) = weak()
    finding = the_finding(run(RsaCommonModulus, rsa(n, e), rsa(n, e + 2 * weak().lam)))
    assert finding.witness == {"p": hex(p), "q": hex(q)}


def test_two_long_exponents_of_short_secrets(monkeypatch):
    """The exponent was renewed and the modulus kept."""
    source = maker("renewed")
    primes = source.primes(1024)
    one, other = (source.key(primes, e_bits=350, form="phi") for _ in range(2))
    keys = [rsa(one.n, one.d), rsa(one.n, other.d)]
    finding = the_finding(run(RsaCommonModulus, *keys))
    assert finding.severity is Severity.CRITICAL
    assert {finding.witness["p"], finding.witness["q"]} == set(map(hex, primes))
    far = source.key(primes, e_bits=380, form="phi")
    assert the_finding(run(RsaCommonModulus, keys[0], rsa(one.n, far.d))).severity is Severity.HIGH
    assert the_finding(run(RsaCommonModulus, *keys, clock=out_of_time())).severity is Severity.HIGH
    monkeypatch.setitem(sys.modules, "flint", None)
    assert the_finding(run(RsaCommonModulus, *keys)).severity is Severity.HIGH


def test_moduli_that_are_odd_in_other_ways_are_not_reduced():
    for n in (2 * weak().n, 3 * weak(1024).n * weak().n):
        for finding in run(RsaCommonModulus, rsa(n, weak().d), rsa(n, weak().d + 2)).findings:
            assert finding.severity is Severity.HIGH


def test_each_further_exponent_is_told_once():
    keys = [rsa(weak().n, e, source=f"{i}.pem") for i, e in enumerate([3, 5, 5, 3, 17])]
    assert [finding.subject.source for finding in run(RsaCommonModulus, *keys).findings] == ["1.pem", "4.pem"]


def test_copies_and_different_keys():
    assert silent(RsaCommonModulus, public_rsa(), public_rsa())
    assert silent(RsaCommonModulus, public_rsa(), public_rsa(1024))


def test_one_key_alone_other_types_and_endless_moduli():
    assert not applies(RsaCommonModulus, public_rsa())
    assert not applies(RsaCommonModulus, public_rsa(), jwk(EC), rsa(weak().n, d=3), rsa((1 << 16384) + 1, 3))
