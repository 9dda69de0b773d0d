"""Keys in DER: PKCS#1, PKCS#8, SubjectPublicKeyInfo, SEC1 and the key of a certificate, read and written.

Sources: RFC 8017 appendix A.1, RFC 5958, RFC 5280 section 4.1, RFC 5915, RFC 5480, RFC 8410, RFC 9881. The kind is
told by the shape of the outer SEQUENCE, so it does not matter what a file or a PEM label claims.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jwtctl.errors import KeyMaterialError
from jwtctl.jose import der
from jwtctl.jose.algorithms import COORDINATE_OCTETS, ML_DSA_OCTETS, OKP_OCTETS
from jwtctl.jose.key import MAX_INTEGER_OCTETS
from jwtctl.model import Key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jwtctl.jose.der import Element

RSA_MEMBERS = ("n", "e", "d", "p", "q", "dp", "dq", "qi")
"""The order of PKCS#1 RSAPrivateKey, after the version."""

_RSA, _RSA_OAEP, _RSA_PSS = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.7", "1.2.840.113549.1.1.10"
_EC, _EC_DH = "1.2.840.10045.2.1", "1.3.132.1.12"
_OKP = {"1.3.101.110": "X25519", "1.3.101.111": "X448", "1.3.101.112": "Ed25519", "1.3.101.113": "Ed448"}
_ML_DSA = {f"2.16.840.1.101.3.4.3.{17 + index}": name for index, name in enumerate(ML_DSA_OCTETS)}
_CURVES = {
    "1.2.840.10045.3.1.7": "P-256",
    "1.3.132.0.34": "P-384",
    "1.3.132.0.35": "P-521",
    "1.3.132.0.10": "secp256k1",
}
_PSS_HASHES = {f"2.16.840.1.101.3.4.2.{last}": bits for last, bits in ((1, 256), (2, 384), (3, 512))}
_OTHER_CURVES = {
    "1.2.840.10045.3.1.1": "P-192 (prime192v1)",
    "1.3.132.0.33": "P-224 (secp224r1)",
    "1.2.156.10197.1.301": "SM2",
    **{
        f"1.3.36.3.3.2.8.1.1.{index}": f"brainpoolP{bits}{kind}1"
        for index, (bits, kind) in enumerate(
            ((bits, kind) for bits in (160, 192, 224, 256, 320, 384, 512) for kind in "rt"), start=1
        )
    },
}
_OTHER_ALGORITHMS = {
    "1.2.840.10040.4.1": "DSA",
    "1.2.840.113549.1.3.1": "Diffie-Hellman",
    "1.2.840.10046.2.1": "Diffie-Hellman (X9.42)",
    "2.16.840.1.101.3.4.4.1": "ML-KEM-512",
    "2.16.840.1.101.3.4.4.2": "ML-KEM-768",
    "2.16.840.1.101.3.4.4.3": "ML-KEM-1024",
    "1.2.643.7.1.1.1.1": "GOST R 34.10-2012",
    **{f"2.16.840.1.101.3.4.3.{last}": "SLH-DSA" for last in range(20, 32)},
}
_CONTENT_TYPES = {
    "1.2.840.113549.1.7.1": "data",
    "1.2.840.113549.1.7.2": "signed data",
    "1.2.840.113549.1.7.3": "encrypted data",
    "1.2.840.113549.1.7.6": "encrypted data",
}
USABLE = "usable are RSA, EC (P-256, P-384, P-521, secp256k1), Ed25519, Ed448, X25519, X448 and ML-DSA keys"


# Plain classes, as every `verify` makes them: a named tuple takes six times as long to make.


class EncryptedKey:
    """PKCS#8 EncryptedPrivateKeyInfo (RFC 5958 section 3), not yet decrypted."""

    def __init__(self, algorithm: Element, ciphertext: bytes) -> None:
        self.algorithm = algorithm
        self.ciphertext = ciphertext


class Bundle:
    """PKCS#12 PFX (RFC 7292), not yet opened."""

    def __init__(self, pfx: Element) -> None:
        self.pfx = pfx


class Certificate:
    """What a key file reader needs of an X.509 certificate.

    Attributes:
        encoding: its DER.
        issuer, subject: DER of the names, to tell which certificate follows which.
        key: its public key.
    """

    def __init__(self, encoding: bytes, issuer: bytes, subject: bytes, key: Key) -> None:
        self.encoding = encoding
        self.issuer = issuer
        self.subject = subject
        self.key = key


