import sys

from jwtctl.checks.effort import Effort
from jwtctl.checks.key.rsa_bit_pattern import RsaBitPattern
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, maker, out_of_time, public_rsa, rsa, run, silent, the_finding, weak


def modulus(period):
    p, q = maker("pattern").periodic_prime(512, period), maker("pattern").prime(512)
    return p * q, max(p, q), min(p, q)


def test_a_word_that_is_repeated():
    n, p, q = modulus(31)
    finding = the_finding(run(RsaBitPattern, rsa(n, 65537)))
    assert finding.message == "the bits of a prime repeat every 31 bits, so the private key is known to everybody"
    assert (finding.severity, finding.at) == (Severity.CRITICAL, "/n")
    assert finding.witness == {"p": hex(p), "q": hex(q)}


def test_unusual_lengths_are_tried_for_few_keys():
    n, *_ = modulus(89)
    assert "repeat every 89 bits" in the_finding(run(RsaBitPattern, rsa(n, 65537))).message
    assert run(RsaBitPattern, *[rsa(n, 65537)] * 17).findings == ()


def test_a_word_that_is_too_long_and_sound_keys():
    assert silent(RsaBitPattern, rsa(modulus(140)[0], 65537))
    assert silent(RsaBitPattern, public_rsa())


def test_the_budget_ends_the_search():
    assert silent(RsaBitPattern, rsa(modulus(31)[0], 65537), clock=out_of_time())


def test_without_the_extra_and_for_other_keys_it_does_not_apply(monkeypatch):
    assert not applies(RsaBitPattern, rsa(2 * weak().n, 65537))
    assert not applies(RsaBitPattern, jwk(EC))
    monkeypatch.setitem(sys.modules, "flint", None)
    assert not applies(RsaBitPattern, public_rsa())


def test_a_quick_run_leaves_it_out():
    assert applies(RsaBitPattern, public_rsa(), effort=Effort.USUAL)
    assert not applies(RsaBitPattern, public_rsa(), effort=Effort.QUICK)
