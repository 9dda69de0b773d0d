import pytest

from jwtctl.checks.token.token_rsa_sig_shape import TokenRsaSigShape
from jwtctl.jose.generate import generate
from jwtctl.jose.key import public_half
from jwtctl.model import Confidence, Severity
from tests.checks.token.material import applies, of, run, signed_token, token

KEY = generate("RS256", size=2048)
N, PUBLIC = KEY.numbers["n"], public_half(KEY)


def with_number(s, octets=256, alg="RS256"):
    return token({"alg": alg}, signature=s.to_bytes(octets, "big"))


@pytest.mark.parametrize("alg", ["RS256", "PS512"])
@pytest.mark.parametrize(
    ("s", "what"),
    [(0, "0"), (1, "1"), (N - 1, "n - 1"), (N, "not below the modulus"), (2**2048 - 1, "not below the modulus")],
)
def test_numbers_that_are_no_signature(alg, s, what):
    (finding,) = run(TokenRsaSigShape, with_number(s, alg=alg), keys=[PUBLIC])
    assert finding.message == f"s is {what}, which no {alg} signature is"
    assert (finding.severity, finding.at, finding.confidence) == (Severity.HIGH, "/signature", Confidence.CERTAIN)


@pytest.mark.parametrize("octets", [255, 257, 384])
def test_a_length_that_is_not_the_key_s(octets):
    (finding,) = run(TokenRsaSigShape, with_number(2**2000, octets), keys=[PUBLIC])
    assert finding.message == f"a signature of {octets} octets, where the key has 256"


@pytest.mark.parametrize("octets", [20, 120, 255, 2056, 4096])
def test_a_length_that_no_modulus_has(octets):
    (finding,) = run(TokenRsaSigShape, with_number(2**100, octets))
    assert finding.message == f"a signature of {octets} octets, which is the length of no usual RSA modulus"
    assert finding.confidence is Confidence.HEURISTIC


def test_numbers_that_need_no_key():
    assert [finding.message for finding in run(TokenRsaSigShape, with_number(1))] == [
        "s is 1, which no RS256 signature is"
    ]


def test_sound_signatures():
    tokens = [signed_token(KEY, alg) for alg in ("RS256", "RS512", "PS256", "PS512")]
    assert run(TokenRsaSigShape, *tokens) == ()
    assert run(TokenRsaSigShape, *tokens, keys=[PUBLIC, generate("ES256")]) == ()
    assert run(TokenRsaSigShape, *(with_number(2**100, octets) for octets in (128, 256, 384, 512, 1024, 2048))) == ()
    assert run(TokenRsaSigShape, with_number(N - 2), keys=[PUBLIC]) == ()


def test_where_it_has_no_say():
    assert not applies(TokenRsaSigShape, token())
    assert not applies(TokenRsaSigShape, token({"alg": ["RS256"]}))
    assert not applies(TokenRsaSigShape, token({"alg": "RS256"}, signature=b""))
    assert not applies(TokenRsaSigShape, of("hello"))
