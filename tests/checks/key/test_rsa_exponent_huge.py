from contextlib import nullcontext

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

from jwtctl.checks.key.rsa_exponent_huge import RsaExponentHuge
from jwtctl.jose.base64url import decode
from jwtctl.jose.forge import forge
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, public_rsa, rsa, run, silent, the_finding, weak


@pytest.mark.parametrize(
    ("bits", "length", "message"),
    [
        (2048, 65, "an exponent of 65 bits: many verifiers refuse it"),
        (2048, 2047, "an exponent of 2047 bits: verifying with it costs as much as signing"),
        (3072, 3000, "an exponent of 3000 bits: verifying with it costs as much as signing"),
        (3073, 65, "an exponent of 65 bits: with this modulus OpenSSL calls every signature wrong"),
    ],
)
def test_it_says_what_verifiers_do_with_it(bits, length, message):
    finding = the_finding(run(RsaExponentHuge, rsa((1 << (bits - 1)) + 1, (1 << (length - 1)) + 1)))
    assert (finding.message, finding.severity, finding.at) == (message, Severity.HIGH, "/e")


@pytest.mark.parametrize(("bits", "accepted"), [(3072, True), (3080, False)])
def test_openssl_does_as_the_finding_says(bits, accepted):
    n, e, d, _ = weak(bits)
    signing_input, _, signature = forge({}, {"alg": "RS256"}, n=n, exponent=e).rpartition(".")
    public = RSAPublicNumbers(d, n).public_key()
    with nullcontext() if accepted else pytest.raises(InvalidSignature):
        public.verify(decode(signature), signing_input.encode(), PKCS1v15(), SHA256())


def test_64_bits_are_not_too_many():
    assert silent(RsaExponentHuge, rsa(weak().n, (1 << 63) + 1))
    assert silent(RsaExponentHuge, public_rsa())


def test_other_types_have_no_exponent():
    assert not applies(RsaExponentHuge, jwk(EC))
    assert not applies(RsaExponentHuge, rsa(weak().n, d=weak().d))
