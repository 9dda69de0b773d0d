import pytest

from jwtctl.checks.token.token_embedded_jwk import TokenEmbeddedJwk
from jwtctl.jose import sign
from jwtctl.jose.key import from_jwk, thumbprint
from jwtctl.model import Place, Severity
from tests.checks.material import EC, OCT, OKP, public, rsa_members
from tests.checks.token.material import applies, of, run, token

JWE = "eyJhbGciOiJFQ0RILUVTIiwiandrIjp7Imt0eSI6IkVDIn19..AAAA.AAAA.AAAA"


def brought(jwk, **more):
    return token({"alg": "ES256", "jwk": jwk, **more})


def forged():
    """A token signed with the key that it brings."""
    return of(sign.sign({"sub": "admin"}, from_jwk(EC, Place("key")), header={"jwk": public(EC)}))


def test_a_key_in_the_header():
    (finding,) = run(TokenEmbeddedJwk, brought(public(EC)))
    assert finding.message == "jwk brings the key to verify with"
    assert (finding.severity, finding.at) == (Severity.MEDIUM, "/header/jwk")


def test_a_token_that_was_signed_with_the_key_it_brings():
    (finding,) = run(TokenEmbeddedJwk, forged())
    assert finding.message == "jwk brings the key to verify with, and the signature is right under it"
    trusted = from_jwk(OKP, Place("key"))
    (finding,) = run(TokenEmbeddedJwk, forged(), keys=[trusted])
    assert finding.message == ("jwk brings a key that is none of the trusted ones, and the signature is right under it")
    assert finding.severity is Severity.HIGH
    assert finding.witness == {"jwk_thumbprint": thumbprint(from_jwk(EC, Place("key")))}


def test_one_of_the_trusted_keys():
    (finding,) = run(TokenEmbeddedJwk, forged(), keys=[from_jwk(EC, Place("key"))])
    assert (finding.message, finding.severity) == ("jwk brings one of the trusted keys along", Severity.MEDIUM)


@pytest.mark.parametrize(
    ("jwk", "at", "message"),
    [
        (EC, "d", "jwk holds d: whoever reads the token has the private key"),
        (OCT, "k", "jwk holds k: whoever reads the token can sign"),
        (
            rsa_members(private=True),
            "d",
            "jwk holds d, dp, dq, p, q, qi: whoever reads the token has the private key",
        ),
        ({"kty": "AKP", "priv": "AAAA"}, "priv", "jwk holds priv: whoever reads the token has the private key"),
    ],
)
@pytest.mark.parametrize("typ", ["JWT", "dpop+jwt"])
def test_a_private_key_is_lost_whatever_the_token_is_for(jwk, at, message, typ):
    (finding,) = run(TokenEmbeddedJwk, brought(jwk, typ=typ))
    assert (finding.message, finding.at, finding.severity) == (message, f"/header/jwk/{at}", Severity.CRITICAL)


def test_a_private_member_without_a_value_gives_nothing_away():
    (finding,) = run(TokenEmbeddedJwk, brought(public(EC) | {"d": None}))
    assert finding.severity is Severity.MEDIUM


def test_what_is_no_key():
    (finding,) = run(TokenEmbeddedJwk, brought("https://evil.example"))
    assert finding.message == "jwk is a JSON string, not a key"
    (finding,) = run(TokenEmbeddedJwk, brought({}), keys=[from_jwk(EC, Place("key"))])
    assert finding.message == "jwk brings a key that is none of the trusted ones"
    assert finding.witness == {}


def test_a_key_under_which_a_try_would_take_long():
    jwk = rsa_members() | {"e": rsa_members()["n"]}
    (finding,) = run(TokenEmbeddedJwk, token({"alg": "RS256", "jwk": jwk}, signature=b"\1" * 256))
    assert finding.message == "jwk brings the key to verify with"


def test_proofs_of_possession_bring_their_key():
    keys = [from_jwk(OKP, Place("key"))]
    for typ in ("dpop+jwt", "application/DPoP+JWT", "openid4vci-proof+jwt"):
        assert run(TokenEmbeddedJwk, brought(public(EC), typ=typ), keys=keys) == ()
    assert run(TokenEmbeddedJwk, brought(public(EC)), profile="dpop") == ()
    assert run(TokenEmbeddedJwk, brought(public(EC), url="https://acme.example/new", nonce="a")) == ()
    assert run(TokenEmbeddedJwk, brought(public(EC), nonce="a")) != ()


def test_tokens_without_one():
    assert not applies(TokenEmbeddedJwk, token())
    assert not applies(TokenEmbeddedJwk, of("hello"))


def test_an_encrypted_token_names_the_key_of_its_reader():
    assert applies(TokenEmbeddedJwk, of(JWE))
    assert run(TokenEmbeddedJwk, of(JWE)) == ()
