import pytest

from jwtctl.checks.key.rsa_private_inconsistent import RsaPrivateInconsistent
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, private_rsa, public_rsa, rsa, run, silent, the_finding, weak


def damaged(**numbers):
    key = private_rsa()
    return key._replace(numbers={**key.numbers, **numbers})


def of(name):
    return private_rsa().numbers[name]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("dp", "dp is not d modulo p - 1: one signature made with it can give the key away"),
        ("dq", "dq is not d modulo q - 1: one signature made with it can give the key away"),
        ("qi", "q·qi is not 1 modulo p: one signature made with it can give the key away"),
    ],
)
def test_wrong_crt_numbers_leak_the_key(name, message):
    finding = the_finding(run(RsaPrivateInconsistent, damaged(**{name: of(name) ^ 2})))
    assert (finding.message, finding.severity, finding.at) == (message, Severity.CRITICAL, f"/{name}")
    assert finding.witness == {}


@pytest.mark.parametrize(
    ("numbers", "message", "at"),
    [
        ({"n": of("n") + 2}, "p·q is not n: it signs what nobody accepts", "/n"),
        ({"p": of("p") + 2}, "p·q is not n; p is not prime: it signs what nobody accepts", "/n"),
        ({"q": 1}, "p·q is not n; q is not prime: it signs what nobody accepts", "/n"),
        ({"p": 2}, "p·q is not n: it signs what nobody accepts", "/n"),
        (
            {"d": of("d") + 2},
            "e·d is not 1 modulo lcm(p - 1, q - 1); dp is not d modulo p - 1; dq is not d modulo q - 1: it signs what nobody accepts",
            "/d",
        ),
        ({"e": 3}, "e·d is not 1 modulo lcm(p - 1, q - 1): it signs what nobody accepts", "/d"),
        (
            {"p": of("p") * of("q"), "q": 1},
            "p is not prime; q is not prime: it signs what nobody accepts",
            "/p",
        ),
    ],
)
def test_other_contradictions_name_the_equation_and_no_number(numbers, message, at):
    finding = the_finding(run(RsaPrivateInconsistent, damaged(**numbers)))
    assert (finding.message, finding.severity, finding.at) == (message, Severity.HIGH, at)
    assert finding.witness == {}


def test_without_primes_e_and_d_are_tried_out():
    n, e, d, _ = weak()
    finding = the_finding(run(RsaPrivateInconsistent, rsa(n, e, d=d + 2)))
    assert finding.message == "e and d do not undo each other modulo n: it signs what nobody accepts"
    assert silent(RsaPrivateInconsistent, rsa(n, e, d=d))


def test_sound_keys_whole_or_partial_and_d_modulo_phi_or_lambda():
    assert silent(RsaPrivateInconsistent, private_rsa())
    assert silent(RsaPrivateInconsistent, rsa(weak().n, d=weak().d))
    assert silent(RsaPrivateInconsistent, damaged(d=of("d") + weak().lam))
    key = weak(form="phi")
    assert silent(RsaPrivateInconsistent, rsa(key.n, key.e, d=key.d, p=key.primes[0], q=key.primes[1]))


def test_a_key_of_three_primes_of_which_two_are_stated():
    from tests.checks.material import maker

    source = maker("three primes")
    key = source.key(source.primes(1536, 3), e=65537)
    p, q, _ = key.primes
    stated = rsa(key.n, key.e, d=key.d, p=p, q=q, oth=[{"r": "Bw", "d": "AQ", "t": "AQ"}])
    assert silent(RsaPrivateInconsistent, stated)
    finding = the_finding(run(RsaPrivateInconsistent, stated._replace(members={})))
    assert finding.message.startswith("p·q is not n")


def test_public_keys_and_other_types_have_nothing_to_compare():
    assert not applies(RsaPrivateInconsistent, public_rsa())
    assert not applies(RsaPrivateInconsistent, jwk(EC))
