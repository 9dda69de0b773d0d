"""Metadata says what the keys can do."""

from jwtctl.issuer import metadata
from jwtctl.jose.generate import generate


def test_algorithms_are_those_of_the_keys(issuer):
    keys = [generate("ES256"), generate("Ed25519"), generate("ES256")]
    document = metadata.document(issuer.settings, keys)
    assert document["id_token_signing_alg_values_supported"] == ["ES256", "Ed25519"]
    assert metadata.document(issuer.settings, [])["id_token_signing_alg_values_supported"] == []
