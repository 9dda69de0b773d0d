import hashlib
from functools import partial

import pytest

from jwtctl.checks.token.token_ecdsa_nonce import TokenEcdsaNonce
from jwtctl.cryptanalysis import edwards
from jwtctl.cryptanalysis.eddsa_nonces import belongs
from jwtctl.cryptanalysis.edwards import EDWARDS_CURVES
from jwtctl.jose.algorithms import COORDINATE_OCTETS
from jwtctl.jose.generate import generate
from jwtctl.model import Confidence, Key, Severity
from tests.checks.token.material import CLAIMS, NOON, applies, hs_token, made_token, of, run, signed_token, token
from tests.cryptanalysis.weak_nonces import Signer

ALGS = {"ES256": ("P-256", 256), "ES384": ("P-384", 384), "ES512": ("P-521", 512), "ES256K": ("secp256k1", 256)}


def weak(signer, nonce, number, alg="ES256", *, kid="k1"):
    """A token with this nonce."""

    def signature(message):
        z = int.from_bytes(hashlib.new(f"sha{ALGS[alg][1]}", message).digest(), "big")
        _, r, s = signer.sign(nonce, z)
        length = COORDINATE_OCTETS[signer.name]
        return r.to_bytes(length, "big") + s.to_bytes(length, "big")

    claims = {**CLAIMS, "iat": NOON - 100 + number, "jti": f"{number}"}
    return made_token({"alg": alg, "kid": kid}, signature, claims=claims, line=number + 1)


def public(signer):
    return Key("EC", signer.name, dict(zip("xy", signer.public, strict=True)), kid="k1")


def witness(signer):
    x, y = signer.public
    return {"crv": signer.name, "x": hex(x), "y": hex(y), "d": hex(signer.x)}


@pytest.mark.parametrize("alg", ALGS)
def test_one_nonce_twice_needs_no_public_key(alg):
    signer = Signer(alg, ALGS[alg][0])
    nonce = signer.nonce()
    tokens = [weak(signer, nonce, 0, alg), weak(signer, signer.nonce(), 1, alg), weak(signer, -nonce, 2, alg, kid="k2")]
    findings = run(TokenEcdsaNonce, *tokens)
    assert {finding.message for finding in findings} == {
        f"the private key behind its {alg} signature is known: two tokens have one nonce, up to its sign"
    }
    assert [(finding.severity, finding.at, finding.witness) for finding in findings] == [
        (Severity.CRITICAL, "/signature", witness(signer))
    ] * 2
    assert {finding.subject.line for finding in findings} == {1, 3}


@pytest.mark.parametrize("trusted", [True, False])
@pytest.mark.parametrize(
    ("nonces", "how"),
    [
        (lambda s: [s.nonce(), 654321], "a nonce is below 2^20, but for its sign"),
        (lambda _: [5**90 + 9**60 * i for i in range(6)], "nonces count up by one step"),
        (lambda s: s.leading(64, 8), "all nonces begin with"),
    ],
)
def test_nonces_that_are_not_random(nonces, how, trusted):
    signer = Signer("weak")
    tokens = [weak(signer, nonce, number) for number, nonce in enumerate(nonces(signer))]
    (finding,) = run(TokenEcdsaNonce, *tokens, keys=[public(signer)] if trusted else ())
    assert finding.message.startswith(f"the private key behind its ES256 signature is known: {how}")
    assert finding.witness == witness(signer)
    assert len(finding.subject.also) == len(tokens) - 1


def test_the_issue_time_as_a_nonce():
    signer = Signer("time")
    (finding,) = run(TokenEcdsaNonce, weak(signer, (NOON - 100) * 1000, 0), keys=[public(signer)])
    assert finding.witness == witness(signer)


def test_random_and_derived_nonces():
    signer = Signer("random")
    tokens = [weak(signer, signer.nonce(), number) for number in range(5)]
    assert run(TokenEcdsaNonce, *tokens, keys=[public(signer)]) == ()
    assert run(TokenEcdsaNonce, *tokens) == ()
    key = generate("Ed25519")
    again = [signed_token(key, "Ed25519", claims={"n": number}) for number in (0, 1, 1)]
    assert run(TokenEcdsaNonce, *again, keys=[key]) == ()


