"""Schemes that are refused, and why; that the usual ones are read is shown in test_key_formats."""

import base64
import json

import pytest

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import der, key_encryption
from jwtctl.jose.key_encryption import Unlocker, UnsupportedCipherError, WrongPassphraseError

AES, PBES2, PBKDF2 = "2.16.840.1.101.3.4.1.42", "1.2.840.113549.1.5.13", "1.2.840.113549.1.5.12"
SALT = der.encode(der.OCTET_STRING, bytes(8))


def scheme(oid, *parts):
    return der.encode(der.SEQUENCE, der.encode_oid(oid), *parts)


def seq(*parts):
    return der.encode(der.SEQUENCE, *parts)


def pbes2(derivation, cipher=AES, iv=bytes(16)):
    return scheme(PBES2, seq(derivation, scheme(cipher, der.encode(der.OCTET_STRING, iv))))


def pbkdf2(rounds, *more):
    return scheme(PBKDF2, seq(SALT, der.encode_integer(rounds), *more))


def decrypt(algorithm, ciphertext=bytes(32), passphrase=b"x"):
    return key_encryption.decrypt_pkcs8(der.read_one(algorithm), ciphertext, passphrase, Unlocker(passphrase))


@pytest.mark.parametrize(
    ("algorithm", "message"),
    [
        (scheme("1.2.840.113549.1.12.1.6", seq()), "encrypted with RC2"),
        (scheme("1.2.840.113549.1.5.3", seq()), r"scheme that is not supported \(1.2.840.113549.1.5.3\)"),
        (pbes2(pbkdf2(1), cipher="1.2.3"), r"cipher that is not supported \(1.2.3\)"),
        (pbes2(pbkdf2(1, scheme("1.2.3"))), r"hash that is not supported \(1.2.3\)"),
        (pbes2(scheme("1.2.3", seq())), r"key derivation that is not supported \(1.2.3\)"),
    ],
)
def test_schemes_that_are_not_supported(algorithm, message):
    with pytest.raises(UnsupportedCipherError, match=message):
        decrypt(algorithm)


@pytest.mark.parametrize("iv", [b"", bytes(15)])
def test_a_wrong_iv_is_no_traceback(iv):
    with pytest.raises(KeyMaterialError, match="damaged or cut short"):
        decrypt(pbes2(pbkdf2(1), iv=iv))


def test_ciphertext_that_is_no_block():
    with pytest.raises(KeyMaterialError, match="damaged or cut short"):
        decrypt(pbes2(pbkdf2(1)), bytes(31))
    with pytest.raises(WrongPassphraseError):
        decrypt(pbes2(pbkdf2(1)), b"")


@pytest.mark.parametrize("parameters", [(3, 8, 1), (0, 8, 1), (1024, 0, 1), (1024, 8, 0)])
def test_scrypt_parameters_that_do_not_exist(parameters):
    algorithm = pbes2(scheme("1.3.6.1.4.1.11591.4.11", seq(SALT, *map(der.encode_integer, parameters))))
    with pytest.raises(KeyMaterialError, match="asks"):
        decrypt(algorithm)


def test_a_pkcs12_passphrase_is_utf8():
    algorithm = scheme("1.2.840.113549.1.12.1.3", seq(SALT, der.encode_integer(1)))
    with pytest.raises(KeyMaterialError, match="not UTF-8"):
        decrypt(algorithm, passphrase=b"\xff")


def test_the_key_derivation_of_pkcs12():
    """As openssl 3.0.19 answers: openssl kdf -keylen 24 -kdfopt digest:SHA1 -kdfopt hexpass:00610000
    -kdfopt hexsalt:0102030405060708 -kdfopt iter:3 -kdfopt id:1 PKCS12KDF
    """
    key = key_encryption.pkcs12_kdf("a".encode("utf-16-be") + b"\0\0", bytes(range(1, 9)), 1, 3, 24)
    assert key.hex(":").upper() == "95:10:50:5D:5B:D1:32:87:46:74:54:07:6C:09:07:11:49:86:AF:01:3C:8C:01:5D"


