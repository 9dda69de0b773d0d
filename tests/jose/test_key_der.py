"""Odd and broken structures, each named; that sound keys are read is shown in test_key_formats."""

import pytest

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import der, key_der
from jwtctl.model import Key

P256, RSA = "1.2.840.10045.3.1.7", "1.2.840.113549.1.1.1"


def seq(*parts):
    return der.encode(der.SEQUENCE, *parts)


def ints(*numbers):
    return seq(*map(der.encode_integer, numbers))


def octets(content):
    return der.encode(der.OCTET_STRING, content)


def bits(content):
    return der.encode(der.BIT_STRING, b"\0", content)


def algorithm(oid, *parameters):
    return seq(der.encode_oid(oid), *parameters)


def ec_public(point, curve=P256):
    return seq(algorithm("1.2.840.10045.2.1", der.encode_oid(curve)), bits(point))


def private_info(identifier, inner):
    return seq(der.encode_integer(0), identifier, octets(inner))


def test_a_multi_prime_key_keeps_its_further_primes_as_a_jwk_has_them():
    further = seq(ints(7, 1, 1))
    inner = seq(*map(der.encode_integer, (1, 105, 5, 5, 3, 5, 1, 1, 2)), further)
    for octets_ in (inner, private_info(algorithm(RSA, der.encode(der.NULL)), inner)):
        key = key_der.read(octets_)
        assert isinstance(key, Key)
        assert (key.numbers["n"], key.numbers["q"]) == (105, 5)
        assert (dict(key.members), key.defects) == ({"oth": [{"r": "Bw", "d": "AQ", "t": "AQ"}]}, ())


@pytest.mark.parametrize("further", [seq(), seq(ints(7, 1)), seq(ints(7, 1, 1, 1)), octets(b"x"), ints(7, 1, 1)])
def test_further_primes_that_are_none(further):
    with pytest.raises(KeyMaterialError):
        key_der.read(seq(*map(der.encode_integer, (1, 105, 5, 5, 3, 5, 1, 1, 2)), further))


def test_a_private_key_with_too_few_numbers_is_read():
    key = key_der.read(ints(0, 143, 7, 103))
    assert isinstance(key, Key)
    assert (key.numbers, key.defects) == ({"n": 143, "e": 7, "d": 103}, ("only 4 of the 9 INTEGERs of PKCS#1",))


@pytest.mark.parametrize(
    ("point", "numbers", "defects"),
    [
        (b"\x04" + bytes(31) + b"\x01" + bytes(31) + b"\x02", {"x": 1, "y": 2}, ()),
        (
            b"\x07" + bytes(31) + b"\x01" + bytes(31) + b"\x02",
            {"x": 1, "y": 2},
            ("the public point is in hybrid form",),
        ),
    ],
)
def test_points(point, numbers, defects):
    key = key_der.read(ec_public(point))
    assert isinstance(key, Key)
    assert (key.numbers, key.defects) == (numbers, defects)


def test_a_private_number_of_another_length_is_told():
    key = key_der.read(
        private_info(algorithm("1.2.840.10045.2.1", der.encode_oid(P256)), seq(der.encode_integer(1), octets(b"\1")))
    )
    assert isinstance(key, Key)
    assert (key.numbers, key.defects) == ({"d": 1}, ("d has 1 octets where P-256 has 32",))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "cut short"),
        (b"\x05\x00", "not a key: a NULL where a SEQUENCE"),
        (seq(), "no known kind of key"),
        (ints(1, 2, 3), "parameters, not a key"),
        (ints(0, 1, 2, 3, 4, 5), "DSA private key"),
        (ints(*range(12)), "PKCS#1 RSA private key of the wrong shape"),
        (ints(0), "PKCS#1 RSA private key of the wrong shape"),
        (seq(der.encode_integer(1), der.encode(der.INTEGER, b"\1" * 140_000)), "e is longer than"),
        (ec_public(b"\0"), "point at infinity"),
        (ec_public(b"\4" + bytes(10)), "a public point of 11 octets, where P-256 has 65"),
        (ec_public(b"\2" + bytes(31) + b"\1"), "a compressed point that is not on P-256"),
        (ec_public(b"\4" + bytes(64), "1.2.156.10197.1.301"), "an EC key on SM2"),
        (ec_public(b"\4" + bytes(64), "1.2.3"), "an EC key on curve 1.2.3"),
        (seq(algorithm("1.2.840.10045.2.1"), bits(b"\4")), "does not name its curve"),
        (seq(algorithm("1.3.101.112"), bits(bytes(31))), "x of an Ed25519 key has 31 octets, not 32"),
        (seq(algorithm("2.16.840.1.101.3.4.3.17"), bits(bytes(31))), "an ML-DSA-44 public key of 31 octets"),
        (seq(algorithm("2.16.840.1.101.3.4.4.2"), bits(bytes(31))), "ML-KEM-768 public key, which JOSE does not have"),
        (seq(algorithm("1.2.3"), bits(b"")), "a public key of unknown algorithm 1.2.3"),
        (private_info(algorithm("2.16.840.1.101.3.4.3.24"), b""), "SLH-DSA private key"),
        (private_info(seq(), b""), "an empty AlgorithmIdentifier"),
        (private_info(algorithm(RSA), ints(1)), "wrong shape"),
        (private_info(algorithm(RSA), b"\x30\x05"), "malformed PKCS#8|cut short"),
        (seq(algorithm(RSA), bits(ints(1, 2, 3))), "PKCS#1 RSA public key of the wrong shape"),
        (seq(algorithm(RSA), der.encode(der.BIT_STRING, b"\3", ints(1, 2))), "does not end on an octet"),
        (seq(der.encode_integer(1), octets(bytes(32))), "does not name its curve"),
        (
            seq(der.encode_integer(1), octets(bytes(99)), der.encode(0xA0, der.encode_oid(P256))),
            "a private number of 99 octets on P-256",
        ),
        (seq(seq(), seq(), bits(b"")), "signed DER of no known kind"),
        (seq(der.encode_oid("1.2.840.113549.1.7.2"), der.encode(0xA0)), r"PKCS#7 / CMS \(signed data\)"),
    ],
    ids=range(28),
)
def test_what_is_no_key_is_named(content, message):
    with pytest.raises(KeyMaterialError, match=message):
        key_der.read(content)
