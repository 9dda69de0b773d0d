"""PKCS#12 files as openssl and `cryptography` write them, put together anew, and broken."""

import datetime as dt
import functools
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import PrivateFormat
from cryptography.hazmat.primitives.serialization import pkcs12 as theirs
from hypothesis import given, settings
from hypothesis import strategies as st

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import der, pkcs12
from jwtctl.jose.key import thumbprint
from jwtctl.jose.key_der import Certificate
from jwtctl.jose.key_encryption import MAX_WORK, Unlocker, UnsupportedCipherError, WrongPassphraseError
from jwtctl.model import Key
from tests.jose.vectors import private_key, rfc

SECRET = b"correct horse"
DATA, ENCRYPTED, ENVELOPED, SIGNED = (f"1.2.840.113549.1.7.{number}" for number in (1, 6, 3, 2))
BAGS = "1.2.840.113549.1.12.10.1."


def read(octets, passphrase=SECRET):
    return list(pkcs12.read(der.read_one(octets), Unlocker(passphrase)))


def kinds(parts):
    return [type(part).__name__ for part in parts]


@functools.cache
def ed25519_key():
    """The key of RFC 8037 as `cryptography` holds it, with its PEM and a certificate for it."""
    key = ed25519.Ed25519PrivateKey.from_private_bytes(private_key("Ed25519").octets["d"])
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])
    certificate = _certificate(name, key)
    pem = key.private_bytes(serialization.Encoding.PEM, PrivateFormat.PKCS8, serialization.NoEncryption())
    return key, pem, certificate


def _certificate(name, key):
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + dt.timedelta(days=3650))
    return builder.sign(key, None)


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    """Write the key and its certificate with openssl."""
    directory = tmp_path_factory.mktemp("pkcs12")
    _, pem, certificate = ed25519_key()
    (directory / "key.pem").write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))

    def export_(*options, password="correct horse"):
        argv = [
            "openssl",
            "pkcs12",
            "-export",
            "-in",
            str(directory / "key.pem"),
            "-passout",
            f"pass:{password}",
            *options,
        ]
        done = subprocess.run(argv, capture_output=True, check=False)
        if done.returncode and "-legacy" in options:
            pytest.skip("openssl is without its legacy provider")
        assert done.returncode == 0, done.stderr
        return done.stdout

    return export_


# --- what others write


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ([], ["Certificate", "Key"]),
        (["-keypbe", "AES-128-CBC", "-certpbe", "AES-192-CBC"], ["Certificate", "Key"]),
        (["-keypbe", "des-ede3-cbc", "-certpbe", "des-ede3-cbc"], ["Certificate", "Key"]),
        (["-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES"], ["Certificate", "Key"]),
        (["-keypbe", "PBE-SHA1-2DES", "-certpbe", "PBE-SHA1-2DES"], ["Certificate", "Key"]),
        (["-keypbe", "NONE", "-certpbe", "NONE"], ["Certificate", "Key"]),
        (["-keypbe", "NONE"], ["Certificate", "Key"]),
        (["-certpbe", "NONE"], ["Certificate", "Key"]),
        (["-nocerts"], ["Key"]),
        (["-nokeys"], ["Certificate"]),
        (["-nomac"], ["Certificate", "Key"]),
        (["-macalg", "sha512", "-noiter", "-nomaciter"], ["Certificate", "Key"]),
        (["-keysig", "-name", "friendly name"], ["Certificate", "Key"]),
        # What is too weak is an error in its place, behind what can be read.
        (["-legacy"], ["Key", "UnsupportedCipherError"]),
        (
            ["-legacy", "-keypbe", "PBE-SHA1-RC4-128", "-certpbe", "PBE-SHA1-3DES"],
            ["Certificate", "UnsupportedCipherError"],
        ),
        (["-keypbe", "camellia-256-cbc"], ["Certificate", "UnsupportedCipherError"]),
    ],
    ids=lambda value: " ".join(value) if value and value[0].startswith("-") else "",
)
def test_what_openssl_writes(export, options, found):
    parts = read(export("-iter", "1", *options) if "-noiter" not in options else export(*options))
    assert kinds(parts) == found
    for part in parts:
        if isinstance(part, Key):
            assert thumbprint(part) == rfc(8037)["A.3"]["thumbprint"]
            assert part.octets["d"] == private_key("Ed25519").octets["d"]
        elif isinstance(part, Certificate):
            assert part.encoding == ed25519_key()[2].public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize(
    "password", [SECRET, "pässwörd €".encode(), b"", "\U0001f600".encode()], ids=["ASCII", "BMP", "empty", "beyond"]
)
@pytest.mark.parametrize("scheme", ["PBESv2SHA256AndAES256CBC", "PBESv1SHA1And3KeyTripleDESCBC"])
def test_what_cryptography_writes(password, scheme):
    key, _, certificate = ed25519_key()
    builder = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(2).hmac_hash(hashes.SHA256())
    sealed = (
        builder.key_cert_algorithm(getattr(theirs.PBES, scheme)).build(password)
        if password
        else serialization.NoEncryption()
    )
    octets = theirs.serialize_key_and_certificates(b"name", key, certificate, None, sealed)
    parts = read(octets, password)
    assert sorted(kinds(parts)) == ["Certificate", "Key"]
    (found,) = (part for part in parts if isinstance(part, Key))
    assert thumbprint(found) == rfc(8037)["A.3"]["thumbprint"]
    assert theirs.load_key_and_certificates(octets, password or None)[0] is not None