@pytest.mark.parametrize(
    ("header", "error", "message"),
    [
        ("DES-CBC,0011223344556677", UnsupportedCipherError, "'DES-CBC', which is not supported"),
        ("", UnsupportedCipherError, "'', which is not supported"),
        ("AES-128-CBC,zz", KeyMaterialError, "without a hexadecimal IV"),
        ("AES-128-CBC,00", KeyMaterialError, "an IV of 1 octets, not 16"),
    ],
)
def test_legacy_headers(header, error, message):
    with pytest.raises(error, match=message):
        key_encryption.decrypt_legacy_pem(header, bytes(16), b"x")


def test_a_passphrase_is_asked_for_once():
    asked = []
    unlocker = Unlocker(lambda: asked.append(1) or b"x")
    assert unlocker.passphrase("this") == unlocker.passphrase("this") == unlocker.optional_passphrase() == b"x"
    assert len(asked) == 1
    nothing = Unlocker(lambda: asked.append(1))
    assert nothing.optional_passphrase() == b""
    with pytest.raises(KeyMaterialError, match="this is encrypted"):
        nothing.passphrase("this")
    assert len(asked) == 2


def test_work_is_a_sum():
    unlocker = Unlocker(b"")
    unlocker.spend(key_encryption.MAX_WORK)
    with pytest.raises(KeyMaterialError, match="beyond the limit"):
        unlocker.spend(1)
    with pytest.raises(KeyMaterialError, match="asks for 0 rounds"):
        Unlocker(b"").spend(0)


def _jwe(header):
    text = json.dumps({"alg": "PBES2-HS256+A128KW", "enc": "A128GCM", "p2s": "AAAA", "p2c": 1, **header})
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode() + ".AAAA.AAAA.AAAA.AAAA"


@pytest.mark.parametrize(
    ("token", "message"),
    [
        ("e30.A.A.A.A", "a malformed JWE"),
        ("W10.AAAA.AAAA.AAAA.AAAA", "a malformed JWE: JSON array"),
        ("e30.AAAA.AAAA.AAAA.AAAA", "encrypted with None"),
        (_jwe({"alg": "dir"}), "encrypted with 'dir', not a key file"),
        (_jwe({"alg": ["x"]}), r"encrypted with \['x'\]"),
        (_jwe({"p2s": "*"}), "a malformed JWE"),
        (_jwe({"p2s": ""}), "not acceptable"),
        (_jwe({"crit": ["b64"]}), "not acceptable"),
        (_jwe({"enc": 1}), "not acceptable"),
        (_jwe({"p2c": None}), "p2c None, beyond the limit"),
        (_jwe({}), "wrong passphrase"),
    ],
    ids=range(11),
)
def test_jwe_that_are_no_wrapped_key(token, message):
    with pytest.raises(KeyMaterialError, match=message):
        key_encryption.decrypt_jwe(token, Unlocker(b"x"))


@pytest.mark.parametrize(
    ("jwe", "message"),
    [
        ({"ciphertext": "AAAA"}, "encrypted with None"),
        ({"recipients": []}, "recipients is no array of objects"),
        ({"recipients": {}}, "recipients is no array of objects"),
        ({"recipients": ["x"]}, "recipients is no array of objects"),
        ({"recipients": [{}] * 17}, "more than 16 recipients"),
        ({"protected": 1}, "protected is no string"),
        ({"protected": "*"}, "a malformed JWE"),
        ({"header": "x"}, "a header that is no object"),
        ({"unprotected": {"alg": "a"}, "header": {"alg": "b"}}, "a header parameter stands in two headers"),
        ({"header": {"p2s": 1}}, "p2s is no string"),
        ({"aad": 1}, "aad is no string"),
        ({"protected": "eyJhIjoxLCJhIjoyfQ"}, "header parameter 'a' stands twice"),
    ],
    ids=range(12),
)
def test_jwe_in_json_that_are_no_wrapped_key(jwe, message):
    with pytest.raises(KeyMaterialError, match=message):
        key_encryption.decrypt_jwe(jwe, Unlocker(b"x"))
