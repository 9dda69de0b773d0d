import math
import sys
from functools import lru_cache

from jwtctl.checks.key.rsa_common_secret_exponent import RsaCommonSecretExponent
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, maker, out_of_time, public_rsa, rsa, run, silent, weak


@lru_cache
def keys(count, bits=300, form="phi"):
    """Keys of 1024 bits with one secret exponent."""
    source = maker(f"common secret {count} {bits} {form}")
    primes = [source.primes(1024) for _ in range(count)]
    secret = source.exponent(bits, math.prod(p - 1 for pair in primes for p in pair))
    return [source.key(pair, e=secret, form=form) for pair in primes]


def published(count, **options):
    return [rsa(key.n, key.d, source=f"{i}.pem") for i, key in enumerate(keys(count, **options))]


def test_one_secret_for_two_moduli():
    report = run(RsaCommonSecretExponent, *published(2), budget=1)
    assert [finding.subject.source for finding in report.findings] == ["0.pem", "1.pem"]
    for finding, key in zip(report.findings, keys(2), strict=True):
        assert finding.message == (
            "one secret exponent of 300 bits undoes those of 2 keys, which together give it away"
        )
        assert (finding.severity, finding.at) == (Severity.CRITICAL, "/e")
        n, e, d, p, q = (int(finding.witness[name], 16) for name in "nedpq")
        assert (n, e, d) == (key.n, key.d, key.e)
        assert p * q == n
        assert e * d % (p - 1) == e * d % (q - 1) == 1


def test_among_others_and_with_n_and_d_alone():
    one, other = keys(2)
    source = maker("strangers")
    strangers = [source.key(source.primes(1024), e_bits=900) for _ in range(2)]
    mixed = [rsa(one.n, d=one.d), *(rsa(key.n, key.d) for key in strangers), rsa(other.n, d=other.d), public_rsa()]
    report = run(RsaCommonSecretExponent, *mixed, budget=1)
    assert {finding.at for finding in report.findings} == {"/d"}
    assert {int(finding.witness["n"], 16) for finding in report.findings} == {one.n, other.n}


def test_a_secret_that_is_too_long_or_found_in_each_key_alone():
    assert silent(RsaCommonSecretExponent, *published(2, bits=360), budget=1)
    assert silent(RsaCommonSecretExponent, *published(2, bits=200), budget=1)


def test_the_budget_ends_the_search():
    assert silent(RsaCommonSecretExponent, *published(2), clock=out_of_time())


def test_ordinary_keys_one_key_and_other_types(monkeypatch):
    assert not applies(RsaCommonSecretExponent, public_rsa(), public_rsa(1024), jwk(EC))
    assert not applies(RsaCommonSecretExponent, rsa(weak().n, weak().d), rsa((1 << 16384) + 1, weak().d))
    monkeypatch.setitem(sys.modules, "flint", None)
    assert not applies(RsaCommonSecretExponent, *published(2))