def read(octets: bytes) -> Key | Certificate | EncryptedKey | Bundle:
    """Read one DER object that is or holds a key.

    Returns:
        A Key whose container is the bare name of the structure (`PKCS#8 private key`) and whose place is unset, or
        what must be opened first.

    Raises:
        KeyMaterialError: saying what the object is, if it is not usable.
    """
    try:
        return _classify(der.read_one(octets))
    except der.DerError as err:
        if err.missing:
            raise KeyMaterialError(
                f"cut short: {err.missing} octets are missing at the end", hint="copy the whole file again"
            ) from err
        raise KeyMaterialError(f"not a key: {err}") from err


def read_private_info(info: Element) -> Key:
    """Read a PKCS#8 PrivateKeyInfo / OneAsymmetricKey (RFC 5958 section 2).

    Raises:
        KeyMaterialError: for an algorithm that JOSE does not have, or octets that are no key of it.
    """
    try:
        return _private_info(info)
    except der.DerError as err:
        raise KeyMaterialError(f"a malformed PKCS#8 private key: {err}") from err


def write_private(key: Key) -> bytes:
    """Write PKCS#8 PrivateKeyInfo; the key must have all members of its kind.

    Raises:
        KeyMaterialError: for a kind that has no PKCS#8 form, or numbers that do not fit their curve.
    """
    if key.kty == "RSA":
        from jwtctl.jose.multi_prime import version_and_other_primes

        version, others = version_and_other_primes(key)
        numbers = (version, *(key.numbers[name] for name in RSA_MEMBERS))
        inner = der.encode(der.SEQUENCE, *map(der.encode_integer, numbers), others)
        identifier = _identifier(_RSA, der.encode(der.NULL))
    elif key.kty == "EC":
        inner = der.encode(
            der.SEQUENCE,
            der.encode_integer(1),
            der.encode(der.OCTET_STRING, _coordinate(key, "d")),
            der.encode(0xA1, der.encode(der.BIT_STRING, b"\0", _point(key))),
        )
        identifier = _identifier(_EC, der.encode_oid(_oid_of(_CURVES, key.crv)))
    elif key.kty == "OKP":
        inner = der.encode(der.OCTET_STRING, key.octets["d"])
        identifier = _identifier(_oid_of(_OKP, key.crv))
    elif key.kty == "AKP":
        # The seed alone (RFC 9881 section 6), which is also what a JWK holds (RFC 9964).
        inner = der.encode(0x80, key.octets["priv"])
        identifier = _identifier(_oid_of(_ML_DSA, key.alg))
    else:
        raise _symmetric()
    return der.encode(der.SEQUENCE, der.encode_integer(0), identifier, der.encode(der.OCTET_STRING, inner))


def write_public(key: Key) -> bytes:
    """Write SubjectPublicKeyInfo; errors as for `write_private`."""
    if key.kty == "RSA":
        inner = der.encode(der.SEQUENCE, *(der.encode_integer(key.numbers[name]) for name in ("n", "e")))
        identifier = _identifier(_RSA, der.encode(der.NULL))
    elif key.kty == "EC":
        inner = _point(key)
        identifier = _identifier(_EC, der.encode_oid(_oid_of(_CURVES, key.crv)))
    elif key.kty == "OKP":
        inner = key.octets["x"]
        identifier = _identifier(_oid_of(_OKP, key.crv))
    elif key.kty == "AKP":
        inner = key.octets["pub"]
        identifier = _identifier(_oid_of(_ML_DSA, key.alg))
    else:
        raise _symmetric()
    return der.encode(der.SEQUENCE, identifier, der.encode(der.BIT_STRING, b"\0", inner))


def ec_point(point: bytes, crv: str, defects: list[str]) -> dict[str, int]:
    """Read a SEC1 point (section 2.3.3) without asking whether it lies on its curve.

    Args:
        point: the encoded point.
        crv: JOSE name of the curve.
        defects: what is odd is added here.

    Raises:
        KeyMaterialError: for the point at infinity, a wrong length, or a compressed point that has no y.
    """
    length = COORDINATE_OCTETS[crv]
    if point == b"\0":
        raise KeyMaterialError(f"the point at infinity as public key on {crv}")
    if len(point) == 2 * length + 1 and point[0] in {4, 6, 7}:
        if point[0] != 4:
            defects.append("the public point is in hybrid form")
        return {"x": int.from_bytes(point[1 : length + 1], "big"), "y": int.from_bytes(point[length + 1 :], "big")}
    if len(point) == length + 1 and point[0] in {2, 3}:
        return _decompressed(point, crv)
    raise KeyMaterialError(f"a public point of {len(point)} octets, where {crv} has {2 * length + 1}")


