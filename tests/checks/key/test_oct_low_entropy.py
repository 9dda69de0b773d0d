import base64
import random
import string

import pytest

from jwtctl.checks.key.oct_low_entropy import OctLowEntropy
from jwtctl.jose.base64url import encode
from jwtctl.model import Confidence, Severity
from tests.checks.material import EC, applies, jwk, run, silent, the_finding


def secret(octets, **more):
    return jwk({"kty": "oct", "k": encode(octets)}, **more)


@pytest.mark.parametrize(
    ("octets", "what"),
    [
        (b"a" * 40, "one octet, 40 times"),
        (bytes(64), "one octet, 64 times"),
        (b"aZ#q" * 8 + b"aZ", "4 octets, repeated"),
        (bytes(range(32)), "a row of octets at one distance"),
        (bytes(range(255, 0, -5)), "a row of octets at one distance"),
        (b"0110100110010110100101100110100110010110", "made of 2 different octets"),
        (bytes(24) + b"\x13\x37\xab\xcd\x00\x17\x2e\x01", "zero in all but its last octets"),
        (b"\x13\x37\xab\xcd\x01\x17\x2e\x01" + bytes(24), "zero in all but its first octets"),
        (b"my-super-secret-key-for-production-2024", "made of words"),
        (b"ThisIsTheSecretThatNobodyWillEverGuess", "made of words"),
    ],
)
def test_what_a_person_or_a_broken_generator_makes(octets, what):
    finding = the_finding(run(OctLowEntropy, secret(octets)))
    assert finding.message == f"the secret is {what}"
    assert (finding.severity, finding.confidence, finding.at) == (Severity.HIGH, Confidence.HEURISTIC, "/k")
    assert encode(octets) not in str(finding)


@pytest.mark.parametrize(
    ("octets", "what"),
    [
        (b"f81d4fae-7dec-41d0-a765-00a0c91e6bf6", "a UUID, of which at most 122 bits are random"),
        (b"17036512342984751023847512983", "text of 29 decimal digits, at most 96 bits"),
        (b"9f86d081884c7d659a2feaa0c5", "text of 26 hexadecimal digits, at most 104 bits"),
        (b"qzjxkvwpfgmbqzhjwxkc", "text of 20 letters of one case, at most 94 bits"),
        (b"q7jx2vw9fg4bqz1jwxk8", "text of 20 letters of one case and digits, at most 103 bits"),
        (b"q7Jx2vW9fG4bQz1j", "text of 16 letters and digits, at most 96 bits"),
        (b"q7Jx2vW9fG4bQz1!", "text of 16 printable characters, at most 105 bits"),
    ],
)
def test_texts_that_are_too_short_for_their_alphabet(octets, what):
    finding = the_finding(run(OctLowEntropy, secret(octets)))
    assert (finding.message, finding.severity) == (f"the secret is {what}", Severity.MEDIUM)
    assert finding.confidence is Confidence.HEURISTIC


@pytest.mark.parametrize(
    "octets",
    [
        b"9f86d081884c7d659a2feaa0c55a",
        b"1703651234298475102384751298364987",
        b"q7Jx2vW9fG4bQz1jX5c",
        b"f81d4fae-7dec-91d0-a765-00a0c91e6bf6-",
        bytes(23) + bytes(range(1, 10)),
        b"zzzz-secret-qjxkvwpfgmbzhqcy-wvkq-xzjq-fgpm",
    ],
)
def test_near_misses(octets):
    assert silent(OctLowEntropy, secret(octets))


def test_what_other_checks_have_said():
    assert silent(OctLowEntropy, secret(b"abcdefghijklmnopqrstuvwxyz"))
    assert silent(OctLowEntropy, secret(b"secret".ljust(32, b"\0")))


def drawn(count):
    """Random secrets in every dress that a random generator puts them in."""
    source = random.Random("low entropy")
    for _ in range(count):
        octets = source.randbytes(source.choice((32, 48, 64)))
        yield octets
        yield source.randbytes(16)
        yield base64.b64encode(octets)
        yield base64.urlsafe_b64encode(octets).rstrip(b"=")
        yield octets.hex().encode()
        yield base64.b32encode(octets)
        yield "".join(source.choices(string.ascii_letters + string.digits, k=32)).encode()
        yield "".join(source.choices(string.ascii_lowercase, k=40)).encode()
        yield "".join(source.choices(string.digits, k=64)).encode()
        yield "".join(source.choices(string.printable[:94], k=24)).encode()


def test_random_secrets_are_left_alone():
    for octets in drawn(60):
        assert silent(OctLowEntropy, secret(octets)), octets


@pytest.mark.slow
def test_many_random_secrets_are_left_alone():
    assert [octets for octets in drawn(5_000) if not silent(OctLowEntropy, secret(octets))] == []


def test_a_long_secret_takes_no_time():
    assert (
        the_finding(run(OctLowEntropy, secret(b"ab" * 60_000 + b"c"))).message
        == "the secret is made of 3 different octets"
    )


def test_short_secrets_passwords_and_other_keys():
    assert not applies(OctLowEntropy, secret(b"a" * 15))
    assert not applies(OctLowEntropy, secret(b"a" * 40, alg="PBES2-HS256+A128KW"))
    assert not applies(OctLowEntropy, jwk(EC))
