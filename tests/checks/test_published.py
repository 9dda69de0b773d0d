import hashlib
import json

import pytest

from jwtctl.checks.audit import Audit, audit
from jwtctl.checks.base import all_checks
from jwtctl.checks.published import Publication, publication_of, secrets
from jwtctl.cryptanalysis.exponent import satisfies
from jwtctl.jose.base64url import encode
from jwtctl.jose.generate import generate
from jwtctl.jose.key import complete_public, public_half, thumbprint
from jwtctl.model import Key, KeySet, Role
from tests import published
from tests.checks.material import jwk

KEYS = list(published.each_key())
each_key = pytest.mark.parametrize(("key", "source"), KEYS, ids=[source for _, source in KEYS])


def test_the_table_is_what_the_published_texts_give():
    assert published.TABLE.read_text() == published.table(), "python -m tests.published writes it"


@each_key
def test_the_halves_of_each_published_key_belong_together(key, source):
    """What was copied was copied right: no digit of a private half could be wrong without this."""
    numbers, octets = key.numbers, key.octets
    if not key.is_private:
        assert source in {"RFC 7517 appendix B", "RFC 9449 section 4.1"}
    elif key.kty == "RSA":
        assert satisfies(numbers["n"], numbers["e"], numbers["d"])
    elif not key.is_symmetric:
        private = {name: value for name, value in {**numbers, **octets}.items() if name in {"d", "priv"}}
        kind = "numbers" if key.kty == "EC" else "octets"
        assert thumbprint(complete_public(key._replace(**{kind: private}))) == thumbprint(key)


@pytest.mark.parametrize(
    ("stated", "source"),
    [
        # RFC 7638 section 3.1, RFC 8037 appendix A.3, RFC 9449 section 6.1, and the kid of RFC 9964 appendix A.
        ("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", "RFC 7517 appendix A.2, RSA key"),
        ("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", "RFC 8037 appendix A.1 and RFC 8032 section 7.1"),
        ("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I", "RFC 9449 section 4.1"),
        ("T4xl70S7MT6Zeq6r9V9fPJGVn76wfnXJ21-gyo0Gu6o", "RFC 9964 appendix A, ML-DSA-44"),
    ],
)
def test_thumbprints_that_standards_state(stated, source):
    assert f"{stated}\t{'public' if '9449' in source else 'private'}\t{source}\n" in published.TABLE.read_text()


@each_key
def test_each_key_is_found_by_either_half(key, source):
    assert publication_of(key) == Publication(source, key.is_private)
    if not key.is_symmetric:
        assert publication_of(public_half(key)) == publication_of(key)


def test_secrets_are_found_as_text_and_as_what_it_encodes():
    def of(octets):
        found = publication_of(jwk({"kty": "oct", "k": encode(octets)}))
        return found.source if found else None

    assert of(b"your-256-bit-secret") == "the debugger at jwt.io, HS256"
    tutorial = "404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970"
    assert of(tutorial.encode()) == of(bytes.fromhex(tutorial)) == "a widely copied tutorial of Spring Security"
    assert of(b"ThisIsMyCustomSecretKey012345678") == "Nacos, sample configuration"
    assert of(b"Your-256-bit-secret") is None
    assert of(b"") is None


def test_the_secrets_to_try_are_those_that_the_table_tells():
    assert published.SECRETS.read_text() == published.secrets(), "python -m tests.published writes it"
    assert secrets()[b"your-256-bit-secret"] == "the debugger at jwt.io, HS256"
    for octets, source in secrets().items():
        found = publication_of(jwk({"kty": "oct", "k": encode(octets)}))
        assert found is not None
        assert found.source == source


def test_fresh_keys_are_not_published():
    for alg in ("ES256", "Ed25519", "HS256", "ML-DSA-44"):
        assert publication_of(generate(alg)) is None
    assert publication_of(Key("RSA", numbers={"n": 15, "d": 3})) is None


def test_no_secret_stands_in_the_table():
    table = published.TABLE.read_text()
    for text, _ in published.each_secret():
        assert text not in table
    digests = [row.split("\t")[0] for row in table.splitlines()]
    assert len(set(digests)) == len(digests)
    assert hashlib.sha256(b"your-256-bit-secret").hexdigest() in digests


def test_every_published_key_makes_an_audit_fail():
    keys = tuple(key for key, _ in KEYS)
    checks = [check for check in all_checks() if check.id in {"key-published", "oct-published"}]
    report = audit(checks, Audit(Role.ISSUER, lambda: 0, key_sets=(KeySet("-", keys),)))
    assert len(report.findings) == len(keys)


def test_the_sources_are_written_in_one_way():
    for name in ("keys.json", "secrets.json"):
        for entry in json.loads((published.VECTORS / name).read_text()):
            assert entry["source"].isprintable()
            assert "\t" not in entry["source"]
