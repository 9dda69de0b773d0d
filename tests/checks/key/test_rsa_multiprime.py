from jwtctl.checks.key.rsa_multiprime import RsaMultiprime
from jwtctl.jose.key_formats import read
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, private_rsa, public_rsa, rsa_members, run, silent, the_finding


def integer(number):
    octets = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return b"\x02" + bytes([len(octets)]) + octets


def sequence(body):
    return b"\x30" + bytes([len(body)]) + body


def test_a_jwk_with_oth():
    finding = the_finding(run(RsaMultiprime, jwk(rsa_members(private=True), oth=[{"r": "Bw", "d": "AQ", "t": "AQ"}])))
    assert finding.message == "3 primes: most libraries refuse the key"
    assert (finding.severity, finding.at) == (Severity.INFO, "/oth")


def test_an_oth_that_is_no_list_of_primes():
    for oth in ("x", [], {}):
        finding = the_finding(run(RsaMultiprime, jwk(rsa_members(private=True), oth=oth)))
        assert finding.message == "more than two primes: most libraries refuse the key"


def test_pkcs1_of_version_1():
    # 3·5·7 with e = 5: d = 5, and for the third prime r, d mod (r - 1), and the inverse of 15 modulo 7.
    numbers = [1, 105, 5, 5, 5, 3, 1, 1, 2]
    other = sequence(sequence(integer(7) + integer(5) + integer(1)))
    (key,) = read(sequence(b"".join(map(integer, numbers)) + other), "key.der").keys
    finding = the_finding(run(RsaMultiprime, key))
    assert (finding.message, finding.at) == ("3 primes: most libraries refuse the key", "/oth")


def test_two_primes():
    assert silent(RsaMultiprime, private_rsa())
    assert silent(RsaMultiprime, jwk(rsa_members(private=True)))


def test_public_keys_and_other_types():
    assert not applies(RsaMultiprime, public_rsa())
    assert not applies(RsaMultiprime, jwk(EC))
