from jwtctl.checks.key.rsa_smooth_p_plus_1 import RsaSmoothPPlus1
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, maker, out_of_time, public_rsa, rsa, run, silent, the_finding, weak


def modulus(sign):
    p, q = maker("smooth").smooth_neighbour(512, 10_000, sign), maker("smooth").prime(512)
    return p * q, max(p, q), min(p, q)


def test_a_prime_next_to_a_smooth_number():
    n, p, q = modulus(-1)
    finding = the_finding(run(RsaSmoothPPlus1, rsa(n, 65537)))
    assert finding.message == (
        "a prime plus one has no prime factor above 16384, so the private key is known to everybody"
    )
    assert (finding.severity, finding.at) == (Severity.CRITICAL, "/n")
    assert finding.witness == {"p": hex(p), "q": hex(q)}


def test_the_other_neighbour_and_sound_keys():
    assert silent(RsaSmoothPPlus1, rsa(modulus(1)[0], 65537))
    assert silent(RsaSmoothPPlus1, public_rsa(1024))


def test_the_budget_ends_the_search():
    assert silent(RsaSmoothPPlus1, rsa(modulus(-1)[0], 65537), clock=out_of_time())


def test_even_and_endless_moduli_other_types_and_many_keys_are_left_alone():
    assert not applies(RsaSmoothPPlus1, rsa(2 * weak().n, 65537))
    assert not applies(RsaSmoothPPlus1, rsa((1 << 16384) + 1, 65537))
    assert not applies(RsaSmoothPPlus1, jwk(EC))
    assert run(RsaSmoothPPlus1, *[public_rsa()] * 17).not_applicable == 17