# --- passwords


def test_a_wrong_password_is_said_to_be_wrong(export):
    for options in ([], ["-certpbe", "NONE"], ["-keypbe", "PBE-SHA1-3DES"], ["-nomac"]):
        sealed = export("-iter", "1", *options)
        for wrong in (b"wrong", b"", b"Correct horse", SECRET + b"\n"):
            with pytest.raises(WrongPassphraseError, match=r"^wrong passphrase, or this PKCS#12 file is damaged$"):
                read(sealed, wrong)


@pytest.mark.parametrize(
    ("options", "found"),
    [([], ["KeyMaterialError", "KeyMaterialError"]), (["-certpbe", "NONE"], ["Certificate", "KeyMaterialError"])],
)
def test_without_a_password_what_is_encrypted_says_so(export, options, found):
    for nothing in (None, lambda: None):
        parts = read(export("-iter", "1", *options), nothing)
        assert kinds(parts) == found
        assert str(parts[-1]) == "this PKCS#12 file is encrypted"
        assert parts[-1].hint == "pass --passphrase-file FILE"


def test_a_file_without_a_password_needs_none(export):
    asked = []
    unsealed = export("-keypbe", "NONE", "-certpbe", "NONE", "-nomac")
    assert kinds(read(unsealed, lambda: asked.append(1))) == ["Certificate", "Key"]
    assert not asked
    assert kinds(read(export("-iter", "1", password=""), None)) == ["Certificate", "Key"]


def test_the_password_is_asked_for_once(export):
    asked = []

    def ask():
        asked.append(1)
        return SECRET

    assert kinds(read(export("-iter", "1"), ask)) == ["Certificate", "Key"]
    assert asked == [1]


# --- put together anew


def sequence(*parts):
    return der.encode(der.SEQUENCE, *parts)


def explicit(*parts):
    return der.encode(0xA0, *parts)


def content(kind, inner):
    return sequence(der.encode_oid(kind), explicit(inner))


def data(*bags):
    return content(DATA, der.encode(der.OCTET_STRING, sequence(*bags)))


def pfx(*infos, kind=DATA):
    return sequence(der.encode_integer(3), content(kind, der.encode(der.OCTET_STRING, sequence(*infos))))


def bag(number, value):
    return sequence(der.encode_oid(BAGS + str(number)), explicit(value))


def infos_of(octets):
    """The content infos of a whole file."""
    wrapped = der.read_one(octets).children()[1].children()[1].inside().octets()
    return [element.encoding for element in pkcs12.read_sequence(wrapped)]


@functools.cache
def key_bag(seed=7):
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    return bag(1, key.private_bytes(serialization.Encoding.DER, PrivateFormat.PKCS8, serialization.NoEncryption()))


