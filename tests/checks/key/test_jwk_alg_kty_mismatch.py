import pytest

from jwtctl.checks.key.jwk_alg_kty_mismatch import JwkAlgKtyMismatch
from jwtctl.jose.generate import ALGORITHMS, generate
from jwtctl.model import Severity
from tests.checks.material import EC, OCT, OKP, applies, jwk, public_rsa, rsa_members, run, silent, the_finding


@pytest.mark.parametrize(
    ("members", "alg", "message"),
    [
        (rsa_members(), "HS256", "alg 'HS256' takes a key of type oct, not RSA"),
        (rsa_members(), "ECDH-ES", "alg 'ECDH-ES' takes a key of type EC or OKP, not RSA"),
        (rsa_members(), "A128KW", "alg 'A128KW' takes a key of type oct, not RSA"),
        (rsa_members(), "PBES2-HS256+A128KW", "alg 'PBES2-HS256+A128KW' takes a key of type oct, not RSA"),
        (OCT, "RS256", "alg 'RS256' takes a key of type RSA, not oct"),
        (OCT, "RSA1_5", "alg 'RSA1_5' takes a key of type RSA, not oct"),
        (OCT, "ML-DSA-44", "alg 'ML-DSA-44' takes a key of type AKP, not oct"),
        (EC, "ES384", "alg 'ES384' takes a key on P-384, not P-256"),
        (EC, "ES256K", "alg 'ES256K' takes a key on secp256k1, not P-256"),
        (EC, "Ed25519", "alg 'Ed25519' takes a key of type OKP, not EC"),
        (OKP, "Ed448", "alg 'Ed448' takes a key on Ed448, not Ed25519"),
        (OKP, "ECDH-ES", "alg 'ECDH-ES' takes a key on P-256 or P-384 or P-521 or X25519 or X448, not Ed25519"),
        ({**OKP, "crv": "X25519"}, "EdDSA", "alg 'EdDSA' takes a key on Ed25519 or Ed448, not X25519"),
    ],
)
def test_it_says_what_the_algorithm_takes(members, alg, message):
    finding = the_finding(run(JwkAlgKtyMismatch, jwk(members, alg=alg)))
    assert (finding.message, finding.severity, finding.at) == (message, Severity.HIGH, "/alg")


@pytest.mark.parametrize("alg", [alg for alg in ALGORITHMS if not alg.startswith(("RS", "PS"))])
def test_every_algorithm_fits_the_keys_that_are_made_for_it(alg):
    assert silent(JwkAlgKtyMismatch, generate(alg))


@pytest.mark.parametrize("alg", ["RS256", "PS512", "RSA1_5", "RSA-OAEP-256", "RS1", "something-else", ""])
def test_rsa_algorithms_fit_rsa_and_unknown_ones_are_not_judged(alg):
    assert silent(JwkAlgKtyMismatch, jwk(rsa_members(), alg=alg))


def test_a_key_without_alg_is_for_another_check():
    assert not applies(JwkAlgKtyMismatch, jwk(EC))
    assert not applies(JwkAlgKtyMismatch, public_rsa())
