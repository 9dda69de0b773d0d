import json
import re
import uuid

import pytest
from cryptography.hazmat.primitives import hashes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwk as joserfc_jwk
from jwcrypto import jwk as jwcrypto_jwk

from jwtctl.errors import JwtctlError, KeyMaterialError, UsageError
from jwtctl.jose import generate, key
from jwtctl.jose.algorithms import SIGNATURES
from jwtctl.model import PRIVATE_MEMBERS, Key, Place
from tests.jose.vectors import jwk, octets, private_key, rfc, text, verification_key

PLACE = Place("key.jwk", 3)
EC = rfc(7515)["A.3"]["key"]
RSA = rfc(7515)["A.2"]["key"]
OKP = rfc(8037)["A.1"]
OCT = rfc(7515)["A.1"]["key"]
AKP = {"kty": "AKP", "alg": "ML-DSA-44", "pub": rfc(9964)["A"]["ML-DSA-44"]["pub"], "priv": text(bytes(32))}


def published():
    """Every published key, by RFC and section."""
    found = {f"RFC 7515 {section}": rfc(7515)[section]["key"] for section in ("A.1", "A.2", "A.3", "A.4")}
    for section in ("A.1", "A.2", "A.3"):
        found |= {f"RFC 7517 {section} {i}": members for i, members in enumerate(rfc(7517)[section]["keys"])}
    found["RFC 7517 B"] = rfc(7517)["B"]
    found |= {f"RFC 7520 {section}": members for section, members in rfc(7520)["keys"].items()}
    found |= {"RFC 7638 3.1": rfc(7638)["3.1"]["key"], "RFC 8037 A.1": OKP, "RFC 8037 A.2": rfc(8037)["A.2"]}
    return found | {
        f"RFC 9964 {alg}": {"kty": "AKP", "alg": alg, "pub": vector["pub"], "kid": vector["kid"]}
        for alg, vector in rfc(9964)["A"].items()
    }


PUBLISHED = published()


# --- reading and writing


@pytest.mark.parametrize("where", PUBLISHED)
def test_published_keys_come_back_as_they_were(where):
    members = PUBLISHED[where]
    found = key.from_jwk(members, PLACE)
    assert found.place == PLACE
    assert found.defects == ()
    assert found.container == "JWK"
    assert found.is_private == bool(PRIVATE_MEMBERS & set(members))
    assert (found.kid, found.use, found.alg) == tuple(members.get(name) for name in ("kid", "use", "alg"))
    assert key.to_jwk(found, private=True) == members
    assert json.dumps(found.members) == json.dumps(members)


def test_numbers_and_octets_are_those_of_the_rfc():
    (p256, rsa) = rfc(7517)["A.2"]["keys"]
    found = key.from_jwk(p256, PLACE)
    assert found.numbers["d"] == int.from_bytes(octets(p256["d"]), "big")
    assert (found.crv, found.octets) == ("P-256", {})
    found = key.from_jwk(rsa, PLACE)
    assert found.numbers["e"] == 65537
    assert found.numbers["p"] * found.numbers["q"] == found.numbers["n"]
    assert (found.bits, found.crv) == (2048, None)
    found = key.from_jwk(OKP, PLACE)
    assert found.octets["x"] == octets(OKP["x"])
    assert found.numbers == {}


