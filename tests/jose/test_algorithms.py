"""Every algorithm against published vectors and other libraries, and every signature that must not be believed."""

import itertools
import json
import re

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, utils
from hypothesis import given, settings
from hypothesis import strategies as st

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import algorithms
from jwtctl.jose.algorithms import SIGNATURES
from jwtctl.model import Key
from tests.jose import vectors
from tests.jose.oracles import PAIRS
from tests.jose.vectors import jwk, octets, private_key, rfc, taken_apart, text, verification_key

MESSAGE = b"eyJhbGciOiJub25lIn0.e30"
ECDSA = {name: algorithm for name, algorithm in SIGNATURES.items() if algorithm.family == "ecdsa"}
LENGTHS = dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), 256) | {
    "HS256": 32,
    "HS384": 48,
    "HS512": 64,
    "ES256": 64,
    "ES256K": 64,
    "ES384": 96,
    "ES512": 132,
    "Ed25519": 64,
    "EdDSA": 64,
    "Ed448": 114,
    "ML-DSA-44": 2420,
    "ML-DSA-65": 3309,
    "ML-DSA-87": 4627,
}


def signed(alg, message=MESSAGE):
    return algorithms.sign(alg, private_key(alg), message)


def right(alg, signature, message=MESSAGE, key=None):
    return algorithms.verify(alg, key or verification_key(alg), message, signature)


# --- published vectors


@pytest.mark.parametrize(
    ("where", "jws", "members"), vectors.published(), ids=[found[0] for found in vectors.published()]
)
def test_published_signatures_are_right(where, jws, members):
    signing_input, signature = taken_apart(jws)
    alg = json.loads(octets(jws.partition(".")[0]))["alg"]
    assert algorithms.verify(alg, jwk(members), signing_input, signature), where
    assert not algorithms.verify(alg, jwk(members), signing_input + b"A", signature)
    made = algorithms.sign(alg, jwk(members), signing_input)
    assert algorithms.verify(alg, jwk(members), signing_input, made)
    if SIGNATURES[alg].family in {"hmac", "rsa-pkcs1", "eddsa"}:
        assert made == signature, "these have one signature for each message"


@pytest.mark.parametrize("vector", rfc(8032)["7.4"], ids=lambda vector: vector["name"])
def test_published_ed448_signatures(vector):
    key = jwk(
        {
            "kty": "OKP",
            "crv": "Ed448",
            **{m: text(bytes.fromhex(vector[f])) for m, f in (("x", "public"), ("d", "secret"))},
        }
    )
    message, signature = bytes.fromhex(vector["message"]), bytes.fromhex(vector["signature"])
    without_context = "context" not in vector
    for alg in ("Ed448", "EdDSA"):
        assert algorithms.verify(alg, key, message, signature) == without_context
        assert (algorithms.sign(alg, key, message) == signature) == without_context


# --- other libraries


@pytest.mark.parametrize(("oracle", "alg"), PAIRS, ids=[f"{oracle.name} {alg}" for oracle, alg in PAIRS])
def test_signatures_are_exchanged_with_other_libraries(oracle, alg):
    theirs = oracle.sign({"alg": alg, "typ": "JWT"}, b'{"sub":"a"}', private_key(alg))
    signing_input, signature = taken_apart(theirs)
    assert right(alg, signature, signing_input)
    assert len(signature) == LENGTHS[alg]
    signing_input = f"{text(json.dumps({'alg': alg}).encode())}.{text(b'ours')}".encode()
    ours = f"{signing_input.decode()}.{text(signed(alg, signing_input))}"
    assert oracle.verify(alg, ours, verification_key(alg)) == b"ours"


# --- every algorithm


def test_every_algorithm_is_tried():
    assert set(LENGTHS) == set(SIGNATURES)
    assert {alg for _, alg in PAIRS} == set(SIGNATURES)