def test_two_keys_come_in_their_order(export):
    parts = read(pfx(data(key_bag(1), key_bag(2)), *infos_of(export("-iter", "1")), data(key_bag(3))))
    assert kinds(parts) == ["Key", "Key", "Certificate", "Key", "Key"]
    keys = [part for part in parts if isinstance(part, Key)]
    assert [key.octets["d"] for key in keys] == [
        *(bytes([seed]) * 32 for seed in (1, 2)),
        private_key("Ed25519").octets["d"],
        bytes([3]) * 32,
    ]


def test_a_file_of_nothing_holds_nothing():
    assert read(pfx()) == []
    assert read(pfx(data())) == []


def test_bags_inside_bags_are_read_so_far():
    def nested(levels):
        inner = key_bag()
        for _ in range(levels):
            inner = bag(6, sequence(inner))
        return read(pfx(data(inner)))

    assert kinds(nested(1)) == kinds(nested(4)) == ["Key"]
    assert nested(5) == []


def test_bags_that_are_no_keys_are_passed_over():
    crl, secret, unknown = bag(4, der.encode(der.NULL)), bag(5, der.encode(der.NULL)), bag(99, der.encode(der.NULL))
    sdsi = bag(
        3, sequence(der.encode_oid("1.2.840.113549.1.9.22.2"), explicit(der.encode(der.OCTET_STRING, sequence())))
    )
    parts = read(pfx(data(crl, secret, unknown, key_bag(), sdsi)))
    assert "Key" in kinds(parts)
    assert not [part for part in parts if isinstance(part, Certificate)]


def test_one_bad_part_spoils_no_other():
    bad = bag(1, sequence(der.encode_integer(0), sequence(der.encode_oid("1.2.3")), der.encode(der.OCTET_STRING, b"")))
    parts = read(pfx(data(bad, key_bag(1)), content(ENVELOPED, sequence()), data(key_bag(2))))
    assert kinds(parts) == ["KeyMaterialError", "Key", "KeyMaterialError", "Key"]
    assert str(parts[2]) == "a part of this PKCS#12 file is sealed with a public key"


def test_a_key_whose_numbers_are_wrong_is_read_all_the_same():
    numbers = private_key("RS256").numbers
    public = rsa.RSAPublicNumbers(numbers["e"], numbers["n"])
    sound = rsa.RSAPrivateNumbers(*(numbers[name] for name in ("p", "q", "d", "dp", "dq", "qi")), public).private_key()
    octets = sound.private_bytes(serialization.Encoding.DER, PrivateFormat.PKCS8, serialization.NoEncryption())
    n = numbers["n"].to_bytes(256, "big")
    assert octets.count(n) == 1
    changed = octets.replace(n, n[:-1] + bytes([n[-1] ^ 2]))
    with pytest.raises(ValueError):  # noqa: PT011 - the words are those of the library
        serialization.load_der_private_key(changed, None)
    (found,) = read(pfx(data(bag(1, changed))))
    assert isinstance(found, Key)
    assert found.numbers == {**numbers, "n": numbers["n"] ^ 2}


# --- what is refused

