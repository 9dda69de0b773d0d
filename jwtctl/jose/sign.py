"""Signing: claims and a key in, a compact token out (RFC 7515 section 5.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jwtctl.errors import KeyMaterialError, UsageError
from jwtctl.jose import algorithms, base64url, json_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jwtctl.model import Key


def sign(
    payload: bytes | Mapping[str, Any],
    key: Key,
    *,
    alg: str | None = None,
    header: Mapping[str, Any] | None = None,
    insecure_size: bool = False,
) -> str:
    """Sign a payload.

    Args:
        payload: claims, or octets as they are.
        key: a private key or an HMAC secret.
        alg: the algorithm; by default the key's own, or the usual one of its type.
        header: further header parameters; `alg` is set here, `kid` is the key's unless given (None leaves it out).
        insecure_size: sign even with an RSA key below 2048 bits.

    Returns:
        The token in compact serialization.

    Raises:
        UsageError: if the algorithm does not fit the key, the header sets `alg`, `crit` or `b64`, or a text is not
            Unicode or a number not finite.
        KeyMaterialError: if the key is public, forbidden for signing, too short, or does not work.
    """
    name = _algorithm(key, alg)
    _must_be_able_to_sign(key, name, insecure_size=insecure_size)
    parameters: dict[str, Any] = {"alg": name, "typ": "JWT", "kid": key.kid, **(header or {})}
    for reserved in ("crit", "b64"):
        if reserved in parameters:
            raise UsageError(
                f"header parameter {reserved!r} is not supported: verifiers must refuse what they do not know"
            )
    if parameters["alg"] != name:
        raise UsageError("the header cannot set alg", hint="--alg chooses the algorithm")
    parameters = {parameter: value for parameter, value in parameters.items() if value is not None}
    try:
        body = payload if isinstance(payload, bytes) else json_object.encode(payload)
        signing_input = f"{base64url.encode(json_object.encode(parameters))}.{base64url.encode(body)}"
    except UnicodeEncodeError as err:
        raise UsageError("a claim or header parameter holds text that is not Unicode") from err
    except ValueError as err:
        raise UsageError("a claim or header parameter holds a number that JSON does not have") from err
    signature = algorithms.sign(name, key, signing_input.encode())
    return f"{signing_input}.{base64url.encode(signature)}"


def _algorithm(key: Key, alg: str | None) -> str:
    usable = algorithms.usable_with(key)
    if alg is None:
        name = algorithms.default_for(key)
        if name is None:
            stated = f" with alg {key.alg!r}" if key.alg else ""
            raise KeyMaterialError(f"this {key.crv or key.kty} key{stated} is not for signing")
        return name
    if algorithms.is_none(alg):
        raise UsageError("alg none makes no signature", hint="choose an algorithm that fits the key")
    if alg not in usable:
        fitting = ", ".join(usable) or "none"
        known = "" if alg in algorithms.SIGNATURES else "unknown "
        raise UsageError(
            f"{known}algorithm {alg!r} does not fit this {key.crv or key.kty} key", hint=f"usable: {fitting}"
        )
    return alg


def _must_be_able_to_sign(key: Key, name: str, *, insecure_size: bool) -> None:
    if not key.is_private:
        raise KeyMaterialError(f"this {key.kty} key is public: signing takes the private key")
    if key.use not in {None, "sig"}:
        raise KeyMaterialError(f"the key's use is {key.use!r}: it is not for signing", hint="RFC 7517 section 4.2")
    if key.key_ops is not None and "sign" not in key.key_ops:
        raise KeyMaterialError("the key's key_ops do not include 'sign'", hint="RFC 7517 section 4.3")
    bits = algorithms.SIGNATURES[name].hash_bits
    if key.is_symmetric and key.bits < bits:
        raise KeyMaterialError(
            f"an HMAC secret of {key.bits} bits is too short for {name}, which requires {bits} (RFC 7518 section 3.2)",
            hint=f"jwtctl keygen {name} makes a good one",
        )
    if key.kty == "RSA" and "e" not in key.numbers:
        raise KeyMaterialError(
            "this RSA key states no public exponent", hint="jwtctl recover KEY tries to find the public exponent"
        )
    if "oth" in key.members:
        raise KeyMaterialError(
            "this RSA key has more than two primes, and the library that signs takes two",
            hint=f"jwtctl keygen {name} makes a key of two",
        )
    if key.kty == "RSA" and key.bits < algorithms.SMALLEST_RSA_BITS and not insecure_size:
        raise KeyMaterialError(
            f"an RSA key of {key.bits} bits is too short: RFC 7518 section 3.3 requires {algorithms.SMALLEST_RSA_BITS}",
            hint="jwtctl keygen RS256 makes a good one; --insecure-size signs all the same",
        )