@pytest.mark.parametrize("alg", SIGNATURES)
def test_what_is_signed_is_right(alg):
    @settings(max_examples=6, deadline=None)
    @given(st.binary(max_size=200))
    def property_(message):
        signature = signed(alg, message)
        assert len(signature) == LENGTHS[alg]
        assert right(alg, signature, message)
        assert right(alg, signature, message, private_key(alg))

    property_()


@pytest.mark.parametrize("alg", SIGNATURES)
def test_no_changed_bit_is_overlooked(alg):
    signature = signed(alg)

    @settings(max_examples=12, deadline=None)
    @given(st.integers(0, 8 * len(signature) - 1), st.integers(0, 8 * len(MESSAGE) - 1))
    def property_(in_signature, in_message):
        assert not right(alg, _flipped(signature, in_signature))
        assert not right(alg, signature, _flipped(MESSAGE, in_message))

    property_()


@pytest.mark.parametrize("alg", ["RS256", "PS256"])
def test_a_signature_without_its_leading_zero_is_wrong(alg):
    """One in 256 begins with a zero; OpenSSL 3 takes the rest for a signature by PSS."""
    found = ((message, signed(alg, message)) for message in map(str.encode, map(str, itertools.count())))
    message, signature = next((message, signature) for message, signature in found if signature[0] == 0)
    assert right(alg, signature, message)
    assert not right(alg, signature[1:], message)


