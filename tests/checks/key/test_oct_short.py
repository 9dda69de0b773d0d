import pytest

from jwtctl.checks.key.oct_short import OctShort
from jwtctl.jose.base64url import encode
from jwtctl.model import Severity
from tests.checks.material import EC, OCT, applies, jwk, run, silent, the_finding


def secret(octets, **more):
    return jwk({"kty": "oct", "k": encode(b"\x9c" * octets), **more})


@pytest.mark.parametrize(
    ("octets", "more", "message"),
    [
        (31, {"alg": "HS256"}, "a secret of 248 bits, where HS256 requires at least 256"),
        (47, {"alg": "HS384"}, "a secret of 376 bits, where HS384 requires at least 384"),
        (63, {"alg": "HS512"}, "a secret of 504 bits, where HS512 requires at least 512"),
        (31, {}, "a secret of 248 bits, where HS256 requires at least 256"),
        (31, {"alg": "XY1"}, "a secret of 248 bits, where HS256 requires at least 256"),
        (1, {"use": "enc"}, "a secret of 8 bits, where encryption requires at least 128"),
        (15, {"alg": "dir"}, "a secret of 120 bits, where dir requires at least 128"),
        (24, {"alg": "A256KW"}, "a secret of 192 bits, where A256KW requires at least 256"),
        (16, {"alg": "A192GCM"}, "a secret of 128 bits, where A192GCM requires at least 192"),
        (32, {"alg": "A256CBC-HS512"}, "a secret of 256 bits, where A256CBC-HS512 requires at least 512"),
    ],
)
def test_it_names_the_algorithm_that_asks_for_more(octets, more, message):
    finding = the_finding(run(OctShort, secret(octets, **more)))
    assert (finding.message, finding.severity, finding.at) == (message, Severity.HIGH, "/k")
    assert finding.witness == {}
    assert finding.subject.thumbprint is None


@pytest.mark.parametrize(
    ("octets", "more"),
    [(32, {"alg": "HS256"}), (48, {"alg": "HS384"}), (64, {"alg": "HS512"}), (32, {}), (16, {"alg": "A128KW"})],
)
def test_exactly_as_long_as_needed(octets, more):
    assert silent(OctShort, secret(octets, **more))


def test_the_empty_secret_passwords_and_other_types_are_left_alone():
    assert not applies(OctShort, secret(0))
    assert not applies(OctShort, secret(9, alg="PBES2-HS256+A128KW"))
    assert not applies(OctShort, jwk(EC))
    assert applies(OctShort, jwk(OCT))