def _classify(outer: Element) -> Key | Certificate | EncryptedKey | Bundle:
    parts = outer.children()
    shape = [part.tag for part in parts]
    if shape and all(tag == der.INTEGER for tag in shape):
        return _integers(parts)
    match shape:
        case [der.INTEGER, der.SEQUENCE, der.OCTET_STRING, *_]:
            return _private_info(outer)
        case [der.INTEGER, der.OCTET_STRING, *_]:
            return _sec1(outer, None, "SEC1 EC private key")
        case [der.SEQUENCE, der.BIT_STRING]:
            return _public_info(outer)
        case [der.SEQUENCE, der.OCTET_STRING]:
            return EncryptedKey(parts[0], parts[1].octets())
        case [der.SEQUENCE, der.SEQUENCE, der.BIT_STRING]:
            return _signed(outer)
        case [der.INTEGER, der.SEQUENCE] | [der.INTEGER, der.SEQUENCE, der.SEQUENCE] if parts[0].unsigned() == 3:
            return Bundle(outer)
        case [der.OID, 0xA0]:
            kind = _CONTENT_TYPES.get(parts[0].oid(), parts[0].oid())
            raise KeyMaterialError(
                f"this is PKCS#7 / CMS ({kind}), not a key",
                hint="openssl pkcs7 -print_certs -in FILE writes the certificates inside as PEM",
            )
        case [*numbers, der.SEQUENCE] if numbers == [der.INTEGER] * 9:
            return _rsa_private(parts, "PKCS#1 RSA private key")
    raise KeyMaterialError("this is DER of no known kind of key", hint=USABLE)


def _integers(parts: Sequence[Element]) -> Key:
    if len(parts) == 2:
        return _rsa_public(parts, "PKCS#1 RSA public key")
    if len(parts) == 3:
        raise KeyMaterialError("these are DSA or Diffie-Hellman parameters, not a key", hint=USABLE)
    if len(parts) == 6 and parts[0].unsigned() == 0:
        raise KeyMaterialError("this is a DSA private key, which JOSE does not have", hint=USABLE)
    return _rsa_private(parts, "PKCS#1 RSA private key")


def _private_info(info: Element) -> Key:
    parts = info.children()
    if [part.tag for part in parts[:3]] != [der.INTEGER, der.SEQUENCE, der.OCTET_STRING]:
        raise KeyMaterialError("this is DER, but no PKCS#8 private key")
    algorithm, parameters = _algorithm(parts[1])
    container = "PKCS#8 private key"
    content = parts[2]
    if algorithm in {_RSA, _RSA_PSS, _RSA_OAEP}:
        key = _rsa_private(content.inside().children(), container)
        return _with_rsa_use(key, algorithm, parameters)
    if algorithm in {_EC, _EC_DH}:
        return _sec1(content.inside(), _curve(parameters), container)
    if algorithm in _OKP:
        public = next((part.bits() for part in parts[3:] if part.tag == 0x81), b"")
        octets = {"x": public} if public else {}
        return _okp(_OKP[algorithm], {**octets, "d": content.inside().octets()}, container)
    if algorithm in _ML_DSA:
        return _ml_dsa_private(_ML_DSA[algorithm], content.inside(), container)
    raise _unusable_algorithm(algorithm, "private key")


def _public_info(info: Element) -> Key:
    parts = info.children()
    if [part.tag for part in parts] != [der.SEQUENCE, der.BIT_STRING]:
        raise KeyMaterialError("this is DER, but no SubjectPublicKeyInfo")
    algorithm, parameters = _algorithm(parts[0])
    container = "SPKI public key"
    if algorithm in {_RSA, _RSA_PSS, _RSA_OAEP}:
        return _with_rsa_use(_rsa_public(parts[1].inside().children(), container), algorithm, parameters)
    if algorithm in {_EC, _EC_DH}:
        defects: list[str] = []
        crv = _curve(parameters)
        numbers = ec_point(parts[1].bits(), crv, defects)
        return Key("EC", crv=crv, numbers=numbers, container=container, defects=tuple(defects))
    if algorithm in _OKP:
        return _okp(_OKP[algorithm], {"x": parts[1].bits()}, container)
    if algorithm in _ML_DSA:
        name = _ML_DSA[algorithm]
        public = parts[1].bits()
        if len(public) != ML_DSA_OCTETS[name][0]:
            raise KeyMaterialError(f"an {name} public key of {len(public)} octets, not {ML_DSA_OCTETS[name][0]}")
        return Key("AKP", octets={"pub": public}, alg=name, container=container)
    raise _unusable_algorithm(algorithm, "public key")


