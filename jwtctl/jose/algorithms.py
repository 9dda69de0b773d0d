"""The signature algorithms of JOSE: which key each takes, and one call to sign and to verify with `cryptography`.

Sources: RFC 7518 section 3 (HS, RS, PS, ES), RFC 8812 (ES256K), RFC 8037 (EdDSA), RFC 9864 (Ed25519, Ed448),
RFC 9964 (ML-DSA). Imports of primitives stand inside functions: a command pays only for the family that it uses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jwtctl.errors import KeyMaterialError, UsageError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jwtctl.model import Key


class Algorithm:
    """One `alg` value of the JOSE registry.

    Attributes:
        name: registered name.
        family: `hmac`, `rsa-pkcs1`, `rsa-pss`, `ecdsa`, `eddsa` or `ml-dsa`.
        kty: key type it takes.
        crvs: curves it may be used with; empty where the key type has none.
        hash_bits: output of its hash in bits; 0 where the scheme fixes its own.
    """

    # A plain class is made in a sixth of the time of a named tuple, and every `sign` and `verify` makes it.
    def __init__(self, name: str, family: str, kty: str, crvs: tuple[str, ...] = (), hash_bits: int = 0) -> None:
        self.name = name
        self.family = family
        self.kty = kty
        self.crvs = crvs
        self.hash_bits = hash_bits


SIGNATURES: Mapping[str, Algorithm] = {
    algorithm.name: algorithm
    for algorithm in (
        *(Algorithm(f"HS{bits}", "hmac", "oct", hash_bits=bits) for bits in (256, 384, 512)),
        *(Algorithm(f"RS{bits}", "rsa-pkcs1", "RSA", hash_bits=bits) for bits in (256, 384, 512)),
        *(Algorithm(f"PS{bits}", "rsa-pss", "RSA", hash_bits=bits) for bits in (256, 384, 512)),
        Algorithm("ES256", "ecdsa", "EC", ("P-256",), 256),
        Algorithm("ES384", "ecdsa", "EC", ("P-384",), 384),
        Algorithm("ES512", "ecdsa", "EC", ("P-521",), 512),
        Algorithm("ES256K", "ecdsa", "EC", ("secp256k1",), 256),
        Algorithm("Ed25519", "eddsa", "OKP", ("Ed25519",)),
        Algorithm("Ed448", "eddsa", "OKP", ("Ed448",)),
        Algorithm("EdDSA", "eddsa", "OKP", ("Ed25519", "Ed448")),
        *(Algorithm(f"ML-DSA-{level}", "ml-dsa", "AKP") for level in (44, 65, 87)),
    )
}

SMALLEST_RSA_BITS = 2048
"""RFC 7518 sections 3.3 and 3.5."""

LARGEST_RSA_BITS = 16384
"""OPENSSL_RSA_MAX_MODULUS_BITS."""

COORDINATE_OCTETS: Mapping[str, int] = {"P-256": 32, "P-384": 48, "P-521": 66, "secp256k1": 32}
"""Length of one coordinate, and of r and of s in a signature (RFC 7518 sections 3.4 and 6.2.1.2)."""

OKP_OCTETS: Mapping[str, int] = {"Ed25519": 32, "Ed448": 57, "X25519": 32, "X448": 56}
"""Length of a public and of a private octet string (RFC 8032, RFC 7748)."""

_P25519, _P448 = 2**255 - 19, 2**448 - 2**224 - 1
_Y_OF_ORDER_8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL_ORDER: Mapping[str, tuple[int, frozenset[int]]] = {
    "Ed25519": (_P25519, frozenset({0, 1, _P25519 - 1, _Y_OF_ORDER_8, _P25519 - _Y_OF_ORDER_8})),
    "Ed448": (_P448, frozenset({0, 1, _P448 - 1})),
}
"""The prime of the field, and y of every point whose order divides the cofactor."""

ML_DSA_OCTETS: Mapping[str, tuple[int, int]] = {
    "ML-DSA-44": (1312, 2420),
    "ML-DSA-65": (1952, 3309),
    "ML-DSA-87": (2592, 4627),
}
"""Length of a public key and of a signature (RFC 9964, FIPS 204)."""


def is_none(name: object) -> bool:
    """Whether an `alg` value means "no signature", in any letter case and with white space around it."""
    return isinstance(name, str) and name.strip().lower() == "none"


def unknown(name: str, known: Iterable[str]) -> UsageError:
    """Word the error for an algorithm that is none of the known ones."""
    return UsageError(f"unknown algorithm {name!r}", hint=did_you_mean(name, known) or f"known are {', '.join(known)}")


def must_be_known(names: Iterable[str]) -> None:
    """Refuse a list of signature algorithms that says what no token can have: a slip of the fingers refuses them all.

    Raises:
        UsageError: for a name that is not registered; `none` passes, in any spelling, as it allows nothing.
    """
    for name in names:
        if name not in SIGNATURES and not is_none(name):
            raise unknown(name, SIGNATURES)


def usable_with(key: Key) -> tuple[str, ...]:
    """Names of the signature algorithms that fit a key's type and curve, its file, and its `alg` member if it has one.

    `EdDSA` and the curve's own name are one algorithm to a verifier that knows the key (RFC 9864 section 2.2), so a
    key that states the one admits the other.
    """
    fitting = [
        algorithm.name
        for algorithm in SIGNATURES.values()
        if algorithm.kty == key.kty and (not algorithm.crvs or key.crv in algorithm.crvs)
        if key.limited_to is None or algorithm.name in key.limited_to
    ]
    if key.kty == "AKP":
        return tuple(name for name in fitting if name == key.alg)
    if key.alg is None:
        return tuple(fitting)
    if key.kty == "OKP" and key.alg in fitting:
        return tuple(fitting)
    return (key.alg,) if key.alg in fitting else ()


def default_for(key: Key) -> str | None:
    """Name the algorithm to sign with when nobody chose one: the key's own, or the usual one of its type.

    RSA without an `alg` member signs RS256, which every verifier must support (RFC 7518 section 3.1); an HMAC secret
    gets the largest hash that it is long enough for.
    """
    usable = usable_with(key)
    if not usable:
        return None
    if key.kty == "RSA":
        return "RS256" if "RS256" in usable else usable[0]
    if key.kty == "oct":
        fitting = [name for name in usable if SIGNATURES[name].hash_bits <= key.bits]
        return fitting[-1] if fitting else usable[0]
    return key.alg if key.alg in usable else usable[0]


def sign(name: str, key: Key, signing_input: bytes) -> bytes:
    """Sign with a private key or HMAC secret.

    An RSA key is used without the costly primality tests (it is the caller's own); instead the result is verified
    under its public half, which also catches a fault in the computation (Lenstra 1996).

    Args:
        name: an algorithm of SIGNATURES that fits the key.
        key: must be private.
        signing_input: octets to sign.

    Returns:
        The JOSE signature octets: r ‖ s for ECDSA (RFC 7518 section 3.4).

    Raises:
        KeyMaterialError: if the key's numbers do not make a working key.
    """
    algorithm = SIGNATURES[name]
    try:
        if algorithm.family == "hmac":
            signature: bytes = _mac(algorithm, key, signing_input).finalize()
            return signature
        private = private_key(key)
        if algorithm.family in {"rsa-pkcs1", "rsa-pss"}:
            signature = private.sign(signing_input, _rsa_padding(algorithm), _hash(algorithm))
            _verify_public(algorithm, private.public_key(), signing_input, signature)
        elif algorithm.family == "ecdsa":
            from cryptography.hazmat.primitives.asymmetric import ec, utils

            r, s = utils.decode_dss_signature(private.sign(signing_input, ec.ECDSA(_hash(algorithm))))
            length = COORDINATE_OCTETS[algorithm.crvs[0]]
            signature = r.to_bytes(length, "big") + s.to_bytes(length, "big")
        else:
            stated = key.octets.get("x" if key.kty == "OKP" else "pub")
            if stated is not None and stated != private.public_key().public_bytes_raw():
                raise ValueError("its public half does not belong to its private half")
            signature = private.sign(signing_input)
    except _backend_errors() as err:
        raise KeyMaterialError(
            f"this {key.kty} key cannot sign {name}: {_reason(err)}", hint="jwtctl audit-keys FILE says what is wrong"
        ) from err
    return signature


def verify(name: str, key: Key, signing_input: bytes, signature: bytes) -> bool:
    """Tell whether a signature is right for a key, which may be public or private.

    Args:
        name: an algorithm of SIGNATURES that fits the key.
        key: the verification key.
        signing_input: the octets that were signed.
        signature: JOSE signature octets.

    Raises:
        KeyMaterialError: if the key's numbers cannot be a public key (a point off its curve, an exponent of 1 …), or
            are one under which anybody can sign (a point of small order on an Edwards curve).
    """
    from cryptography.exceptions import InvalidSignature

    algorithm = SIGNATURES[name]
    try:
        if algorithm.family == "hmac":
            _mac(algorithm, key, signing_input).verify(signature)
        else:
            public = public_key(key)
            _refuse_small_order(key)
            _verify_public(algorithm, public, signing_input, signature)
    except InvalidSignature:
        return False
    except _backend_errors() as err:
        raise KeyMaterialError(f"this {key.kty} key cannot verify {name}: {_reason(err)}") from err
    return True


def public_key(key: Key) -> Any:
    """Build the `cryptography` public key of a Key.

    Raises:
        ValueError: from `cryptography`, if the numbers are not a public key.
        KeyError: if a number is missing.
    """
    if key.kty == "RSA":
        from cryptography.hazmat.primitives.asymmetric import rsa

        n, e = key.numbers["n"], key.numbers["e"]
        # OpenSSL loads such keys and then calls every signature wrong (OPENSSL_RSA_MAX_PUBEXP_BITS).
        if n.bit_length() > LARGEST_RSA_BITS:
            raise ValueError(f"a modulus of {n.bit_length()} bits is more than OpenSSL takes")
        if n.bit_length() > 3072 and e.bit_length() > 64:
            raise ValueError(
                f"an exponent of {e.bit_length()} bits with a modulus above 3072 bits is more than OpenSSL takes"
            )
        return rsa.RSAPublicNumbers(e, n).public_key()
    if key.kty == "EC":
        from cryptography.hazmat.primitives.asymmetric import ec

        if "x" not in key.numbers and "d" in key.numbers:
            return private_key(key).public_key()
        return ec.EllipticCurvePublicNumbers(key.numbers["x"], key.numbers["y"], curve(key.crv)).public_key()
    if key.kty in {"OKP", "AKP"}:
        if "x" not in key.octets and "pub" not in key.octets:
            return private_key(key).public_key()
        public = _raw_classes(key)[1]
        return public.from_public_bytes(key.octets["x" if key.kty == "OKP" else "pub"])
    raise ValueError(f"a key of type {key.kty} has no public half")


def private_key(key: Key) -> Any:
    """Build the `cryptography` private key of a Key, completing missing CRT numbers.

    Raises:
        ValueError: from `cryptography`, if the numbers are not a private key.
        KeyError: if a number is missing.
    """
    if key.kty == "RSA":
        return _rsa_private_key(key.numbers)
    if key.kty == "EC":
        from cryptography.hazmat.primitives.asymmetric import ec

        if "x" not in key.numbers:
            return ec.derive_private_key(key.numbers["d"], curve(key.crv))
        public = ec.EllipticCurvePublicNumbers(key.numbers["x"], key.numbers["y"], curve(key.crv))
        return ec.EllipticCurvePrivateNumbers(key.numbers["d"], public).private_key()
    if key.kty == "OKP":
        return _raw_classes(key)[0].from_private_bytes(key.octets["d"])
    if key.kty == "AKP":
        return _raw_classes(key)[0].from_seed_bytes(key.octets["priv"])
    raise ValueError(f"a key of type {key.kty} has no private half")


def curve(name: str | None) -> Any:
    """The `cryptography` curve of a JOSE curve name; ValueError if JOSE has no such curve."""
    from cryptography.hazmat.primitives.asymmetric import ec

    classes: dict[str | None, Any] = {
        "P-256": ec.SECP256R1,
        "P-384": ec.SECP384R1,
        "P-521": ec.SECP521R1,
        "secp256k1": ec.SECP256K1,
    }
    if name not in classes:
        raise ValueError(f"unknown curve {name!r}")
    return classes[name]()


def _rsa_private_key(numbers: Mapping[str, int]) -> Any:
    from cryptography.hazmat.primitives.asymmetric import rsa

    n, e, d = numbers["n"], numbers["e"], numbers["d"]
    if n.bit_length() > LARGEST_RSA_BITS:
        raise ValueError(f"a modulus of {n.bit_length()} bits is more than OpenSSL takes")
    if "p" in numbers and "q" in numbers:
        p, q = numbers["p"], numbers["q"]
    else:
        p, q = rsa.rsa_recover_prime_factors(n, e, d)
    private = rsa.RSAPrivateNumbers(
        p,
        q,
        d,
        numbers.get("dp") or rsa.rsa_crt_dmp1(d, p),
        numbers.get("dq") or rsa.rsa_crt_dmq1(d, q),
        numbers.get("qi") or rsa.rsa_crt_iqmp(p, q),
        rsa.RSAPublicNumbers(e, n),
    )
    return private.private_key(unsafe_skip_rsa_key_validation=True)


def _refuse_small_order(key: Key) -> None:
    # OpenSSL takes such keys. s = 0 with a multiple of the key as R is then right for one message in eight or more
    # (Chalkias, Garillot and Nikolaenko 2020, "Taming the many EdDSAs").
    if "x" not in key.octets or (small := _SMALL_ORDER.get(key.crv or "")) is None:
        return
    prime, heights = small
    y = int.from_bytes(key.octets["x"], "little") % (1 << 8 * len(key.octets["x"]) - 1)
    if y % prime in heights:
        raise ValueError("its public half is a point of small order, under which anybody can sign")


def _verify_public(algorithm: Algorithm, public: Any, signing_input: bytes, signature: bytes) -> None:
    from cryptography.exceptions import InvalidSignature

    if algorithm.family in {"rsa-pkcs1", "rsa-pss"}:
        public.verify(signature, signing_input, _rsa_padding(algorithm), _hash(algorithm))
        # RFC 8017 sections 8.1.2 and 8.2.2, step 1: OpenSSL takes a PSS signature without its leading zeros as well.
        if len(signature) != (public.key_size + 7) // 8:
            raise InvalidSignature
    elif algorithm.family == "ecdsa":
        from cryptography.hazmat.primitives.asymmetric import ec, utils

        length = COORDINATE_OCTETS[algorithm.crvs[0]]
        if len(signature) != 2 * length:
            raise InvalidSignature
        r, s = int.from_bytes(signature[:length], "big"), int.from_bytes(signature[length:], "big")
        public.verify(utils.encode_dss_signature(r, s), signing_input, ec.ECDSA(_hash(algorithm)))
    else:
        public.verify(signature, signing_input)


def _mac(algorithm: Algorithm, key: Key, signing_input: bytes) -> Any:
    from cryptography.hazmat.primitives.hmac import HMAC

    mac = HMAC(key.octets["k"], _hash(algorithm))
    mac.update(signing_input)
    return mac


def _hash(algorithm: Algorithm) -> Any:
    from cryptography.hazmat.primitives import hashes

    classes: dict[int, Any] = {256: hashes.SHA256, 384: hashes.SHA384, 512: hashes.SHA512}
    return classes[algorithm.hash_bits]()


def _rsa_padding(algorithm: Algorithm) -> Any:
    from cryptography.hazmat.primitives.asymmetric import padding

    if algorithm.family == "rsa-pkcs1":
        return padding.PKCS1v15()
    # RFC 7518 section 3.5: the salt is as long as the hash, and MGF1 uses the same hash.
    return padding.PSS(padding.MGF1(_hash(algorithm)), algorithm.hash_bits // 8)


def _raw_classes(key: Key) -> tuple[Any, Any]:
    if key.kty == "AKP":
        from cryptography.hazmat.primitives.asymmetric import mldsa

        level = (key.alg or "").removeprefix("ML-DSA-")
        if level not in {"44", "65", "87"}:
            raise ValueError(f"unknown AKP algorithm {key.alg!r}")
        return getattr(mldsa, f"MLDSA{level}PrivateKey"), getattr(mldsa, f"MLDSA{level}PublicKey")
    if key.crv == "Ed25519":
        from cryptography.hazmat.primitives.asymmetric import ed25519

        return ed25519.Ed25519PrivateKey, ed25519.Ed25519PublicKey
    if key.crv == "Ed448":
        from cryptography.hazmat.primitives.asymmetric import ed448

        return ed448.Ed448PrivateKey, ed448.Ed448PublicKey
    if key.crv == "X25519":
        from cryptography.hazmat.primitives.asymmetric import x25519

        return x25519.X25519PrivateKey, x25519.X25519PublicKey
    if key.crv == "X448":
        from cryptography.hazmat.primitives.asymmetric import x448

        return x448.X448PrivateKey, x448.X448PublicKey
    raise ValueError(f"unknown curve {key.crv!r}")


def _backend_errors() -> tuple[type[Exception], ...]:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    # AssertionError: what `cryptography` raises for numbers that cannot be factored.
    return (ValueError, KeyError, TypeError, OverflowError, AssertionError, InvalidSignature, UnsupportedAlgorithm)


def _reason(err: Exception) -> str:
    if isinstance(err, KeyError):
        return f"it has no {err.args[0]}"
    text = str(err).split("\n", maxsplit=1)[0].rstrip(".")
    return (text[:1].lower() + text[1:]) or "its numbers do not belong together"