@pytest.mark.parametrize("alg", SIGNATURES)
def test_no_other_length_is_right(alg):
    signature = signed(alg)
    lengths = {0, 1, len(signature) // 2, len(signature) - 1}
    for wrong in (
        *(signature[:length] for length in lengths),
        signature[1:],
        signature + b"\0",
        b"\0" + signature,
        signature * 2,
        bytes(len(signature)),
        b"\xff" * len(signature),
    ):
        assert not right(alg, wrong)


@pytest.mark.parametrize("alg", SIGNATURES)
def test_no_key_of_another_type_or_curve_makes_a_signature_right(alg):
    signature = signed(alg)
    for other in ("HS256", "RS256", "ES256", "ES384", "ES512", "ES256K", "Ed25519", "Ed448", "ML-DSA-44", "ML-DSA-65"):
        key = verification_key(other)
        if alg in algorithms.usable_with(key):
            continue
        try:
            assert not right(alg, signature, key=key)
        except KeyMaterialError as err:
            assert err.message.startswith(f"this {key.kty} key cannot verify {alg}: ")  # noqa: PT017 - either is a no


def _flipped(data, bit):
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


# --- ECDSA


def ecdsa_forms(alg):
    """Signatures that some verifier has believed, by name; r and s are those of a right one."""
    (crv,) = SIGNATURES[alg].crvs
    length, n = algorithms.COORDINATE_OCTETS[crv], algorithms.curve(crv).group_order
    signature = signed(alg)
    r, s = (int.from_bytes(half, "big") for half in (signature[:length], signature[length:]))

    def raw(first, second, size=length):
        return first.to_bytes(size, "big") + second.to_bytes(size, "big")

    return {
        "DER": utils.encode_dss_signature(r, s),
        # CVE-2022-21449: zero and the order of the curve were right for every message in Java.
        "r and s zero": raw(0, 0),
        "r zero": raw(0, s),
        "s zero": raw(r, 0),
        "r and s the order": raw(n, n),
        "r the order": raw(n, s),
        "s the order": raw(r, n),
        "r and s one": raw(1, 1),
        "exchanged": raw(s, r),
        "a zero before each half": raw(r, s, length + 1),
        "zeros left out": b"".join(part.to_bytes((part.bit_length() + 7) // 8 or 1, "big") for part in (1, s)),
        "r doubled": raw(r, r),
        **({"s beyond the order": raw(r, s + n)} if (s + n).bit_length() <= 8 * length else {}),
        **({"r beyond the order": raw(r + n, s)} if (r + n).bit_length() <= 8 * length else {}),
    }


@pytest.mark.parametrize("alg", ECDSA)
def test_other_forms_of_ecdsa_signatures_are_refused(alg):
    forms = ecdsa_forms(alg)
    assert {name: right(alg, signature) for name, signature in forms.items()} == dict.fromkeys(forms, False)


def test_numbers_beyond_the_order_were_among_them():
    """The order of P-521 leaves seven bits of 66 octets free."""
    assert {"r beyond the order", "s beyond the order"} <= set(ecdsa_forms("ES512"))


@pytest.mark.parametrize(("alg", "nonce"), [("ES256", 379), ("ES512", 273)])
def test_leading_zeros_of_ecdsa_signatures_are_kept_and_required(alg, nonce):
    """The nonce is one whose r is short; the signature is computed by hand from it."""
    key, (crv,) = private_key(alg), SIGNATURES[alg].crvs
    curve, length = algorithms.curve(crv), algorithms.COORDINATE_OCTETS[crv]
    r = ec.derive_private_key(nonce, curve).public_key().public_numbers().x
    digest = hashes.Hash(getattr(hashes, f"SHA{SIGNATURES[alg].hash_bits}")())
    digest.update(MESSAGE)
    z = int.from_bytes(digest.finalize(), "big")
    n = curve.group_order
    s = pow(nonce, -1, n) * (z + r * key.numbers["d"]) % n
    short = r.to_bytes(length, "big").lstrip(b"\0")
    assert len(short) < length
    assert right(alg, r.to_bytes(length, "big") + s.to_bytes(length, "big"))
    assert not right(alg, short + s.to_bytes(length, "big"))
    assert not right(alg, s.to_bytes(length, "big") + short)


def test_the_negative_s_is_right_too():
    """ECDSA has two signatures for each nonce: a signature is no name for a token."""
    signature = signed("ES256")
    s = int.from_bytes(signature[32:], "big")
    assert right("ES256", signature[:32] + (ec.SECP256R1().group_order - s).to_bytes(32, "big"))


# --- RSA


def _rsa():
    return algorithms.private_key(private_key("RS256"))


@pytest.mark.parametrize(
    ("alg", "scheme", "hash_"),
    [
        ("RS256", padding.PKCS1v15(), hashes.SHA1()),
        ("RS256", padding.PKCS1v15(), hashes.SHA384()),
        ("RS256", padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256()),
        ("PS256", padding.PKCS1v15(), hashes.SHA256()),
        ("PS256", padding.PSS(padding.MGF1(hashes.SHA256()), 0), hashes.SHA256()),
        ("PS256", padding.PSS(padding.MGF1(hashes.SHA256()), 20), hashes.SHA256()),
        ("PS256", padding.PSS(padding.MGF1(hashes.SHA256()), 33), hashes.SHA256()),
        ("PS256", padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.MAX_LENGTH), hashes.SHA256()),
        ("PS256", padding.PSS(padding.MGF1(hashes.SHA1()), 32), hashes.SHA256()),
        ("PS256", padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA1()),
        ("PS384", padding.PSS(padding.MGF1(hashes.SHA384()), 32), hashes.SHA384()),
        ("PS512", padding.PSS(padding.MGF1(hashes.SHA256()), 64), hashes.SHA512()),
    ],
    ids=lambda value: "" if not isinstance(value, str) else value,
)
def test_other_paddings_and_hashes_are_refused(alg, scheme, hash_):
    assert not right(alg, _rsa().sign(MESSAGE, scheme, hash_))


def test_the_pss_salt_is_as_long_as_the_hash():
    for bits, hash_ in ((256, hashes.SHA256()), (384, hashes.SHA384()), (512, hashes.SHA512())):
        scheme = padding.PSS(padding.MGF1(hash_), bits // 8)
        assert right(f"PS{bits}", _rsa().sign(MESSAGE, scheme, hash_))


DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


def _sha256(message):
    digest = hashes.Hash(hashes.SHA256())
    digest.update(message)
    return digest.finalize()


@pytest.mark.parametrize(
    ("is_right", "block"),
    [
        (True, b"\0\1" + b"\xff" * 202 + b"\0" + DIGEST_INFO),
        # Bleichenbacher 2006 (CVE-2006-4339): what stands after the hash, or inside of it, was not looked at.
        (False, b"\0\1" + b"\xff" * 8 + b"\0" + DIGEST_INFO),
        (False, b"\0\1" + b"\xff" * 200 + b"\0" + DIGEST_INFO),
        (False, b"\0\1" + b"\xff" * 201 + b"\xfe\0" + DIGEST_INFO),
        (False, b"\0\1" + b"\0" * 203 + DIGEST_INFO),
        (False, b"\0\2" + b"\xff" * 202 + b"\0" + DIGEST_INFO),
        (False, b"\0\1" + b"\xff" * 203 + DIGEST_INFO),
        (False, b"\0\1" + b"\xff" * 221 + b"\0"),  # no name of the hash
        # The name of the hash without its NULL parameters.
        (False, b"\0\1" + b"\xff" * 204 + b"\0" + bytes.fromhex("302f300b0609608648016503040201") + b"\4\x20"),
        # SHA-512/256 in place of SHA-256: as long, and another hash.
        (
            False,
            b"\0\1"
            + b"\xff" * 202
            + b"\0"
            + DIGEST_INFO.replace(bytes.fromhex("0402010500"), bytes.fromhex("0402060500")),
        ),
    ],
)
def test_pkcs1_blocks_must_be_whole(is_right, block):
    block = (block + _sha256(MESSAGE)).ljust(256, b"\0")
    assert len(block) == 256
    n, d = (private_key("RS256").numbers[name] for name in "nd")
    signature = pow(int.from_bytes(block, "big"), d, n).to_bytes(256, "big")
    assert right("RS256", signature) == is_right


def test_an_rsa_signature_is_as_long_as_the_modulus_and_below_it():
    message = b"171"
    signature = signed("RS256", message)
    assert signature[0] == 0
    assert right("RS256", signature, message)
    assert not right("RS256", signature[1:], message)
    n = private_key("RS256").numbers["n"]
    for number in (int.from_bytes(signature, "big") + n, n):
        assert not right("RS256", number.to_bytes(256, "big"), message)


def test_rsa_keys_that_state_less_sign_too():
    numbers = private_key("RS256").numbers
    for names in (("n", "e", "d"), ("n", "e", "d", "p", "q"), ("n", "e", "d", "p", "q", "dp", "dq")):
        key = Key("RSA", numbers={name: numbers[name] for name in names})
        assert algorithms.sign("RS256", key, MESSAGE) == signed("RS256")


@pytest.mark.parametrize("changed", [("dp",), ("dq",), ("qi",), ("d",), ("d", "dp", "dq"), ("p",), ("q",), ("p", "q")])
def test_a_faulty_rsa_key_makes_no_wrong_signature(changed):
    """A wrong CRT signature gives the factors away (Lenstra 1996)."""
    numbers = private_key("RS256").numbers
    key = Key("RSA", numbers={**numbers, **{name: numbers[name] ^ 2 for name in changed}})
    try:
        signature = algorithms.sign("RS256", key, MESSAGE)
    except KeyMaterialError as err:
        assert err.message.startswith("this RSA key cannot sign RS256: ")  # noqa: PT017 - either is well
        return
    assert right("RS256", signature)


def test_a_wrong_rsa_signature_is_not_given_out():
    numbers = private_key("RS256").numbers
    key = Key("RSA", numbers={**numbers, **{name: numbers[name] ^ 2 for name in ("d", "dp", "dq")}})
    with pytest.raises(KeyMaterialError, match=r"^this RSA key cannot sign RS256: its numbers do not belong together$"):
        algorithms.sign("RS256", key, MESSAGE)


# --- HMAC


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_no_part_of_a_mac_is_enough(alg):
    mac = signed(alg)
    assert [length for length in range(len(mac) + 1) if right(alg, mac[:length])] == [len(mac)]


def test_the_mac_of_another_hash_is_refused():
    for alg, other in itertools.permutations(["HS256", "HS384", "HS512"], 2):
        assert not right(alg, signed(other))
        assert not right(alg, signed(other)[: LENGTHS[alg]])


# --- Edwards curves and ML-DSA

ORDERS = {
    "Ed25519": 2**252 + 27742317777372353535851937790883648493,
    "Ed448": 2**446 - 13818066809895115352007386748515426880336692474882178609894547503885,
}


@pytest.mark.parametrize(("alg", "octets_of_r"), [("Ed25519", 32), ("Ed448", 57)])
def test_s_beyond_the_order_is_refused(alg, octets_of_r):
    """The second signature that RFC 8032 section 5.1.7 refuses."""
    signature = signed(alg)
    s = int.from_bytes(signature[octets_of_r:], "little") + ORDERS[alg]
    assert not right(alg, signature[:octets_of_r] + s.to_bytes(octets_of_r, "little"))


def _points_of_small_order(crv, number):
    """All of them, found by multiplying points of the curve by the order of its large subgroup; and p."""
    if crv == "Ed25519":
        p, a = 2**255 - 19, -1
        d = -121665 * pow(121666, -1, p) % p
        order = ORDERS[crv]
    else:
        p, a, d, order = 2**448 - 2**224 - 1, 1, -39081, ORDERS[crv]

    def add(one, other):
        (x1, y1), (x2, y2) = one, other
        product = d * x1 * x2 * y1 * y2 % p
        x3 = (x1 * y2 + x2 * y1) * pow(1 + product, -1, p) % p
        return x3, (y1 * y2 - a * x1 * x2) * pow(1 - product, -1, p) % p

    def times(factor, point):
        total = (0, 1)
        for bit in f"{factor:b}":
            total = add(total, total)
            total = add(total, point) if bit == "1" else total
        return total

    def root(square):
        if p % 4 == 3:
            candidate = pow(square, (p + 1) // 4, p)
        else:
            candidate = pow(square, (p + 3) // 8, p)
            candidate = candidate if candidate**2 % p == square else candidate * pow(2, (p - 1) // 4, p) % p
        return candidate if candidate**2 % p == square else None

    found = set()
    heights = itertools.count(2)
    while len(found) < number:
        y = next(heights)
        x = root((1 - y * y) * pow(a - d * y * y, -1, p) % p)
        if x is not None:
            small = point = times(order, (x, y))
            for _ in range(number):
                found.add(point)
                point = add(point, small)
    return p, found


@pytest.mark.parametrize(("crv", "number"), [("Ed25519", 8), ("Ed448", 4)])
def test_keys_of_small_order_verify_nothing(crv, number):
    """Under them a signature that anybody can write down is right for one message in eight, or for every one."""
    p, points = _points_of_small_order(crv, number)
    length = algorithms.OKP_OCTETS[crv]
    spellings = {
        (y + more * p | sign << 8 * length - 1).to_bytes(length, "little")
        for _, y in points
        for more in (0, 1)
        for sign in (0, 1)
        if y + more * p < 1 << (255 if crv == "Ed25519" else 448)
    }
    assert len(spellings) >= number
    for spelling in spellings:
        key = jwk({"kty": "OKP", "crv": crv, "x": text(spelling)})
        for alg in (crv, "EdDSA"):
            with pytest.raises(KeyMaterialError, match=f"^this OKP key cannot verify {alg}: .* point of small order"):
                algorithms.verify(alg, key, MESSAGE, spelling + bytes(length))


def test_ml_dsa_signs_without_a_context():
    private = algorithms.private_key(private_key("ML-DSA-44"))
    assert right("ML-DSA-44", private.sign(MESSAGE))
    assert not right("ML-DSA-44", private.sign(MESSAGE, b"context"))


# --- keys that are none

P256 = rfc(7515)["A.3"]["key"]
ED25519 = rfc(8037)["A.1"]
MODULUS = private_key("RS256").numbers["n"]


@pytest.mark.parametrize(
    ("alg", "key", "reason"),
    [
        ("ES256", jwk(P256, y=P256["x"]), "invalid EC key. Point is not on the curve specified"),
        ("RS256", Key("RSA", numbers={"n": MODULUS, "e": 1}), "e must be >= 3 and < n"),
        ("RS256", Key("RSA", numbers={"n": MODULUS, "e": 2}), "e must be >= 3 and < n"),
        ("RS256", Key("RSA", numbers={"n": 0, "e": 65537}), "n must be >= 3"),
        ("PS256", Key("RSA", numbers={"n": MODULUS, "d": 5}), "it has no e"),
        ("PS256", Key("RSA", numbers={"n": 1 << 16384, "e": 3}), "a modulus of 16385 bits is more than OpenSSL takes"),
        (
            "RS256",
            Key("RSA", numbers={"n": MODULUS**2, "e": 2**64 + 1}),
            "an exponent of 65 bits with a modulus above 3072 bits is more than OpenSSL takes",
        ),
        ("Ed25519", jwk(ED25519, x="AAAA"), "an Ed25519 public key is 32 bytes long"),
        (
            "ML-DSA-44",
            jwk({"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA"}),
            "an ML-DSA-44 public key is 1312 bytes long",
        ),
        ("ML-DSA-44", jwk({"kty": "AKP", "pub": "AA"}), "unknown AKP algorithm None"),
        ("HS256", Key("oct"), "it has no k"),
    ],
)
def test_what_cannot_verify_says_why(alg, key, reason):
    with pytest.raises(KeyMaterialError, match=f"^this {key.kty} key cannot verify {alg}: {re.escape(reason)}$"):
        algorithms.verify(alg, key, MESSAGE, bytes(LENGTHS[alg]))


@pytest.mark.parametrize(
    ("alg", "key", "reason"),
    [
        ("RS256", verification_key("RS256"), "it has no d"),
        ("ES256", verification_key("ES256"), "it has no d"),
        ("Ed25519", verification_key("Ed25519"), "it has no d"),
        ("ML-DSA-44", verification_key("ML-DSA-44"), "it has no priv"),
        ("RS256", Key("RSA", numbers={"n": MODULUS, "e": 65537, "d": 5}), "n, d, e don't match"),
        (
            "RS256",
            Key("RSA", numbers={"n": 1 << 16384, "e": 3, "d": 5}),
            "a modulus of 16385 bits is more than OpenSSL takes",
        ),
        ("ES256", jwk(P256, d="AQ"), "invalid EC key"),
        ("ES256", jwk({"kty": "EC", "crv": "P-256", "d": "AA"}), "private_value must be a positive integer"),
        ("Ed25519", jwk(ED25519, d="AAAA"), "an Ed25519 private key is 32 bytes long"),
        ("Ed25519", jwk(ED25519, x=text(bytes(32))), "its public half does not belong to its private half"),
        (
            "ML-DSA-44",
            private_key("ML-DSA-44")._replace(octets={"pub": bytes(1312), "priv": bytes(32)}),
            "its public half does not belong to its private half",
        ),
    ],
)
def test_what_cannot_sign_says_why(alg, key, reason):
    with pytest.raises(KeyMaterialError, match=f"^this {key.kty} key cannot sign {alg}: {re.escape(reason)}") as caught:
        algorithms.sign(alg, key, MESSAGE)
    assert caught.value.hint == "jwtctl audit-keys FILE says what is wrong"


@pytest.mark.parametrize("alg", ["ES256", "Ed25519", "Ed448", "ML-DSA-44"])
def test_a_key_of_its_private_part_alone_signs_and_verifies(alg):
    found = private_key(alg)
    numbers = {name: number for name, number in found.numbers.items() if name == "d"}
    bare = found._replace(numbers=numbers, octets={n: o for n, o in found.octets.items() if n in {"d", "priv"}})
    assert right(alg, algorithms.sign(alg, bare, MESSAGE))
    assert right(alg, signed(alg), key=bare)


@pytest.mark.parametrize("half", [algorithms.public_key, algorithms.private_key])
@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (Key("oct", octets={"k": bytes(32)}), "a key of type oct has no (public|private) half"),
        (Key("EC", "P-255", numbers={"x": 1, "y": 1, "d": 1}), "unknown curve 'P-255'"),
        (Key("EC", None, numbers={"x": 1, "y": 1, "d": 1}), "unknown curve None"),
        (Key("OKP", "Ed25520", octets={"x": b"", "d": b""}), "unknown curve 'Ed25520'"),
        (Key("AKP", octets={"pub": b"", "priv": b""}, alg="ML-DSA-"), "unknown AKP algorithm 'ML-DSA-'"),
    ],
)
def test_what_has_no_halves(half, key, reason):
    with pytest.raises(ValueError, match=f"^{reason}$"):
        half(key)


# --- which algorithm for which key

RSA = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")


@pytest.mark.parametrize(
    ("key", "usable", "default"),
    [
        (Key("RSA", numbers={"n": MODULUS}), RSA, "RS256"),
        (Key("RSA", numbers={"n": MODULUS}, alg="PS384"), ("PS384",), "PS384"),
        (Key("RSA", numbers={"n": MODULUS}, alg="RSA-OAEP"), (), None),
        (Key("RSA", numbers={"n": MODULUS}, alg="ES256"), (), None),
        (Key("RSA", numbers={"n": MODULUS}, alg="rs256"), (), None),
        (Key("EC", "P-256"), ("ES256",), "ES256"),
        (Key("EC", "P-384"), ("ES384",), "ES384"),
        (Key("EC", "P-521"), ("ES512",), "ES512"),
        (Key("EC", "secp256k1"), ("ES256K",), "ES256K"),
        (Key("EC", "P-256", alg="ES384"), (), None),
        (Key("EC", "P-256", alg="ECDH-ES"), (), None),
        (Key("OKP", "Ed25519"), ("Ed25519", "EdDSA"), "Ed25519"),
        (Key("OKP", "Ed448"), ("Ed448", "EdDSA"), "Ed448"),
        (Key("OKP", "Ed25519", alg="EdDSA"), ("Ed25519", "EdDSA"), "EdDSA"),
        (Key("OKP", "Ed25519", alg="Ed25519"), ("Ed25519", "EdDSA"), "Ed25519"),
        (Key("OKP", "Ed25519", alg="Ed448"), (), None),
        (Key("OKP", "X25519"), (), None),
        (Key("AKP", alg="ML-DSA-65"), ("ML-DSA-65",), "ML-DSA-65"),
        (Key("AKP", alg="ML-DSA-66"), (), None),
        (Key("AKP"), (), None),
        (Key("oct", octets={"k": bytes(32)}), ("HS256", "HS384", "HS512"), "HS256"),
        (Key("oct", octets={"k": bytes(48)}), ("HS256", "HS384", "HS512"), "HS384"),
        (Key("oct", octets={"k": bytes(64)}), ("HS256", "HS384", "HS512"), "HS512"),
        (Key("oct", octets={"k": bytes(5)}), ("HS256", "HS384", "HS512"), "HS256"),
        (Key("oct", octets={"k": bytes(64)}, alg="HS256"), ("HS256",), "HS256"),
        (Key("oct", octets={"k": bytes(32)}, alg="A256KW"), (), None),
    ],
)
def test_algorithms_that_fit_a_key(key, usable, default):
    assert algorithms.usable_with(key) == usable
    assert algorithms.default_for(key) == default


@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE", " none", "none\n", "\tNone "])
def test_every_spelling_of_none(name):
    assert algorithms.is_none(name)


@pytest.mark.parametrize("name", ["", "non", "HS256", "no ne", None, False, 0, ["none"], {"none": 1}])
def test_what_is_not_none(name):
    assert not algorithms.is_none(name)


def test_no_name_is_registered_that_is_no_signature():
    assert not any(algorithms.is_none(name) for name in SIGNATURES)
    assert "RSA1_5" not in SIGNATURES