def test_a_certificate_chain_is_kept():
    (certificate,) = key.from_jwk(rfc(7517)["B"], PLACE).certificates
    assert certificate[:2] == b"\x30\x82"
    assert int.from_bytes(certificate[2:4], "big") + 4 == len(certificate)


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({}, "a JWK without a kty member"),
        ({"kty": None}, "a JWK without a kty member"),
        ({"kty": 1}, "a JWK whose kty is not a string"),
        ({"kty": ["RSA"]}, "a JWK whose kty is not a string"),
        ({"kty": "rsa"}, "unknown key type 'rsa'"),
        ({"kty": "RSA"}, "this RSA JWK has no n member"),
        ({"kty": "RSA", "e": "AQAB"}, "this RSA JWK has no n member"),
        ({"kty": "RSA", "n": "AQ"}, "this RSA JWK has neither e nor d"),
        ({"kty": "RSA", "n": 5, "e": "AQAB"}, "the n member of a JWK must be a base64url string"),
        ({"kty": "RSA", "n": "AQ", "e": 65537}, "the e member of a JWK must be a base64url string"),
        ({"kty": "RSA", "n": "A*", "e": "AQAB"}, "the n member of a JWK is not base64url"),
        ({"kty": "RSA", "n": "A", "e": "AQAB"}, "the n member of a JWK is not base64url"),
        ({"kty": "RSA", "n": "A" * 200_000, "e": "AQAB"}, "the n member of a JWK is longer than 131072 octets"),
        ({"kty": "RSA", "n": "AQ", "e": "AQAB", "qi": None}, "the qi member of a JWK must be a base64url string"),
        ({**EC, "crv": None}, "the crv member of a JWK must be a string"),
        ({**EC, "crv": "P-255"}, "unknown curve 'P-255' for key type EC"),
        ({**EC, "crv": "p-256"}, "unknown curve 'p-256' for key type EC"),
        ({**EC, "crv": "Ed25519"}, "unknown curve 'Ed25519' for key type EC"),
        ({"kty": "EC", "x": EC["x"], "y": EC["y"]}, "this EC JWK has no crv member"),
        ({"kty": "EC", "crv": "P-256", "x": EC["x"]}, "this EC JWK has no y member"),
        ({"kty": "EC", "crv": "P-256"}, "this EC JWK has no x member"),
        ({**OKP, "crv": "P-256"}, "unknown curve 'P-256' for key type OKP"),
        ({"kty": "OKP", "x": OKP["x"]}, "this OKP JWK has no crv member"),
        ({"kty": "OKP", "crv": "Ed25519"}, "this OKP JWK has no x member"),
        ({"kty": "oct"}, "this oct JWK has no k member"),
        ({"kty": "AKP", "alg": "ML-DSA-44"}, "this AKP JWK has no pub member"),
        ({**OCT, "kid": 5}, "the kid member of a JWK must be a string"),
        ({**OCT, "alg": None}, "the alg member of a JWK must be a string"),
        ({**OCT, "use": ["sig"]}, "the use member of a JWK must be a string"),
        ({**OCT, "key_ops": "sign"}, "the key_ops member of a JWK must be an array of strings"),
        ({**OCT, "key_ops": ["sign", 1]}, "the key_ops member of a JWK must be an array of strings"),
    ],
)
def test_what_is_no_key_is_refused(members, message):
    with pytest.raises(KeyMaterialError, match=f"^{re.escape(message)}$"):
        key.from_jwk(members, PLACE)


@pytest.mark.parametrize(
    ("members", "defects"),
    [
        ({"k": "AA=="}, ("/k: base64url with padding",)),
        ({"k": "AB"}, ("/k: base64url with unused bits set",)),
        ({"k": "+/+/"}, ("/k: standard base64 alphabet instead of base64url",)),
        ({"k": "AA\nAA"}, ("/k: white space inside base64url",)),
        ({"k": "AA", "x5c": "MIIB"}, ("/x5c: not an array of strings",)),
        ({"k": "AA", "x5c": ["MIIB", 5]}, ("/x5c: not an array of strings",)),
        ({"k": "AA", "x5c": ["MIIB", "A*", ""]}, ("/x5c/1: not base64",)),
        ({"k": "", "key_ops": None}, ()),
    ],
)
def test_what_is_odd_is_read_and_told(members, defects):
    found = key.from_jwk({"kty": "oct", **members}, PLACE, defects=("told before",))
    assert found.defects == ("told before", *defects)


@pytest.mark.parametrize(
    "members", [{"n": "", "e": ""}, {"n": "AA", "e": "AA"}, {"n": "AQ", "d": "AQ"}, {"n": "Cg", "e": "Ag"}]
)
def test_nonsense_numbers_are_read_for_an_audit_to_judge(members):
    assert key.from_jwk({"kty": "RSA", **members}, PLACE).kty == "RSA"


def test_a_key_set_survives_entries_that_are_none():
    document = {
        "keys": [EC, 5, {"kty": "RSA", "kid": "broken"}, {"kty": "RSA", "kid": 7}, None, OCT],
        "other": 1,
    }
    found = key.from_jwks(document, "SET", octets=99, defects=("odd",))
    assert [(k.kty, k.place) for k in found.keys] == [("EC", Place("SET", 0)), ("oct", Place("SET", 5))]
    assert [(p.place.index, p.message, p.kid) for p in found.problems] == [
        (1, "JSON number where a JWK is expected", None),
        (2, "this RSA JWK has no n member", "broken"),
        (3, "the kid member of a JWK must be a string", None),
        (4, "JSON null where a JWK is expected", None),
    ]
    assert found.problems[1].members == {"kty": "RSA", "kid": "broken"}
    assert (found.source, found.is_jwks, found.octets, found.defects, found.members) == (
        "SET",
        True,
        99,
        ("odd",),
        document,
    )
    assert key.from_jwks({"keys": []}, "SET").keys == ()


