"""Real key files, damaged in every way of `damage`, give back exactly what is left of them."""

import base64
import contextlib
import random
import subprocess

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import key_formats, key_writing
from jwtctl.jose.torn_key import MAX_OCTETS, MAX_READINGS, parse_torn
from jwtctl.model import Key, Place
from tests.cryptanalysis.weak_keys import Maker
from tests.jose.damage import DAMAGES

PLACE = Place("torn.pem")
MAKER = Maker("torn key")


def run(*argv):
    return subprocess.run(argv, capture_output=True, check=True).stdout.decode()


def pkcs1_of_openssl():
    return run("openssl", "genrsa", "-traditional", "2048")


def pkcs8_of_openssl():
    return run("openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")


def pkcs8_of_openssl_with_a_short_exponent():
    options = ("-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_keygen_pubexp:3")
    return run("openssl", "genpkey", "-algorithm", "RSA", *options)


def by_cryptography(bits, form):
    key = rsa.generate_private_key(65537, bits)
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def pkcs1_of_cryptography():
    return by_cryptography(3072, serialization.PrivateFormat.TraditionalOpenSSL)


def openssh_of_cryptography():
    return by_cryptography(2048, serialization.PrivateFormat.OpenSSH)


FORMS = {
    each.__name__: each
    for each in (
        pkcs1_of_openssl,
        pkcs8_of_openssl,
        pkcs8_of_openssl_with_a_short_exponent,
        pkcs1_of_cryptography,
        openssh_of_cryptography,
    )
}


@pytest.fixture(scope="module", params=FORMS)
def pem(request):
    return FORMS[request.param]()


def numbers_of(pem):
    (key,) = key_formats.read(pem.encode(), "FILE").keys
    return key.numbers


def is_right(reading, numbers):
    return all(numbers[name] == number for name, number in reading.numbers.items()) and all(
        (numbers[name] ^ bits.value) & bits.mask == 0 for name, bits in reading.known.items()
    )


def legible(reading):
    return sum(bits.mask.bit_count() for bits in reading.known.values()) + sum(
        number.bit_length() for number in reading.numbers.values()
    )


@pytest.mark.parametrize("damage", DAMAGES)
def test_nearly_every_legible_bit_is_given_to_its_number(pem, damage):
    numbers = numbers_of(pem)
    torn = parse_torn(DAMAGES[damage](pem, random.Random(damage)), PLACE)
    assert torn.modulus_bits == numbers["n"].bit_length()
    assert 1 <= len(torn.readings) <= MAX_READINGS
    right = [reading for reading in torn.readings if is_right(reading, numbers)]
    assert right
    # Without headers, the last line of a torn left edge, and the second copy of n in an OpenSSH file.
    repeated = 2100 if "OPENSSH" in pem or "b3BlbnNzaC1r" in pem else 0
    assert legible(right[0]) > 0.84 * (6 * torn.legible - repeated) - 400


@pytest.mark.parametrize(
    ("damage", "whole"),
    [
        ("whole", {"n", "e", "d", "p", "q", "dp", "dq", "qi"}),
        ("head_cut", {"p", "q", "dp", "dq", "qi"}),
        ("tail_cut", {"n", "e", "d"}),
        ("lines_marked", {"n", "e", "q", "dp", "dq", "qi"}),
        ("blocked", {"dq", "qi"}),
    ],
)
def test_numbers_that_are_whole_are_told_apart_from_parts(damage, whole):
    pem = pkcs1_of_openssl()
    torn = parse_torn(DAMAGES[damage](pem, random.Random(damage)), PLACE)
    assert any(set(reading.numbers) >= whole and is_right(reading, numbers_of(pem)) for reading in torn.readings)
    assert {role for each in torn.integers if each.whole for role in each.roles} >= whole


def test_integers_stand_in_the_order_of_the_file_with_what_is_left_of_them():
    pem = pkcs1_of_openssl()
    numbers = numbers_of(pem)
    cut = "\n".join(pem.strip().split("\n")[8:15])
    torn = parse_torn(cut, PLACE)
    d, p, *_ = torn.integers
    assert [integer.roles[0] for integer in torn.integers][:2] == ["d", "p"]
    assert (d.octets, d.whole, p.octets) == (None, False, 129)
    assert d.low.bits > 900
    assert d.low.value == numbers["d"] % (1 << d.low.bits)
    assert p.high.value == numbers["p"] >> (8 * p.octets - p.high.bits)
    assert d.offset < 0 < p.offset
    assert (d.line, p.line) == (1, 1)


def test_one_number_alone_may_be_any_of_its_size():
    pem = pkcs1_of_openssl()
    octets = base64.b64decode("".join(pem.strip().split("\n")[1:-1]))
    start = octets.index(numbers_of(pem)["q"].to_bytes(128, "big")) - 4
    torn = parse_torn(base64.b64encode(octets[start : start + 132]).decode().rstrip("="), PLACE)
    (integer,) = torn.integers
    assert integer.whole
    assert set(integer.roles) >= {"p", "q", "dp", "dq", "qi"}
    assert {name for reading in torn.readings for name in reading.numbers} >= {"p", "q", "dp", "dq", "qi"}


