import base64

import pytest

from jwtctl.checks.key.oct_is_public_key import OctIsPublicKey
from jwtctl.jose import key_writing
from jwtctl.model import Key, Severity
from tests.checks.material import EC, OCT, applies, jwk, private_rsa, public_rsa, run, silent, the_finding


def secret(octets):
    return Key("oct", octets={"k": octets})


@pytest.mark.parametrize("form", ["pem", "der", "jwk", "jwks", "ssh"])
@pytest.mark.parametrize("key", [public_rsa(), jwk(EC)], ids=["RSA", "EC"])
def test_a_public_key_in_any_form_is_no_secret(form, key):
    octets = key_writing.write([key], form, private=False)
    as_text = () if form == "der" else (octets.rstrip(b"\n"), octets.replace(b"\n", b"\r\n"))
    wrapped = () if form == "ssh" else (base64.b64encode(octets),)
    for variant in (octets, *as_text, *wrapped):
        finding = the_finding(run(OctIsPublicKey, secret(variant)))
        assert finding.message.startswith("the secret is the text of a public key (")
        assert (finding.severity, finding.at, finding.witness) == (Severity.CRITICAL, "/k", {})


def test_the_message_names_the_kind_of_text():
    octets = key_writing.write([public_rsa()], "pem", private=False)
    assert the_finding(run(OctIsPublicKey, secret(octets))).message.endswith("(PEM SPKI public key)")


def test_random_octets_and_a_private_key_are_not_public():
    assert silent(OctIsPublicKey, jwk(OCT))
    assert silent(OctIsPublicKey, secret(b"correct horse battery staple, and some more of it"))
    assert silent(OctIsPublicKey, secret(key_writing.write([private_rsa()], "pem", private=True)))
    assert silent(OctIsPublicKey, secret(key_writing.write([public_rsa()], "pem", private=False)[:80]))


def test_other_types_have_no_secret():
    assert not applies(OctIsPublicKey, jwk(EC))
    assert not applies(OctIsPublicKey, secret(b""))
