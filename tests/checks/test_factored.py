from typing import ClassVar

import pytest

from jwtctl.checks.effort import Effort
from jwtctl.checks.factored import FactoringCheck, is_odd_modulus
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, public_rsa, rsa, run, silent, the_finding, weak


class Splits(FactoringCheck):
    """It splits. Why it matters: x. What to do: x."""

    id = "splits"
    cites = ("RFC 0",)
    answer: ClassVar[tuple[int, int] | None] = weak().primes

    def search(self, _n, _key, _audit):
        return self.answer

    def message(self, p, q):
        return f"the primes have {p.bit_length()} and {q.bit_length()} bits"


def test_factors_become_a_witness():
    finding = the_finding(run(Splits, public_rsa()))
    assert finding.message == "the primes have 1024 and 1024 bits, so the private key is known to everybody"
    assert (finding.severity, finding.at) == (Severity.CRITICAL, "/n")
    p, q = weak().primes
    assert finding.witness == {"p": hex(p), "q": hex(q)}


@pytest.mark.parametrize("answer", [None, (1, weak().n), (weak().n, 1), (3, 5), (weak().primes[0], weak().primes[0])])
def test_what_does_not_make_the_modulus_is_not_told(answer, monkeypatch):
    monkeypatch.setattr(Splits, "answer", answer)
    assert silent(Splits, public_rsa())


def test_a_modulus_that_is_split_only_in_part(monkeypatch):
    p, q = weak().primes
    r = weak(1024).primes[0]
    monkeypatch.setattr(Splits, "answer", (p * q, r))
    finding = the_finding(run(Splits, rsa(p * q * r, 3)))
    assert finding.message.endswith(" bits, so a factor of n is known to everybody")
    assert finding.severity is Severity.HIGH


def test_a_small_factor_is_for_another_check(monkeypatch):
    p, q = weak().primes
    for answer in ((p * q, 65537), (p, q * 65537)):
        monkeypatch.setattr(Splits, "answer", answer)
        assert silent(Splits, rsa(p * q * 65537, 3))


def test_equal_factors_are_for_another_check(monkeypatch):
    p = weak().primes[0]
    monkeypatch.setattr(Splits, "answer", (p, p))
    assert silent(Splits, rsa(p * p, 3))


def test_a_deep_search_is_not_made_for_many_keys(monkeypatch):
    monkeypatch.setattr(Splits, "effort", Effort.DEEP)
    assert applies(Splits, public_rsa())
    assert run(Splits, *[public_rsa()] * 17).not_applicable == 17
    monkeypatch.setattr(Splits, "effort", Effort.USUAL)
    assert run(Splits, *[public_rsa()] * 17).not_applicable == 0


def test_even_and_endless_moduli_and_other_types_are_left_alone():
    for key in (rsa(2 * weak().n, 3), rsa(1, 3), rsa((1 << 16384) + 1, 3), rsa(weak().n, 1 << 16384), jwk(EC)):
        assert not is_odd_modulus(key)
        assert not applies(Splits, key)
    assert is_odd_modulus(public_rsa())
