"""JSON Web Keys (RFC 7517, RFC 7518 section 6, RFC 8037, RFC 9964): read, written, halved, thumbprinted.

Reading judges the syntax alone: a key whose numbers are nonsense is still read, so that an audit can say what is
wrong with it. Using it is what fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jwtctl.errors import KeyMaterialError, UsageError
from jwtctl.jose import base64url, json_object
from jwtctl.jose.algorithms import COORDINATE_OCTETS, OKP_OCTETS
from jwtctl.model import PRIVATE_MEMBERS, Key, KeyProblem, KeySet, Place

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBERS = {"RSA": ("n", "e", "d", "p", "q", "dp", "dq", "qi"), "EC": ("x", "y", "d")}
_OCTETS = {"OKP": ("x", "d"), "oct": ("k",), "AKP": ("pub", "priv")}
_THUMBPRINT_MEMBERS = {
    "RSA": ("e", "kty", "n"),
    "EC": ("crv", "kty", "x", "y"),
    "OKP": ("crv", "kty", "x"),
    "oct": ("k", "kty"),
    "AKP": ("alg", "kty", "pub"),
}
MAX_INTEGER_OCTETS = 128 * 1024
"""A modulus of a million bits is read (and reported); anything beyond is refused."""


def from_jwk(members: Mapping[str, Any], place: Place, *, defects: tuple[str, ...] = ()) -> Key:
    """Read one JWK.

    Args:
        members: the JSON object.
        place: where it stands.
        defects: what was already odd about its JSON.

    Raises:
        KeyMaterialError: no or unknown `kty`, a member of the wrong JSON type or that is not base64, or no number
            at all that would make it a key.
    """
    kty = members.get("kty")
    if not isinstance(kty, str):
        raise KeyMaterialError("a JWK without a kty member" if kty is None else "a JWK whose kty is not a string")
    if kty not in {*_NUMBERS, *_OCTETS}:
        raise KeyMaterialError(f"unknown key type {kty!r}", hint="known are RSA, EC, OKP, oct and AKP")
    found = list(defects)
    octets: dict[str, bytes] = {}
    for name in (*_NUMBERS.get(kty, ()), *_OCTETS.get(kty, ())):
        if name in members:
            octets[name] = _octets(members[name], name, found)
    for name in ("alg", "use", "kid", "crv"):
        if name in members and not isinstance(members[name], str):
            raise KeyMaterialError(f"the {name} member of a JWK must be a string")
    _require(kty, members, octets)
    operations = members.get("key_ops")
    if operations is not None and not (isinstance(operations, list) and all(isinstance(op, str) for op in operations)):
        raise KeyMaterialError("the key_ops member of a JWK must be an array of strings")
    return Key(
        kty=kty,
        crv=members.get("crv") if kty in {"EC", "OKP"} else None,
        numbers={name: int.from_bytes(value, "big") for name, value in octets.items()} if kty in _NUMBERS else {},
        octets=octets if kty in _OCTETS else {},
        members=dict(members),
        alg=members.get("alg"),
        use=members.get("use"),
        key_ops=tuple(operations) if operations is not None else None,
        kid=members.get("kid"),
        certificates=_certificates(members, found),
        place=place,
        defects=tuple(found),
    )


def from_jwks(document: Mapping[str, Any], source: str, *, octets: int = 0, defects: tuple[str, ...] = ()) -> KeySet:
    """Read a JWK Set; entries that cannot be read become problems and never sink the set (RFC 7517 section 5).

    Raises:
        KeyMaterialError: if `keys` is missing or no array.
    """
    entries = document.get("keys")
    if not isinstance(entries, list):
        raise KeyMaterialError(
            f"{source!r}: a key set whose keys member is {json_object.kind_of(entries)}, not an array",
            hint='a JWK Set is {"keys": [ … ]} (RFC 7517 section 5)',
        )
    keys: list[Key] = []
    problems: list[KeyProblem] = []
    for index, entry in enumerate(entries):
        place = Place(source, index)
        if not isinstance(entry, dict):
            problems.append(KeyProblem(place, f"JSON {json_object.kind_of(entry)} where a JWK is expected"))
            continue
        kid = entry.get("kid")
        try:
            keys.append(from_jwk(entry, place))
        except KeyMaterialError as err:
            problems.append(KeyProblem(place, err.message, entry, kid if isinstance(kid, str) else None))
    return KeySet(source, tuple(keys), tuple(problems), is_jwks=True, members=document, octets=octets, defects=defects)


def to_jwk(key: Key, *, private: bool) -> dict[str, Any]:
    """Write a key as a JWK: key type first, then material, then metadata; unknown members are kept.

    Args:
        key: any key.
        private: whether to include private members; for an HMAC secret there is nothing else.

    Raises:
        KeyMaterialError: if a public JWK of an HMAC secret, or of an RSA key without e, is asked for.
    """
    if key.is_symmetric and not private:
        raise KeyMaterialError("an HMAC secret has no public half", hint="give an asymmetric key, or ask for the JWK")
    jwk: dict[str, Any] = {"kty": key.kty}
    if key.crv is not None:
        jwk["crv"] = key.crv
    names = (name for name in (*key.numbers, *key.octets) if private or name not in PRIVATE_MEMBERS)
    jwk.update((name, _material(key, name)) for name in names)
    metadata = (("kid", key.kid), ("use", key.use), ("alg", key.alg))
    jwk.update((name, value) for name, value in metadata if value is not None)
    if key.key_ops is not None:
        jwk["key_ops"] = list(key.key_ops) if private or not key.is_private else _public_operations(key.key_ops)
    jwk.update(
        (name, value)
        for name, value in key.members.items()
        if name not in jwk and (private or name not in PRIVATE_MEMBERS) and name != "key_ops"
    )
    return jwk


def public_half(key: Key) -> Key:
    """The same key without any private member; a public point or exponent that was left out is derived.

    Raises:
        KeyMaterialError: for an HMAC secret, for an RSA key that states no e, or if deriving fails.
    """
    if key.is_symmetric:
        raise KeyMaterialError("an HMAC secret has no public half", hint="whoever verifies with it can also sign")
    if key.kty == "RSA" and "e" not in key.numbers:
        raise KeyMaterialError(
            "this RSA key states no public exponent", hint="jwtctl recover KEY tries to find the public exponent"
        )
    whole = complete_public(key)
    return whole._replace(
        numbers={name: number for name, number in whole.numbers.items() if name not in PRIVATE_MEMBERS},
        octets={name: value for name, value in whole.octets.items() if name not in PRIVATE_MEMBERS},
        members={name: value for name, value in whole.members.items() if name not in PRIVATE_MEMBERS},
        key_ops=tuple(_public_operations(whole.key_ops))
        if whole.key_ops is not None and key.is_private
        else key.key_ops,
    )


def complete_public(key: Key) -> Key:
    """The key with its public members present: derived from the private ones where they were left out.

    Raises:
        KeyMaterialError: if deriving fails.
    """
    if (key.kty == "EC" and "x" in key.numbers) or (key.kty == "OKP" and "x" in key.octets):
        return key
    if key.kty in {"RSA", "oct"} or "pub" in key.octets:
        return key
    from jwtctl.jose import algorithms

    try:
        public = algorithms.private_key(key).public_key()
    except (ValueError, KeyError) as err:
        raise KeyMaterialError(f"the public half of this {key.kty} key cannot be derived") from err
    if key.kty == "EC":
        point = public.public_numbers()
        return key._replace(numbers={"x": point.x, "y": point.y, **key.numbers})
    name = "x" if key.kty == "OKP" else "pub"
    return key._replace(octets={name: public.public_bytes_raw(), **key.octets})


def thumbprint(key: Key, hash_name: str = "sha256") -> str | None:
    """JWK thumbprint (RFC 7638; RFC 8037 for OKP, RFC 9964 for AKP), base64url.

    Computed over the canonical encoding of the numbers, whatever the JWK's own spelling was.

    Args:
        key: public or private.
        hash_name: `sha256`, `sha384` or `sha512`.

    Returns:
        None for a key that lacks a required member, such as an RSA key that states only (n, d).
    """
    try:
        whole = complete_public(key)
    except KeyMaterialError:
        return None
    members = []
    for name in _THUMBPRINT_MEMBERS[key.kty]:
        value = _material(whole, name)
        if value is None:
            return None
        members.append(b'"%b":%b' % (name.encode(), json_object.encode(value)))
    return base64url.encode(_digest(hash_name, b"{%b}" % b",".join(members)))


def thumbprint_uri(key: Key, hash_name: str = "sha256") -> str | None:
    """JWK thumbprint URI (RFC 9278), or None as for `thumbprint`."""
    print_ = thumbprint(key, hash_name)
    return f"urn:ietf:params:oauth:jwk-thumbprint:{hash_name.replace('sha', 'sha-')}:{print_}" if print_ else None


def named(key: Key, kid: str, use: str | None = None) -> Key:
    """Give a key its kid, and perhaps another use.

    Args:
        key: any key.
        kid: `thumbprint` (RFC 7638), `uuid` (random), or the text itself.
        use: `sig` or `enc`; None leaves it.

    Raises:
        UsageError: for another use, or an empty kid.
    """
    if use not in {None, "sig", "enc"}:
        raise UsageError(f"use {use!r} is not known", hint="--use sig, or --use enc (RFC 7517 section 4.2)")
    if not kid:
        raise UsageError("the kid is empty", hint="--kid thumbprint, --kid uuid, or a name")
    if kid == "uuid":
        import uuid

        kid = str(uuid.uuid4())
    return key._replace(kid=(thumbprint(key) or kid) if kid == "thumbprint" else kid, use=use or key.use)


def describe(key: Key) -> str:
    """Type, size or curve, and half of a key, in words: `RSA 3072 bits, private`."""
    size = key.crv or (key.alg if key.kty == "AKP" else f"{key.bits} bits")
    half = "secret" if key.is_symmetric else "private" if key.is_private else "public"
    return f"{key.kty} {size}, {half}"


def _material(key: Key, name: str) -> str | None:
    """A member that is part of a thumbprint, or a private one, as a JWK has it; None if the key lacks it."""
    if name in key.numbers:
        number = key.numbers[name]
        length = COORDINATE_OCTETS.get(key.crv or "") if key.kty == "EC" else None
        needed = (number.bit_length() + 7) // 8
        return base64url.encode_integer(number, length if length and needed <= length else None)
    if name in key.octets:
        return base64url.encode(key.octets[name])
    return {"kty": key.kty, "crv": key.crv, "alg": key.alg}.get(name)


def _digest(hash_name: str, octets: bytes) -> bytes:
    # Not hashlib: it would load a second copy of OpenSSL, which costs a start more than the rest of this module.
    from cryptography.hazmat.primitives import hashes

    hashing = hashes.Hash(getattr(hashes, hash_name.upper())())
    hashing.update(octets)
    return hashing.finalize()


def _octets(value: Any, name: str, defects: list[str]) -> bytes:
    if not isinstance(value, str):
        raise KeyMaterialError(f"the {name} member of a JWK must be a base64url string")
    if len(value) > MAX_INTEGER_OCTETS * 4 // 3 + 4:
        raise KeyMaterialError(f"the {name} member of a JWK is longer than {MAX_INTEGER_OCTETS} octets")
    try:
        octets, defect = base64url.decode_and_judge(value)
    except ValueError as err:
        raise KeyMaterialError(f"the {name} member of a JWK is not base64url") from err
    if defect:
        defects.append(f"/{name}: {defect}")
    return octets


def _require(kty: str, members: Mapping[str, Any], octets: Mapping[str, bytes]) -> None:
    needed = {"RSA": (("n",),), "EC": (("x", "y"), ("d",)), "OKP": (("x",), ("d",)), "oct": (("k",),)}
    choices = needed.get(kty, (("pub",), ("priv",)))
    if not any(all(name in octets for name in choice) for choice in choices):
        missing = next(name for name in choices[0] if name not in octets)
        raise KeyMaterialError(f"this {kty} JWK has no {missing} member")
    if kty == "RSA" and "e" not in octets and "d" not in octets:
        raise KeyMaterialError("this RSA JWK has neither e nor d")
    if kty in {"EC", "OKP"} and "crv" not in members:
        raise KeyMaterialError(f"this {kty} JWK has no crv member")
    known = COORDINATE_OCTETS if kty == "EC" else OKP_OCTETS
    if kty in {"EC", "OKP"} and members["crv"] not in known:
        raise KeyMaterialError(
            f"unknown curve {members['crv']!r} for key type {kty}", hint=f"known: {', '.join(known)}"
        )


def _certificates(members: Mapping[str, Any], defects: list[str]) -> tuple[bytes, ...]:
    chain = members.get("x5c")
    if chain is None:
        return ()
    if not isinstance(chain, list) or not all(isinstance(entry, str) for entry in chain):
        defects.append("/x5c: not an array of strings")
        return ()
    certificates = []
    for position, entry in enumerate(chain):
        try:
            certificates.append(base64url.decode_lenient(entry))
        except ValueError:
            defects.append(f"/x5c/{position}: not base64")
    return tuple(certificates)


def _public_operations(operations: tuple[str, ...]) -> list[str]:
    counterpart = {"sign": "verify", "decrypt": "encrypt", "unwrapKey": "wrapKey", "deriveKey": "", "deriveBits": ""}
    turned = [counterpart.get(operation, operation) for operation in operations]
    return [operation for operation in dict.fromkeys(turned) if operation]