@pytest.mark.parametrize(
    ("keys", "kind"), [({}, "null"), ({"keys": None}, "null"), ({"keys": {}}, "object"), ({"keys": "x"}, "string")]
)
def test_a_key_set_without_an_array_is_refused(keys, kind):
    with pytest.raises(KeyMaterialError, match=f"^'SET': a key set whose keys member is {kind}, not an array$"):
        key.from_jwks(keys, "SET")


def test_a_jwk_has_an_order_and_keeps_what_it_does_not_know():
    members = {"x-note": [1], "key_ops": ["sign"], "kid": "a", **EC, "ext": True, "use": "sig", "alg": "ES256"}
    assert list(key.to_jwk(jwk(members), private=True)) == [
        *("kty", "crv", "x", "y", "d", "kid", "use", "alg", "key_ops", "x-note", "ext")
    ]
    assert list(key.to_jwk(jwk(RSA), private=True)) == ["kty", "n", "e", "d", "p", "q", "dp", "dq", "qi"]


def test_numbers_are_written_canonically():
    """RFC 7518: RSA numbers in as few octets as possible, coordinates as long as the field."""
    spelled = {**RSA, "n": text(b"\0" + octets(RSA["n"])), "e": "AAEAAQ"}
    assert key.to_jwk(jwk(spelled), private=True) == RSA
    short = {**EC, "x": text(b"\1"), "y": text(b"\0" * 40 + b"\2"), "d": "AQ"}
    written = key.to_jwk(jwk(short), private=True)
    assert [len(octets(written[name])) for name in ("x", "y", "d")] == [32, 32, 32]
    too_long = {**EC, "x": text(b"\1" + bytes(32))}
    assert key.to_jwk(jwk(too_long), private=True)["x"] == too_long["x"]


# --- halves


@pytest.mark.parametrize(
    ("private", "public"),
    [
        (rfc(7520)["keys"]["3.2"], rfc(7520)["keys"]["3.1"]),
        (rfc(7520)["keys"]["3.4"], rfc(7520)["keys"]["3.3"]),
        *zip(rfc(7517)["A.2"]["keys"], rfc(7517)["A.1"]["keys"], strict=True),
        (OKP, rfc(8037)["A.2"]),
        (AKP, {name: value for name, value in AKP.items() if name != "priv"}),
        (
            {**RSA, "oth": [{"r": "Aw"}], "key_ops": ["sign"]},
            {"kty": "RSA", "n": RSA["n"], "e": "AQAB", "key_ops": ["verify"]},
        ),
        (rfc(8037)["A.2"], rfc(8037)["A.2"]),
    ],
)
def test_public_halves(private, public):
    half = key.public_half(jwk(private))
    assert key.to_jwk(half, private=True) == key.to_jwk(jwk(private), private=False) == public
    assert not half.is_private
    assert not PRIVATE_MEMBERS & {*half.numbers, *half.octets, *half.members}
    assert key.public_half(half) == half


@pytest.mark.parametrize(
    "members", [EC, rfc(7520)["keys"]["3.2"], OKP, AKP], ids=["P-256", "P-521", "Ed25519", "ML-DSA-44"]
)
def test_a_public_half_that_was_left_out_is_derived(members):
    bare = jwk(members, x=None, y=None, pub=None)
    assert key.to_jwk(key.public_half(bare), private=False) == key.to_jwk(jwk(members), private=False)
    assert key.thumbprint(bare) == key.thumbprint(jwk(members))