MISSING = "a malformed PKCS#12 file: a part of it is missing or misshapen"
PBES2, TRIPLE_DES = "1.2.840.113549.1.5.13", "1.2.840.113549.1.12.1.3"
EMPTY = der.encode(der.OCTET_STRING, b"")


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (pfx(kind=SIGNED), "a PKCS#12 file sealed with a public key, which is not supported"),
        (
            pfx(content(ENCRYPTED, sequence(der.encode_integer(0), sequence(der.encode_oid(DATA), sequence())))),
            "a PKCS#12 file with encrypted data in pieces, which is not supported",
        ),
        (
            pfx(
                content(
                    ENCRYPTED,
                    sequence(
                        der.encode_integer(0), sequence(der.encode_oid(DATA), sequence(), der.encode(0xA0, b"\4\0"))
                    ),
                )
            ),
            "a PKCS#12 file with encrypted data in pieces, which is not supported",
        ),
        (sequence(), MISSING),
        (sequence(der.encode_integer(3)), MISSING),
        (sequence(der.encode_integer(3), sequence()), MISSING),
        (sequence(der.encode_integer(3), sequence(der.encode_oid(DATA))), MISSING),
        (pfx(sequence()), MISSING),
        (pfx(sequence(der.encode_oid(DATA))), MISSING),
        (pfx(data(sequence())), MISSING),
        (pfx(data(bag(2, sequence()))), MISSING),
        (pfx(data(bag(2, sequence(sequence(der.encode_oid(PBES2), sequence()), EMPTY)))), MISSING),
        (pfx(data(bag(2, sequence(sequence(der.encode_oid(TRIPLE_DES), sequence()), EMPTY)))), MISSING),
        (pfx(data(bag(3, sequence()))), MISSING),
        (der.encode(der.NULL), "a malformed PKCS#12 file: a NULL where a SEQUENCE is expected"),
        (pfx(der.encode(der.NULL)), "a malformed PKCS#12 file: a NULL where a SEQUENCE is expected"),
    ],
    ids=range(16),
)
def test_what_is_malformed_is_refused(octets, message):
    with pytest.raises(KeyMaterialError, match=f"^{message}") as caught:
        read(octets)
    assert "\n" not in caught.value.message


def test_files_that_are_cut_short_are_refused(export):
    """The outer length is mended, so that the break is seen where it is."""
    whole = export("-iter", "1")
    inner = infos_of(whole)
    for info in inner:
        element = der.read_one(info)
        for length in range(0, len(element.content), 7):
            try:
                parts = read(pfx(sequence(element.content[:length])))
            except KeyMaterialError as err:
                assert "\n" not in err.message  # noqa: PT017 - either is well
                continue
            assert not [part for part in parts if isinstance(part, Key)]


def test_costly_parts_are_refused_before_the_work_is_done(export):
    """2,048 rounds of the scheme with Triple DES count three times, for its three outputs of SHA-1."""
    sealed = export("-iter", "2048", "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES")
    unlocker = Unlocker(SECRET)
    unlocker.spend(MAX_WORK - 3 * 2048)
    parts = list(pkcs12.read(der.read_one(sealed), unlocker))
    assert kinds(parts) == ["Certificate", "KeyMaterialError"]
    assert str(parts[-1]).startswith("asks for 6144 rounds of key derivation, beyond the limit of")


def test_unsupported_parts_come_last_with_what_to_do(export):
    parts = read(pfx(*infos_of(export("-legacy", "-iter", "1")), data(key_bag())))
    assert kinds(parts) == ["Key", "Key", "UnsupportedCipherError"]
    error = parts[-1]
    assert isinstance(error, UnsupportedCipherError)
    assert error.message == "encrypted with RC2, which nothing current reads"
    assert error.hint == "openssl pkcs12 -legacy -in FILE -nodes writes what is inside as PEM"


@functools.cache
def sample():
    key, _, certificate = ed25519_key()
    builder = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(1).hmac_hash(hashes.SHA256())
    sealed = builder.key_cert_algorithm(theirs.PBES.PBESv2SHA256AndAES256CBC).build(SECRET)
    return (
        theirs.serialize_key_and_certificates(b"name", key, certificate, None, sealed),
        theirs.serialize_key_and_certificates(b"name", key, certificate, None, serialization.NoEncryption()),
        pfx(data(key_bag(1), bag(6, sequence(key_bag(2)))), content(ENVELOPED, sequence())),
    )


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_changed_files_are_read_or_refused(data):
    octets = bytearray(data.draw(st.sampled_from(sample())))
    for _ in range(data.draw(st.integers(1, 3))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    try:
        pfx_ = der.read_one(bytes(octets))
    except der.DerError:
        return
    try:
        parts = list(pkcs12.read(pfx_, Unlocker(SECRET)))
    except KeyMaterialError as err:
        assert "\n" not in err.message  # noqa: PT017 - the property is about the error
        return
    assert all(isinstance(part, Key | Certificate | KeyMaterialError) for part in parts)
