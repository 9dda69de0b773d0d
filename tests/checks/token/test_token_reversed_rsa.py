import pytest

from jwtctl.checks.token.token_reversed_rsa import TokenReversedRsa
from jwtctl.jose import forge
from jwtctl.jose.generate import generate
from jwtctl.jose.key import public_half, to_jwk
from jwtctl.model import Key, Severity
from tests.checks.token.material import CLAIMS, applies, hs_token, of, run, signed_token, token

KEY = generate("RS256", size=2048)._replace(kid="r1")
N = KEY.numbers["n"]


def reversed_token(number=0, exponent=257, *, bits=256, header=None):
    """A token that is signed with e; any odd n will do."""
    claims = {**CLAIMS, "jti": f"{number}"}
    text = forge.forge(claims, {"kid": "r1", **(header or {})}, n=N, exponent=exponent, hash_bits=bits)
    return of(text, line=number + 1)


@pytest.mark.parametrize("exponent", [3, 5, 17, 257])
def test_two_tokens_give_the_signing_key_away(exponent):
    (finding,) = run(TokenReversedRsa, reversed_token(0, exponent), reversed_token(1, exponent))
    assert finding.message == (
        f"it is signed with the exponent {exponent}: m^{exponent} = s modulo the modulus of {N.bit_length()} bits "
        "which any two of these tokens give away"
    )
    assert (finding.severity, finding.at) == (Severity.CRITICAL, "/signature")
    assert finding.witness == {"n": hex(N), "e": hex(exponent)}
    assert len(finding.subject.also) == 1


def test_one_altered_token_among_them():
    altered = reversed_token(0)
    altered = of(altered.text[:-20] + "A" * 20)
    (finding,) = run(TokenReversedRsa, altered, *map(reversed_token, (1, 2, 3)))
    assert len(finding.subject.also) == 2


@pytest.mark.parametrize("exponent", [5, 65537])
@pytest.mark.parametrize("bits", [256, 512])
def test_one_token_suffices_where_the_modulus_is_known(exponent, bits):
    handed_out = Key("RSA", numbers={"n": N, "e": KEY.numbers["d"]}, kid="r1")
    (finding,) = run(TokenReversedRsa, reversed_token(0, exponent, bits=bits), keys=[handed_out])
    assert finding.message.endswith("bits of a key that is known")
    assert finding.witness["e"] == hex(exponent)


def test_a_key_that_the_token_brings_along():
    jwk = to_jwk(public_half(KEY), private=False)
    assert len(run(TokenReversedRsa, reversed_token(0, 65537, header={"jwk": jwk}))) == 1


def test_a_stated_exponent_that_is_not_usual():
    key = Key("RSA", numbers={"n": N, "d": 331})
    assert run(TokenReversedRsa, reversed_token(0, 331), keys=[key])[0].witness["e"] == hex(331)


def test_ordinary_issuers():
    tokens = [signed_token(KEY, alg, claims={**CLAIMS, "jti": alg}) for alg in ("RS256", "RS384", "RS512")]
    assert run(TokenReversedRsa, *tokens) == ()
    assert run(TokenReversedRsa, *tokens, keys=[public_half(KEY)]) == ()
    # s^3 = m: the same sums give the public key of an issuer whose exponent is 3, and nothing else.
    assert (
        run(TokenReversedRsa, reversed_token(0), reversed_token(0), token({"alg": "RS256"}, signature=b"\1" * 256))
        == ()
    )


def test_the_search_ends_with_its_time():
    ticking = iter(range(100))
    tokens = [reversed_token(0), reversed_token(1)]
    assert run(TokenReversedRsa, *tokens, clock=lambda: float(next(ticking)), budget=0.5) == ()


@pytest.mark.slow
def test_the_large_exponent_if_there_is_time_for_it():
    tokens = [reversed_token(0, 65537), reversed_token(1, 65537)]
    assert run(TokenReversedRsa, *tokens, budget=59) == ()
    assert len(run(TokenReversedRsa, *tokens, budget=60)) == 1


def test_where_it_has_no_say():
    assert not applies(TokenReversedRsa, [token(), hs_token(b"x"), token({"alg": ["RS256"]}), of("hello")])
    assert not applies(TokenReversedRsa, [signed_token(KEY, "PS256"), token({"alg": "RS256"}, signature=b"\1" * 30)])
    assert applies(TokenReversedRsa, [token(), reversed_token()])
