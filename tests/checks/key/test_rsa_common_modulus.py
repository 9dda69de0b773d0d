from jwtctl.checks.key.rsa_common_modulus import RsaCommonModulus
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, public_rsa, rsa, run, silent, the_finding, weak


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


def test_each_further_exponent_is_told_once():
    keys = [rsa(weak().n, e, source=f"{i}.pem") for i, e in enumerate([3, 5, 5, 3, 17])]
    assert [finding.subject.source for finding in run(RsaCommonModulus, *keys).findings] == ["1.pem", "4.pem"]


def test_copies_and_different_keys():
    assert silent(RsaCommonModulus, public_rsa(), public_rsa())
    assert silent(RsaCommonModulus, public_rsa(), public_rsa(1024))


def test_one_key_alone_other_types_and_endless_moduli():
    assert not applies(RsaCommonModulus, public_rsa())
    assert not applies(RsaCommonModulus, public_rsa(), jwk(EC), rsa(weak().n, d=3), rsa((1 << 16384) + 1, 3))