@pytest.mark.parametrize(
    ("operations", "turned"),
    [
        (["sign"], ["verify"]),
        (["sign", "verify"], ["verify"]),
        (["decrypt", "unwrapKey"], ["encrypt", "wrapKey"]),
        (["deriveKey", "deriveBits"], []),
        (["x-other"], ["x-other"]),
        ([], []),
    ],
)
def test_operations_are_turned_with_the_key(operations, turned):
    half = key.public_half(jwk(EC, key_ops=operations))
    assert half.key_ops == tuple(turned)
    assert key.to_jwk(half, private=False)["key_ops"] == turned
    assert key.public_half(half).key_ops == tuple(turned)


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (jwk(OCT), "an HMAC secret has no public half"),
        (jwk(RSA, e=None), "this RSA key states no public exponent"),
        (jwk(EC, x=None, y=None, d="AA"), "the public half of this EC key cannot be derived"),
        (jwk(OKP, x=None, d="AA"), "the public half of this OKP key cannot be derived"),
        (jwk(AKP, pub=None, alg=None), "the public half of this AKP key cannot be derived"),
        (jwk(AKP, pub=None, alg="ML-DSA-45"), "the public half of this AKP key cannot be derived"),
    ],
)
def test_keys_without_a_public_half(found, message):
    with pytest.raises(KeyMaterialError, match=f"^{message}$"):
        key.public_half(found)


def test_a_secret_has_no_public_jwk():
    with pytest.raises(KeyMaterialError, match=r"^an HMAC secret has no public half$"):
        key.to_jwk(jwk(OCT), private=False)


# --- thumbprints


@pytest.mark.parametrize(
    ("members", "thumbprint"),
    [
        (rfc(7638)["3.1"]["key"], rfc(7638)["3.1"]["thumbprint"]),
        (rfc(8037)["A.1"], rfc(8037)["A.3"]["thumbprint"]),
        (rfc(8037)["A.2"], rfc(8037)["A.3"]["thumbprint"]),
        *(({"kty": "AKP", "alg": alg, "pub": v["pub"]}, v["kid"]) for alg, v in rfc(9964)["A"].items()),
    ],
)
def test_published_thumbprints(members, thumbprint):
    assert key.thumbprint(jwk(members)) == thumbprint
    assert key.thumbprint_uri(jwk(members)) == f"urn:ietf:params:oauth:jwk-thumbprint:sha-256:{thumbprint}"


@pytest.mark.parametrize("alg", [alg for alg in SIGNATURES if not re.search("S384|S512|PS", alg)] + ["ES384", "ES512"])
@pytest.mark.parametrize("hash_name", ["sha256", "sha384", "sha512"])
def test_thumbprints_are_those_of_other_libraries(alg, hash_name):
    private, public = private_key(alg), verification_key(alg)
    found = key.thumbprint(private, hash_name)
    assert found == key.thumbprint(public, hash_name)
    members = key.to_jwk(private, private=True)
    theirs = jwcrypto_jwk.JWK(**members)
    assert found == theirs.thumbprint(getattr(hashes, hash_name.upper())())
    if private.kty != "AKP" and hash_name == "sha256":
        assert found == joserfc_jwk.import_key(members).thumbprint()
    assert key.thumbprint_uri(private, hash_name) == (
        f"urn:ietf:params:oauth:jwk-thumbprint:sha-{hash_name[3:]}:{found}"
    )


def test_a_thumbprint_is_of_the_numbers_and_not_of_their_spelling():
    for members, spelled in (
        (RSA, {"n": text(b"\0\0" + octets(RSA["n"])), "e": "AAEAAQ==", "kid": "other", "alg": "PS256"}),
        (EC, {"x": text(b"\0" + octets(EC["x"])), "use": "sig", "d": None}),
        (OCT, {"k": OCT["k"] + "=="}),
    ):
        assert key.thumbprint(jwk(members, **spelled)) == key.thumbprint(jwk(members))


@pytest.mark.parametrize(
    "found", [jwk(RSA, e=None), jwk(AKP, alg=None), jwk(EC, x=None, y=None, d="AA"), jwk(OKP, x=None, d="AA")]
)
def test_what_lacks_a_member_has_no_thumbprint(found):
    assert key.thumbprint(found) is None
    assert key.thumbprint_uri(found) is None


# --- names


def test_a_key_is_named():
    found = jwk(rfc(7638)["3.1"]["key"])
    assert key.named(found, "thumbprint").kid == rfc(7638)["3.1"]["thumbprint"]
    assert key.named(found, "mine") == found._replace(kid="mine")
    assert key.named(found, "mine", "enc") == found._replace(kid="mine", use="enc")
    one, other = (key.named(found, "uuid").kid for _ in range(2))
    assert one is not None
    assert uuid.UUID(one).version == 4
    assert one != other
    assert key.named(jwk(RSA, e=None), "thumbprint").kid == "thumbprint"