def test_a_key_whose_exponents_changed_places():
    made = MAKER.key(MAKER.primes(2048), e=65537)
    p, q = made.primes
    numbers = {"n": made.n, "e": made.d, "d": made.e, "p": p, "q": q, "dp": made.e, "dq": made.e, "qi": pow(q, -1, p)}
    pem = key_writing.write([Key("RSA", numbers=numbers)], "pem", private=True).decode()
    torn = parse_torn(DAMAGES["tail_cut"](pem, random.Random(1)), PLACE)
    assert any(is_right(reading, numbers) and reading.numbers["d"] == 65537 for reading in torn.readings)


@pytest.mark.parametrize("public", ["certificate", "spki", "ssh"])
def test_a_public_key_beside_the_torn_one_is_kept(public):
    from datetime import UTC, datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "torn")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1).not_valid_before(
        datetime(2020, 1, 1, tzinfo=UTC)
    )
    encoding, form = serialization.Encoding, serialization.PublicFormat
    other = {
        "certificate": lambda: (
            builder.not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
            .sign(key, hashes.SHA256())
            .public_bytes(encoding.PEM)
        ),
        "spki": lambda: key.public_key().public_bytes(encoding.PEM, form.SubjectPublicKeyInfo),
        "ssh": lambda: key.public_key().public_bytes(encoding.OpenSSH, form.OpenSSH),
    }[public]()
    private = key.private_bytes(encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
    torn = parse_torn(other.decode() + "\n" + DAMAGES["head_cut"](private, random.Random(2)), PLACE)
    assert torn.public == {"n": key.public_key().public_numbers().n, "e": 65537}
    assert torn.readings[0].numbers["q"] in {key.private_numbers().p, key.private_numbers().q}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there is no base64 at all"),
        ("To whom it may concern:\nthe key is lost.\n", "there is no base64 at all"),
        ("A" * 400, "400 characters of base64 hold no part of one"),
        (f"-----BEGIN RSA PRIVATE KEY-----\n{'*' * 64}\n{'*' * 64}\n", "there is no base64 at all"),
        (
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\n" + "MIIFHDBOBgkqhkiG9w0BBQ0wQTApBgkqhkiG9w0BBQwwHAQI\n" * 3,
            "encrypted",
        ),
        ("-----BEGIN RSA PRIVATE KEY-----\nDEK-Info: AES-128-CBC,00\n\n" + "q" * 63 + "A\n", "encrypted"),
        ("x" * (MAX_OCTETS + 1), "more than 1048576 characters"),
    ],
)
def test_nothing_left_is_said(text, message):
    with pytest.raises(KeyMaterialError, match=message):
        parse_torn(text, PLACE)


def test_encryption_is_told_by_the_content_too():
    key = rsa.generate_private_key(65537, 2048)
    for form in (serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.OpenSSH):
        pem = key.private_bytes(serialization.Encoding.PEM, form, serialization.BestAvailableEncryption(b"secret"))
        first, *body = pem.decode().split("\n")
        for begin in (first, "-----BEGIN PRIVATE KEY-----"):
            with pytest.raises(KeyMaterialError, match="is encrypted"):
                parse_torn("\n".join([begin, *body[:15]]), PLACE)


def test_other_kinds_of_keys_hold_nothing_of_an_rsa_key():
    for algorithm in ("ED25519", "ED448", "X25519"):
        pem = run("openssl", "genpkey", "-algorithm", algorithm)
        with pytest.raises(KeyMaterialError, match="nothing of an RSA private key survives"):
            parse_torn(pem.replace("-----END", ""), PLACE)


def test_no_number_shows_in_a_repr():
    torn = parse_torn(DAMAGES["starred"](pkcs1_of_openssl(), random.Random(3)), PLACE)
    text = repr(torn) + repr(torn.readings) + repr(torn.integers)
    numbers = [number for reading in torn.readings for number in reading.numbers.values() if number > 1 << 64]
    numbers += [bits.value for reading in torn.readings for bits in reading.known.values()]
    assert not [number for number in numbers if str(number) in text or hex(number) in text]
    assert max(map(len, text.split())) < 40


HEADERS = [
    b"\2\x82\1\1\0\x80",
    b"\2\x81\x81\0\x90",
    b"\2\3\1\0\1",
    b"\x30\x82\4\xa4\2\1\0",
    b"\0\0\1\1\0\x80",
    bytes(40),
]


@settings(max_examples=40)
@given(
    st.lists(
        st.text(max_size=40)
        | st.lists(st.sampled_from(HEADERS) | st.binary(max_size=60), max_size=8).map(
            lambda parts: base64.b64encode(b"".join(parts)).decode()
        )
        | st.sampled_from(
            ["\n", "\\n", "> ", "***", "[...]", "-----BEGIN RSA PRIVATE KEY-----\n", "-----END", "KEY-----\n"]
        ),
        max_size=12,
    ).map("".join)
)
def test_any_text_is_read_or_refused(text):
    try:
        torn = parse_torn(text, PLACE)
    except KeyMaterialError as err:
        assert "\n" not in err.message  # noqa: PT017 - the property is about the error
    else:
        assert torn.readings


@pytest.mark.parametrize("unit", ["\\", "-", "-----BEGIN ", "KEY----", "[", '" ', "* ", "A\n", "1: ", "AoGB"])
def test_a_mebibyte_of_anything_ends(unit):
    """With a quadratic pattern or loop some of these would take hours; nothing is timed."""
    with contextlib.suppress(KeyMaterialError):
        parse_torn((unit * (MAX_OCTETS // len(unit)))[:MAX_OCTETS], PLACE)