def test_one_r_that_is_not_one_nonce():
    """Anybody writes the r of one token into another: the signature is then wrong, and gives nothing away."""
    first, second = (signed_token(generate("ES256"), "ES256", claims={"n": number}) for number in (0, 1))
    mixed = first.token.signature[:32] + second.token.signature[32:]
    claims = made_token({"alg": "ES256"}, lambda _: mixed)
    assert run(TokenEcdsaNonce, first, claims) == ()


def test_the_search_ends_with_its_time():
    signer = Signer("stop")
    nonce = signer.nonce()
    ticking = iter(range(100))
    tokens = [weak(signer, nonce, number) for number in range(2)]
    assert run(TokenEcdsaNonce, *tokens, clock=lambda: float(next(ticking)), budget=0.5) == ()


def edwards_token(crv, scalar, nonce, number):
    """A token with this nonce, signed with the bare scalar."""
    curve = EDWARDS_CURVES[crv]
    size = {"Ed25519": 32, "Ed448": 57}[crv]

    def encoded(point):
        x, y = point
        return (y | (x & 1) << (8 * size - 1)).to_bytes(size, "little")

    key = encoded(edwards.multiply(curve, scalar))

    def signature(message):
        R = encoded(edwards.multiply(curve, nonce))
        if crv == "Ed25519":
            digest = hashlib.sha512(R + key + message).digest()
        else:
            digest = hashlib.shake_256(b"SigEd448\0\0" + R + key + message).digest(114)
        h = int.from_bytes(digest, "little")
        return R + ((nonce + h * scalar) % curve.n).to_bytes(size, "little")

    given = made_token({"alg": crv}, signature, claims={"jti": f"{number}"}, line=number + 1)
    return given, Key("OKP", crv, octets={"x": key})


@pytest.mark.parametrize("crv", ["Ed25519", "Ed448"])
def test_one_nonce_twice_in_eddsa(crv):
    scalar = 3**100
    (first, key), (second, _) = (edwards_token(crv, scalar, 7**60, number) for number in (0, 1))
    (finding,) = run(TokenEcdsaNonce, first, second, keys=[key])
    assert finding.message == f"the private scalar behind its {crv} signature is known: 2 tokens have one R"
    assert finding.witness == {"crv": crv, "scalar": hex(scalar)}
    point = edwards.decode(EDWARDS_CURVES[crv], key.octets["x"])
    assert belongs(EDWARDS_CURVES[crv], scalar, point)
    (guess,) = run(TokenEcdsaNonce, first, second)
    assert (guess.confidence, guess.severity) == (Confidence.HEURISTIC, Severity.CRITICAL)
    assert guess.witness == {"R": first.token.signature[: len(first.token.signature) // 2].hex()}


def test_an_r_of_eddsa_that_was_copied():
    key = generate("Ed25519")
    right = signed_token(key, "Ed25519")
    copied = made_token({"alg": "Ed25519"}, lambda _: right.token.signature, claims={})
    assert run(TokenEcdsaNonce, right, copied, keys=[key]) == ()
    assert run(TokenEcdsaNonce, right, copied) == ()
    mixed = made_token({"alg": "Ed25519"}, lambda _: right.token.signature[:32] + b"\1" * 32)
    assert run(TokenEcdsaNonce, right, mixed, keys=[key]) == ()


def test_where_it_has_no_say():
    made = partial(token, signature=b"\1" * 63)
    others = [hs_token(b"x"), of("hello"), made({"alg": "ES256"}), made({"alg": "EdDSA"}), token({"alg": ["ES256"]})]
    assert not applies(TokenEcdsaNonce, [*others, token({"alg": "Ed448"}), token({"alg": "ES999"})])
    assert applies(TokenEcdsaNonce, [token()])
    assert applies(TokenEcdsaNonce, [token({"alg": "EdDSA"})])
