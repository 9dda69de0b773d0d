import datetime as dt

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from jwtctl.checks.token.token_x5c import TokenX5c
from jwtctl.jose import sign
from jwtctl.jose.certificate import thumbprint
from jwtctl.jose.key import from_jwk
from jwtctl.model import Key, Place, Severity
from tests.checks.material import OKP
from tests.checks.token.material import NOON, applies, of, run, token
from tests.jose.certificates import JULY, certificate, signer, x5c

YEARS = {"start": dt.datetime(2030, 1, 1, tzinfo=dt.UTC), "end": dt.datetime(2035, 1, 1, tzinfo=dt.UTC)}
SELF = "the first certificate is signed by itself: anybody could make it"
OTHER = "the first certificate is not that of the key that signed the token"


def key_of(private):
    numbers = private.private_numbers()
    point = numbers.public_numbers
    return Key("EC", "P-256", {"x": point.x, "y": point.y, "d": numbers.private_value})


def signed(*encodings, by=None, exp=NOON + 60, **more):
    header = {"x5c": x5c(*encodings), **more}
    return of(sign.sign({"exp": exp}, key_of(by or signer(1)), header=header))


def leaf(key=None, **options):
    return certificate(key or signer(1), issuer="authority", by=signer(2), **(YEARS | options))


def told(*args, **options):
    return sorted((finding.message, finding.at) for finding in run(TokenX5c, *args, **options))


def test_a_certificate_in_order():
    encoding = leaf()
    thumbprints = {"x5t": thumbprint(encoding, "sha1"), "x5t#S256": thumbprint(encoding, "sha256")}
    assert told(signed(encoding, **thumbprints)) == []


def test_a_self_signed_one():
    own = certificate(signer(1), **YEARS)
    (finding,) = run(TokenX5c, signed(own))
    assert (finding.message, finding.severity, finding.at) == (SELF, Severity.HIGH, "/header/x5c/0")
    assert told(signed(own), keys=[from_jwk(OKP, Place("key"))]) == [(SELF, "/header/x5c/0")]
    assert told(signed(own), keys=[key_of(signer(1))]) == []
    # The name alone does not make it one.
    assert told(signed(certificate(signer(1), by=signer(2), **YEARS))) == []


def test_one_that_is_out_of_date():
    old = leaf(start=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), end=JULY)
    assert told(signed(old)) == [("the first certificate expired on 2026-07-01", "/header/x5c/0")]
    assert told(signed(old, exp="never")) == [("the first certificate expired on 2026-07-01", "/header/x5c/0")]
    assert told(signed(old, exp=JULY.timestamp() - 1)) == []
    early = leaf(start=dt.datetime(2034, 1, 1, tzinfo=dt.UTC))
    assert told(signed(early)) == [("the first certificate is not valid before 2034-01-01", "/header/x5c/0")]


def test_one_of_another_key():
    assert told(signed(leaf(signer(3)))) == [(OTHER, "/header/x5c/0")]
    assert told(signed(leaf(), by=signer(3))) == [(OTHER, "/header/x5c/0")]


def test_one_that_the_algorithm_cannot_be_of():
    message = "the first certificate is for a P-384 key, which ES256 cannot have"
    assert told(signed(leaf(signer(3, ec.SECP384R1)))) == [(message, "/header/x5c/0")]
    message = "the first certificate is for a key of another kind, which ES256 cannot have"
    assert told(signed(leaf(signer(3, ec.SECP224R1)))) == [(message, "/header/x5c/0")]


def test_thumbprints_of_another_one():
    encoding, other = leaf(), leaf(signer(3))
    given = signed(encoding, **{"x5t": 1, "x5t#S256": thumbprint(other, "sha256")})
    first, second = sorted(run(TokenX5c, given), key=lambda finding: finding.at)
    assert first.message == "x5t is not the hash of the first certificate in x5c"
    assert second.message == "x5t#S256 is not the hash of the first certificate in x5c"
    assert (second.at, second.witness) == ("/header/x5t#S256", {"x5t#S256": thumbprint(encoding, "sha256")})


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "x5c is an empty array"),
        ("AAAA", "x5c is no array of strings"),
        ([1], "x5c is no array of strings"),
        (["?"], "the first entry of x5c is no certificate"),
        (["AAAA", "AAAA"], "the first entry of x5c is no certificate"),
    ],
)
def test_what_is_no_certificate(value, message):
    (finding,) = run(TokenX5c, token({"alg": "ES256", "x5c": value}))
    assert finding.message == message


def test_an_algorithm_that_is_not_known():
    assert told(token({"alg": "my-own", "x5c": x5c(leaf())})) == []


def test_tokens_without_one():
    assert not applies(TokenX5c, token())
    assert not applies(TokenX5c, of("hello"))
    assert not applies(TokenX5c, of("eyJ4NWMiOltdfQ..AAAA.AAAA.AAAA"))
