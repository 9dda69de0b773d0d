import base64

import pytest

from jwtctl.checks.key.jwk_x5c_noncanonical_b64 import JwkX5cNoncanonicalB64
from jwtctl.model import Severity
from tests.checks.material import EC, applies, jwk, run, silent, the_finding
from tests.jose.certificates import chain, x5c

# 31 octets: one digit of padding, and both digits in which the alphabets differ.
OCTETS = b"\xfb\xff" * 15 + b"\x00"
TEXT = base64.b64encode(OCTETS).decode()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (base64.urlsafe_b64encode(OCTETS).decode(), "base64url, where standard base64 is required"),
        (TEXT[:8] + "\n" + TEXT[8:], "base64 with white space inside"),
        (TEXT.rstrip("="), "base64 with wrong padding"),
        (TEXT + "=", "base64 with wrong padding"),
        (TEXT[:-3] + "B==", "base64 with unused bits set"),
    ],
)
def test_other_kinds_of_base64(text, what):
    finding = the_finding(run(JwkX5cNoncanonicalB64, jwk(EC, x5c=[TEXT, text])))
    assert finding.message == f"entry 1 of x5c is {what}"
    assert (finding.severity, finding.at) == (Severity.MEDIUM, "/x5c/1")


def test_standard_base64():
    assert silent(JwkX5cNoncanonicalB64, jwk(EC, x5c=[TEXT]))
    assert silent(JwkX5cNoncanonicalB64, jwk(EC, x5c=x5c(*chain())))


def test_keys_without_a_chain():
    assert not applies(JwkX5cNoncanonicalB64, jwk(EC))
    assert not applies(JwkX5cNoncanonicalB64, jwk(EC, x5c=["!"]))
