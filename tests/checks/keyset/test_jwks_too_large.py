import pytest

from jwtctl.checks.keyset.jwks_too_large import JwksTooLarge
from jwtctl.jose.key import from_jwks
from jwtctl.model import KeySet, Severity
from tests.checks.material import EC, applies, jwk, run, silent, the_finding


def jwks(count, octets=0):
    return from_jwks({"keys": [EC] * (count - 1) + [{}]}, "jwks.json", octets=octets)


@pytest.mark.parametrize(
    ("key_set", "message", "severity"),
    [
        (jwks(11), "11 keys, where 10 are plenty", Severity.LOW),
        (jwks(100), "100 keys, where 10 are plenty", Severity.LOW),
        (jwks(101), "101 keys, where 10 are plenty", Severity.MEDIUM),
        (jwks(2, 262145), "262145 octets, where 262144 are plenty", Severity.MEDIUM),
    ],
)
def test_it_counts_keys_and_octets(key_set, message, severity):
    finding = the_finding(run(JwksTooLarge, key_set=key_set))
    assert (finding.message, finding.severity, finding.at) == (message, severity, "/keys")


def test_ten_keys_in_256_kib_are_fine():
    assert silent(JwksTooLarge, key_set=jwks(10, 262144))


def test_a_pem_bundle_is_no_key_set():
    bundle = KeySet("bundle.pem", (jwk(EC),) * 20, published=True)
    assert not applies(JwksTooLarge, key_set=bundle)
