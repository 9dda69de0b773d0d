"""The same signature by other libraries, which know not all algorithms each: what the tests measure ours against."""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import joserfc.errors
import jwt
from joserfc import jwk as joserfc_jwk
from joserfc import jws as joserfc_jws
from jwcrypto import jwk as jwcrypto_jwk
from jwcrypto import jws as jwcrypto_jws

from jwtctl.jose.algorithms import SIGNATURES
from jwtctl.jose.key import to_jwk

if TYPE_CHECKING:
    from collections.abc import Callable

    from jwtctl.model import Key


class Oracle(NamedTuple):
    """One library.

    Attributes:
        name: of the library.
        algs: algorithms that it knows.
        sign: header, payload and private key to a compact JWS.
        verify: algorithm, compact JWS and key to the payload; another answer is an error.
    """

    name: str
    algs: frozenset[str]
    sign: Callable[[dict[str, Any], bytes, Key], str]
    verify: Callable[[str, str, Key], bytes]


def _pyjwt_key(alg: str, key: Key) -> Any:
    return jwt.PyJWK.from_dict(to_jwk(key, private=True), algorithm=alg).key


def _pyjwt_sign(header: dict[str, Any], payload: bytes, key: Key) -> str:
    alg = header["alg"]
    return jwt.PyJWS().encode(payload, _pyjwt_key(alg, key), algorithm=alg, headers=header)


def _pyjwt_verify(alg: str, token: str, key: Key) -> bytes:
    return jwt.PyJWS().decode(token, _pyjwt_key(alg, key), algorithms=[alg])


def _joserfc_key(key: Key) -> Any:
    return joserfc_jwk.import_key(to_jwk(key, private=True))


def _joserfc_sign(header: dict[str, Any], payload: bytes, key: Key) -> str:
    with warnings.catch_warnings(action="ignore", category=joserfc.errors.SecurityWarning):
        return joserfc_jws.serialize_compact(header, payload, _joserfc_key(key), algorithms=[header["alg"]])


def _joserfc_verify(alg: str, token: str, key: Key) -> bytes:
    with warnings.catch_warnings(action="ignore", category=joserfc.errors.SecurityWarning):
        return joserfc_jws.deserialize_compact(token, _joserfc_key(key), algorithms=[alg]).payload


def _jwcrypto_sign(header: dict[str, Any], payload: bytes, key: Key) -> str:
    made = jwcrypto_jws.JWS(payload)
    made.allowed_algs = [header["alg"]]
    made.add_signature(jwcrypto_jwk.JWK(**to_jwk(key, private=True)), header["alg"], json.dumps(header))
    return made.serialize(compact=True)


def _jwcrypto_verify(alg: str, token: str, key: Key) -> bytes:
    read = jwcrypto_jws.JWS()
    read.allowed_algs = [alg]
    read.deserialize(token, jwcrypto_jwk.JWK(**to_jwk(key, private=True)))
    return read.payload


_ALL = frozenset(SIGNATURES)
_ML_DSA = {"ML-DSA-44", "ML-DSA-65", "ML-DSA-87"}
ORACLES = (
    Oracle("PyJWT", _ALL - _ML_DSA - {"Ed25519", "Ed448"}, _pyjwt_sign, _pyjwt_verify),
    Oracle("joserfc", _ALL - _ML_DSA, _joserfc_sign, _joserfc_verify),
    Oracle("jwcrypto", _ALL, _jwcrypto_sign, _jwcrypto_verify),
)
PAIRS = [(oracle, alg) for oracle in ORACLES for alg in SIGNATURES if alg in oracle.algs]