def _signed(outer: Element) -> Certificate:
    parts = outer.children()[0].children()
    shape = [part.tag for part in parts]
    if shape in ([der.INTEGER, der.SEQUENCE, der.SEQUENCE], [der.INTEGER, der.SEQUENCE, der.SEQUENCE, 0xA0]):
        raise KeyMaterialError(
            "this is a certificate request (PKCS#10), not a key",
            hint="its public key: openssl req -in FILE -noout -pubkey (add -inform DER for a binary file)",
        )
    fields = parts[1:] if shape[:1] == [0xA0] else parts
    if [part.tag for part in fields[:6]] != [der.INTEGER, *(der.SEQUENCE,) * 5]:
        if der.SEQUENCE in shape and any(part.tag in {0x17, 0x18} for part in parts):
            raise KeyMaterialError(
                "this is a certificate revocation list (CRL), not a key", hint="give the certificate or key itself"
            )
        raise KeyMaterialError("this is signed DER of no known kind", hint=USABLE)
    key = _public_info(fields[5])
    return Certificate(outer.encoding, fields[2].encoding, fields[4].encoding, key)


def _rsa_private(parts: Sequence[Element], container: str) -> Key:
    if not 4 <= len(parts) <= 10 or any(part.tag != der.INTEGER for part in parts[:9]):
        raise KeyMaterialError("a PKCS#1 RSA private key of the wrong shape")
    numbers, defects = _rsa_numbers(RSA_MEMBERS, parts[1:9])
    if len(parts) < 9:
        defects.append(f"only {len(parts)} of the 9 INTEGERs of PKCS#1")
    members = {}
    if len(parts) == 10:
        from jwtctl.jose.multi_prime import oth_member

        members = {"oth": oth_member(parts[9])}
    # Java's RSAPrivateKeySpec is written as version, n, 0, d, 0, 0, 0, 0, 0: these numbers are not there.
    zeros = [name for name, number in numbers.items() if number == 0 and name not in {"n", "d"}]
    if zeros:
        defects.append(f"written as zero, and so absent: {', '.join(zeros)}")
    kept = {name: number for name, number in numbers.items() if name not in zeros}
    return Key("RSA", numbers=kept, members=members, container=container, defects=tuple(defects))


def _rsa_public(parts: Sequence[Element], container: str) -> Key:
    if len(parts) != 2:
        raise KeyMaterialError("a PKCS#1 RSA public key of the wrong shape")
    numbers, defects = _rsa_numbers(("n", "e"), parts)
    return Key("RSA", numbers=numbers, container=container, defects=tuple(defects))


def _rsa_numbers(names: Sequence[str], parts: Sequence[Element]) -> tuple[dict[str, int], list[str]]:
    numbers: dict[str, int] = {}
    defects: list[str] = []
    for name, part in zip(names, parts, strict=False):
        if len(part.content) > MAX_INTEGER_OCTETS:
            raise KeyMaterialError(f"{name} is longer than {MAX_INTEGER_OCTETS} octets")
        numbers[name] = part.unsigned()
        if defect := part.integer_defect():
            defects.append(f"{name} is {defect}")
    return numbers, defects


def _with_rsa_use(key: Key, algorithm: str, parameters: Element | None) -> Key:
    if algorithm == _RSA:
        return key
    note, alg = "marked for RSAES-OAEP", None
    limited_to: tuple[str, ...] = ()
    if algorithm == _RSA_PSS:
        bits = _pss_hash(parameters)
        alg = f"PS{bits}" if bits else None
        limited_to = tuple(f"PS{bits}" for bits in _PSS_HASHES.values()) if bits is None else (alg,) if alg else ()
        note = {
            None: "marked for RSASSA-PSS: only PS256, PS384 and PS512 fit it",
            0: "marked for RSASSA-PSS with a hash that JOSE does not have",
        }.get(bits, f"marked for RSASSA-PSS with SHA-{bits}")
    return key._replace(alg=alg, defects=(*key.defects, note), limited_to=limited_to)


def _pss_hash(parameters: Element | None) -> int | None:
    # RFC 8017 appendix A.2.3: absent parameters leave the hash open, absent hashAlgorithm means SHA-1.
    if parameters is None or parameters.tag != der.SEQUENCE:
        return None
    for part in parameters.children():
        if part.tag == 0xA0:
            return _PSS_HASHES.get(_algorithm(part.inside())[0], 0)
    return 0


