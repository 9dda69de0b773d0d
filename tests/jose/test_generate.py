import pytest

from jwtctl.errors import UsageError
from jwtctl.jose import algorithms, generate
from jwtctl.jose.key import public_half, thumbprint

CHEAP = [name for name in generate.ALGORITHMS if not name.startswith(("RS", "PS"))]
SIGNING = [name for name in algorithms.SIGNATURES if name in CHEAP]


@pytest.fixture(scope="module")
def rsa():
    return generate.generate("RS256", size=2048)


def test_rsa_keys(rsa):
    assert (rsa.kty, rsa.bits, rsa.alg, rsa.use, rsa.kid) == ("RSA", 2048, "RS256", "sig", None)
    assert set(rsa.numbers) == {"n", "e", "d", "p", "q", "dp", "dq", "qi"}
    assert rsa.numbers["p"] * rsa.numbers["q"] == rsa.numbers["n"]
    assert rsa.numbers["e"] == 65537
    signature = algorithms.sign("RS256", rsa, b"x")
    assert algorithms.verify("RS256", public_half(rsa), b"x", signature)


@pytest.mark.parametrize("alg", SIGNING)
def test_a_new_key_signs_with_its_algorithm(alg):
    key = generate.generate(alg)
    assert (key.alg, key.use, key.kid) == (alg, "sig", None)
    assert alg in algorithms.usable_with(key)
    signature = algorithms.sign(alg, key, b"x")
    assert algorithms.verify(alg, key if key.is_symmetric else public_half(key), b"x", signature)
    assert not algorithms.verify(alg, key, b"y", signature)


@pytest.mark.parametrize("alg", [name for name in CHEAP if name not in SIGNING])
def test_encryption_keys(alg):
    key = generate.generate(alg)
    assert (key.alg, key.use) == (alg, "enc")
    assert key.is_private
    assert thumbprint(key)


def test_sizes_and_curves_by_default():
    assert generate.generate("HS384").bits == 384
    assert generate.generate("HS256", size=1024).bits == 1024
    assert generate.generate("A192GCMKW").bits == 192
    assert generate.generate("dir").bits == 256
    assert generate.generate("dir", size=512).bits == 512
    assert generate.generate("EdDSA").crv == "Ed25519"
    assert generate.generate("EdDSA", crv="Ed448").crv == "Ed448"
    assert generate.generate("ECDH-ES").crv == "P-256"
    assert generate.generate("ECDH-ES+A256KW", crv="X448").crv == "X448"
    assert generate.generate("ES512", crv="P-521").crv == "P-521"


def test_insecure_sizes_are_made_when_asked_for_by_name():
    assert generate.generate("PS256", size=1024, insecure_size=True).bits == 1024
    assert generate.generate("HS256", size=8, insecure_size=True).bits == 8


def test_two_keys_are_never_the_same():
    assert len({thumbprint(generate.generate(alg)) for alg in ("ES256", "Ed25519", "HS256") for _ in range(5)}) == 15


@pytest.mark.parametrize(
    ("alg", "options", "message"),
    [
        ("RS256", {"size": 2040}, r"at least 2048 bits, not 2040 \(RFC 7518"),
        ("RS256", {"size": 1016, "insecure_size": True}, "1024 is the least"),
        ("RS256", {"size": 16392}, "beyond the limit of 16384"),
        ("RS256", {"size": 2049}, "a multiple of 8"),
        ("RS256", {"crv": "P-256"}, "on no curve"),
        ("RSA-OAEP-256", {"size": 1024}, "RSA-OAEP-256 needs an RSA key of at least 2048"),
        ("HS512", {"size": 256}, r"at least 512 bits, not 256 \(RFC 7518 section 3.2\)"),
        ("HS256", {"size": 0, "insecure_size": True}, "a multiple of 8 from 8"),
        ("HS256", {"size": 257}, "a multiple of 8 from 8"),
        ("HS256", {"size": 1 << 40}, "a multiple of 8 from 8"),
        ("A128KW", {"size": 256}, "A128KW keys have 128 bits"),
        ("dir", {"size": 100}, "fits no content encryption"),
        ("ES256", {"size": 256}, "ES256 keys have one size"),
        ("ES256", {"crv": "P-384"}, "cannot be on curve 'P-384'"),
        ("ECDH-ES", {"crv": "secp256k1"}, "cannot be on curve 'secp256k1'"),
        ("EdDSA", {"crv": "X25519"}, "cannot be on curve 'X25519'"),
        ("ML-DSA-44", {"crv": "P-256"}, "on no curve"),
        ("none", {}, "takes no key"),
        ("NONE", {}, "takes no key"),
        ("A256GCM", {}, "is a content encryption"),
        ("RSA1_5", {}, "Bleichenbacher"),
        ("PBES2-HS256+A128KW", {}, "takes a password"),
        ("", {}, "unknown algorithm ''"),
        ("x" * 100_000, {}, "unknown algorithm"),
    ],
)
def test_what_does_not_fit_is_refused(alg, options, message):
    with pytest.raises(UsageError, match=message):
        generate.generate(alg, **options)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("rs256", "RS256"), ("RSA256", "RS256"), ("ed25519", "Ed25519"), ("ECDH-ES+A128", "ECDH-ES+A128KW")],
)
def test_a_close_name_is_offered(typed, meant):
    with pytest.raises(UsageError) as caught:
        generate.generate(typed)
    assert meant in caught.value.hint