@pytest.mark.parametrize(
    ("kid", "use", "message"),
    [("", None, "the kid is empty"), ("a", "signing", "use 'signing' is not known"), ("a", "", "use '' is not known")],
)
def test_names_that_are_refused(kid, use, message):
    with pytest.raises(UsageError, match=f"^{message}$"):
        key.named(jwk(EC), kid, use)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (jwk(RSA), "RSA 2048 bits, private"),
        (jwk(rfc(7638)["3.1"]["key"]), "RSA 2048 bits, public"),
        (jwk(EC), "EC P-256, private"),
        (jwk(rfc(8037)["A.2"]), "OKP Ed25519, public"),
        (jwk(OCT), "oct 512 bits, secret"),
        (jwk(AKP), "AKP ML-DSA-44, private"),
        (jwk(RSA, e=None, p=None, q=None, dp=None, dq=None, qi=None), "RSA 2048 bits, private"),
    ],
)
def test_descriptions(found, words):
    assert key.describe(found) == words


@pytest.mark.parametrize("members", [RSA, EC, OKP, OCT, AKP], ids=lambda members: members["kty"])
def test_no_secret_shows_in_a_repr(members):
    found = jwk(members, kid="name")
    shown = repr(found) + str(found) + f"{found!r}"
    assert "kid='name'" in shown
    numbers = [str(n) for n in found.numbers.values()] + [f"{n:x}" for n in found.numbers.values()]
    assert not [
        secret
        for secret in (*numbers, *(members[m] for m in members if m not in {"kty", "alg", "crv"}))
        if secret in shown
    ]


# --- anything

WORDS = ["RSA", "EC", "OKP", "oct", "AKP", "P-256", "P-384", "P-521", "secp256k1", "Ed25519", "Ed448", "X25519", "X448"]
WORDS += [
    "ML-DSA-44",
    "ML-DSA-65",
    "HS256",
    "sig",
    "enc",
    "sign",
    "thumbprint",
    "",
    EC["x"],
    EC["y"],
    "AA",
    "AQAB",
    "A A",
    "é",
]
SCALARS = (
    st.sampled_from(WORDS)
    | st.binary(max_size=70).map(text)
    | st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
)
NAMES = [
    *("kty", "crv", "alg", "use", "kid", "key_ops", "x5c", "oth", "n", "e", "d", "p", "q", "dp", "dq", "qi"),
    *("x", "y", "k", "pub", "priv"),
]
OBJECTS = st.dictionaries(
    st.sampled_from(NAMES) | st.text(max_size=3), SCALARS | st.lists(SCALARS, max_size=3), max_size=12
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    OBJECTS
    | st.builds(
        lambda base, changes, gone: {name: value for name, value in {**base, **changes}.items() if name not in gone},
        st.sampled_from([RSA, EC, OKP, OCT, AKP, rfc(7520)["keys"]["3.2"], rfc(7517)["B"]]),
        OBJECTS,
        st.sets(st.sampled_from(NAMES), max_size=3),
    )
)
def test_any_object_is_a_key_or_an_error_of_one_line(members):
    try:
        found = key.from_jwk(members, PLACE)
    except KeyMaterialError as err:
        assert "\n" not in err.message  # noqa: PT017 - the property is about the error
        return
    again = key.from_jwk(key.to_jwk(found, private=True), PLACE)
    assert (again.numbers, again.octets, again.kid, again.key_ops) == (
        found.numbers,
        found.octets,
        found.kid,
        found.key_ops,
    )
    assert key.thumbprint(again) == key.thumbprint(found)
    assert key.describe(found)
    for act in (
        key.public_half,
        key.complete_public,
        lambda k: key.to_jwk(k, private=False),
        lambda k: key.named(k, "thumbprint"),
    ):
        try:
            act(found)
        except JwtctlError as err:
            assert isinstance(err, KeyMaterialError)  # noqa: PT017 - any other error fails the test


@pytest.mark.parametrize("alg", ["X25519", "X448"])
def test_keys_for_agreement_have_halves_and_thumbprints_too(alg):
    found = generate.generate("ECDH-ES", crv=alg)
    assert key.thumbprint(found) == key.thumbprint(key.public_half(found))
    assert key.to_jwk(key.public_half(Key("OKP", alg, octets={"d": found.octets["d"]})), private=False)["x"] == text(
        found.octets["x"]
    )