def _sec1(outer: Element, crv: str | None, container: str) -> Key:
    parts = outer.children()
    if [part.tag for part in parts[:2]] != [der.INTEGER, der.OCTET_STRING]:
        raise KeyMaterialError("a SEC1 EC private key of the wrong shape")
    tagged = {part.tag: part for part in parts[2:]}
    if crv is None:
        crv = _curve(tagged[0xA0].inside() if 0xA0 in tagged else None)
    secret = parts[1].octets()
    defects: list[str] = []
    if len(secret) > 2 * COORDINATE_OCTETS[crv]:
        raise KeyMaterialError(f"a private number of {len(secret)} octets on {crv}")
    if len(secret) != COORDINATE_OCTETS[crv]:
        defects.append(f"d has {len(secret)} octets where {crv} has {COORDINATE_OCTETS[crv]}")
    point = ec_point(tagged[0xA1].inside().bits(), crv, defects) if 0xA1 in tagged else {}
    numbers = {**point, "d": int.from_bytes(secret, "big")}
    return Key("EC", crv=crv, numbers=numbers, container=container, defects=tuple(defects))


def _okp(crv: str, octets: dict[str, bytes], container: str) -> Key:
    for name, value in octets.items():
        if len(value) != OKP_OCTETS[crv]:
            raise KeyMaterialError(f"{name} of an {crv} key has {len(value)} octets, not {OKP_OCTETS[crv]}")
    return Key("OKP", crv=crv, octets=octets, container=container)


def _ml_dsa_private(name: str, content: Element, container: str) -> Key:
    # RFC 9881 section 6: CHOICE { seed [0], expandedKey OCTET STRING, both SEQUENCE }.
    if content.tag == der.SEQUENCE:
        seed = content.children()[0].octets() if content.children() else b""
    elif content.tag == 0x80:
        seed = content.content
    else:
        raise KeyMaterialError(
            f"an {name} private key in expanded form without its seed, which JOSE needs (RFC 9964)",
            hint="export it with its seed",
        )
    if len(seed) != 32:
        raise KeyMaterialError(f"an {name} seed of {len(seed)} octets, not 32")
    return Key("AKP", octets={"priv": seed}, alg=name, container=container)


def _algorithm(identifier: Element) -> tuple[str, Element | None]:
    parts = identifier.children()
    if not parts:
        raise der.DerError("an empty AlgorithmIdentifier")
    return parts[0].oid(), parts[1] if len(parts) > 1 else None


def _curve(parameters: Element | None) -> str:
    if parameters is None or parameters.tag == der.NULL:
        raise KeyMaterialError("an EC key that does not name its curve")
    if parameters.tag == der.SEQUENCE:
        raise KeyMaterialError(
            "an EC key with explicit curve parameters, which can pose as another curve (CVE-2020-0601)",
            hint="openssl ec -in FILE -param_enc named_curve writes it with a named curve",
        )
    oid = parameters.oid()
    if oid not in _CURVES:
        raise KeyMaterialError(
            f"an EC key on {_OTHER_CURVES.get(oid, f'curve {oid}')}, a curve that JOSE does not have",
            hint="make a new key: jwtctl keygen ES256",
        )
    return _CURVES[oid]


def _decompressed(point: bytes, crv: str) -> dict[str, int]:
    from cryptography.hazmat.primitives.asymmetric import ec

    from jwtctl.jose.algorithms import curve

    try:
        numbers = ec.EllipticCurvePublicKey.from_encoded_point(curve(crv), point).public_numbers()
    except ValueError as err:
        raise KeyMaterialError(f"a compressed point that is not on {crv}") from err
    return {"x": numbers.x, "y": numbers.y}


def _point(key: Key) -> bytes:
    return b"\x04" + _coordinate(key, "x") + _coordinate(key, "y")


def _coordinate(key: Key, name: str) -> bytes:
    length = COORDINATE_OCTETS.get(key.crv or "", 0)
    try:
        return key.numbers[name].to_bytes(length, "big")
    except OverflowError as err:
        raise KeyMaterialError(f"{name} is too large for a number on {key.crv}") from err


def _identifier(oid: str, *parameters: bytes) -> bytes:
    return der.encode(der.SEQUENCE, der.encode_oid(oid), *parameters)


def _oid_of(table: dict[str, str], name: str | None) -> str:
    for oid, known in table.items():
        if known == name:
            return oid
    raise KeyMaterialError(f"{name!r} has no object identifier")


def _unusable_algorithm(oid: str, half: str) -> KeyMaterialError:
    known = _OTHER_ALGORITHMS.get(oid)
    what = f"a {known} {half}, which JOSE does not have" if known else f"a {half} of unknown algorithm {oid}"
    return KeyMaterialError(f"this is {what}", hint=USABLE)


def _symmetric() -> KeyMaterialError:
    return KeyMaterialError(
        "an HMAC secret has no PEM, DER or OpenSSH form", hint="write it with --to jwk or --to jwks"
    )
