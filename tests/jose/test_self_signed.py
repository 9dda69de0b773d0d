"""A certificate of our own, read back."""

import ssl

from cryptography import x509

from jwtctl.jose import certificate
from jwtctl.jose.self_signed import self_signed

NOON = 1_900_000_000


def test_it_is_for_its_names_and_its_time(tmp_path):
    made, key = self_signed(["127.0.0.1", "::1", "localhost"], NOON - 100, NOON)
    der = ssl.PEM_cert_to_DER_cert(made.decode())
    read = certificate.read(der)
    assert (read.not_before, read.not_after) == (NOON - 100, NOON)
    names = x509.load_der_x509_certificate(der).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(name) for name in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert certificate.is_issued_by(der, der)
    (tmp_path / "both").write_bytes(made + key)
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(tmp_path / "both")


def test_each_is_another():
    assert self_signed(["a"], NOON - 1, NOON)[0] != self_signed(["a"], NOON - 1, NOON)[0]
