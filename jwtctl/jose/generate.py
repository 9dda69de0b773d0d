"""Making keys, one for each registered `alg` that takes a key of its own (RFC 7518, 8037, 8812, 9864, 9964)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from jwtctl.errors import UsageError
from jwtctl.jose.algorithms import OKP_OCTETS, SIGNATURES, curve, is_none, unknown
from jwtctl.model import Key, Place

if TYPE_CHECKING:
    from collections.abc import Mapping

RSA_BITS = 3072
"""Default modulus: 128 bits of security (NIST SP 800-57 part 1, table 2)."""
RSA_BITS_MINIMUM = 2048
"""RFC 7518 sections 3.3, 3.5 and 4.3."""
RSA_BITS_FLOOR = 1024
"""What `cryptography` makes at all."""
RSA_BITS_MAXIMUM = 16384
"""Making a larger key takes minutes, and verifiers refuse it."""

_RSA_ENCRYPTION = ("RSA-OAEP", "RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512")
_ECDH = ("ECDH-ES", "ECDH-ES+A128KW", "ECDH-ES+A192KW", "ECDH-ES+A256KW")
_ECDH_CURVES = ("P-256", "P-384", "P-521", "X25519", "X448")
_KEY_WRAP: Mapping[str, int] = {f"A{bits}{kind}": bits for bits in (128, 192, 256) for kind in ("KW", "GCMKW")}
_CONTENT: Mapping[str, int] = {
    **{f"A{bits}GCM": bits for bits in (128, 192, 256)},
    "A128CBC-HS256": 256,
    "A192CBC-HS384": 384,
    "A256CBC-HS512": 512,
}
ALGORITHMS = (*SIGNATURES, *_RSA_ENCRYPTION, *_ECDH, *_KEY_WRAP, "dir")
"""Every `alg` that a key can be made for."""


def generate(alg: str, *, size: int | None = None, crv: str | None = None, insecure_size: bool = False) -> Key:
    """Make a new private key or secret; `alg` and `use` are set, `kid` is not.

    Args:
        alg: one of ALGORITHMS.
        size: bits of an RSA modulus (default 3072), of an HMAC secret (default: as long as the hash) or of a `dir`
            secret (default 256).
        crv: curve, where the algorithm leaves a choice: EdDSA (default Ed25519), ECDH-ES (default P-256).
        insecure_size: allow an RSA key below 2048 bits or an HMAC secret shorter than its hash.

    Raises:
        UsageError: unknown algorithm, or a size or curve that does not fit it.
    """
    if alg not in ALGORITHMS:
        raise _unknown(alg)
    use = "sig" if alg in SIGNATURES else "enc"
    algorithm = SIGNATURES.get(alg)
    if alg in _RSA_ENCRYPTION or (algorithm and algorithm.kty == "RSA"):
        _refuse_curve(alg, crv)
        return _key("RSA", alg, use, numbers=_rsa(alg, size, insecure_size=insecure_size))
    if alg in _KEY_WRAP or alg == "dir" or (algorithm and algorithm.kty == "oct"):
        _refuse_curve(alg, crv)
        return _key("oct", alg, use, octets={"k": os.urandom(_secret_bits(alg, size, insecure_size) // 8)})
    if size is not None:
        raise UsageError(f"{alg} keys have one size", hint="leave --size out")
    if algorithm and algorithm.kty == "AKP":
        _refuse_curve(alg, crv)
        return _key("AKP", alg, use, octets=_ml_dsa(alg))
    choices = _ECDH_CURVES if algorithm is None else algorithm.crvs
    chosen = crv or choices[0]
    if chosen not in choices:
        raise UsageError(f"{alg} keys cannot be on curve {chosen!r}", hint=f"--crv takes {', '.join(choices)}")
    if chosen in OKP_OCTETS:
        return _key("OKP", alg, use, crv=chosen, octets=_okp(chosen))
    return _key("EC", alg, use, crv=chosen, numbers=_ec(chosen))


def _key(kty: str, alg: str, use: str, **material: Any) -> Key:
    return Key(kty, alg=alg, use=use, container="new key", place=Place("-"), **material)


def _rsa(alg: str, size: int | None, *, insecure_size: bool) -> dict[str, int]:
    bits = RSA_BITS if size is None else size
    if bits < RSA_BITS_FLOOR:
        raise UsageError(
            f"an RSA key of {bits} bits cannot be made: {RSA_BITS_FLOOR} is the least that the library makes",
            hint=f"leave --size out for {RSA_BITS} bits",
        )
    if bits < RSA_BITS_MINIMUM and not insecure_size:
        raise UsageError(
            f"{alg} needs an RSA key of at least {RSA_BITS_MINIMUM} bits, not {bits} (RFC 7518 section 3.3)",
            hint="--insecure-size makes it anyway, for tests",
        )
    if bits > RSA_BITS_MAXIMUM:
        raise UsageError(f"an RSA key of {bits} bits is beyond the limit of {RSA_BITS_MAXIMUM}")
    if bits % 8:
        raise UsageError(f"an RSA key of {bits} bits: a multiple of 8 is expected")
    from cryptography.hazmat.primitives.asymmetric import rsa

    private = rsa.generate_private_key(65537, bits).private_numbers()
    return {
        "n": private.public_numbers.n,
        "e": private.public_numbers.e,
        "d": private.d,
        "p": private.p,
        "q": private.q,
        "dp": private.dmp1,
        "dq": private.dmq1,
        "qi": private.iqmp,
    }


def _secret_bits(alg: str, size: int | None, insecure_size: bool) -> int:
    if alg in _KEY_WRAP:
        if size not in {None, _KEY_WRAP[alg]}:
            raise UsageError(f"{alg} keys have {_KEY_WRAP[alg]} bits, not {size}", hint="leave --size out")
        return _KEY_WRAP[alg]
    if alg == "dir":
        bits = 256 if size is None else size
        if bits not in _CONTENT.values():
            raise UsageError(
                f"a dir key of {bits} bits fits no content encryption",
                hint=f"--size takes {', '.join(map(str, sorted(set(_CONTENT.values()))))}",
            )
        return bits
    least = SIGNATURES[alg].hash_bits
    bits = least if size is None else size
    if bits < least and not insecure_size:
        raise UsageError(
            f"{alg} needs a secret of at least {least} bits, not {bits} (RFC 7518 section 3.2)",
            hint="--insecure-size makes it anyway, for tests",
        )
    if bits < 8 or bits % 8 or bits > 65536:
        raise UsageError(f"a secret of {bits} bits: a multiple of 8 from 8 to 65536 is expected")
    return bits


def _ec(crv: str) -> dict[str, int]:
    from cryptography.hazmat.primitives.asymmetric import ec

    private = ec.generate_private_key(curve(crv)).private_numbers()
    return {"x": private.public_numbers.x, "y": private.public_numbers.y, "d": private.private_value}


def _okp(crv: str) -> dict[str, bytes]:
    from cryptography.hazmat.primitives.asymmetric import ed448, ed25519, x448, x25519

    makers: dict[str, Any] = {
        "Ed25519": ed25519.Ed25519PrivateKey,
        "Ed448": ed448.Ed448PrivateKey,
        "X25519": x25519.X25519PrivateKey,
        "X448": x448.X448PrivateKey,
    }
    private = makers[crv].generate()
    return {"x": private.public_key().public_bytes_raw(), "d": private.private_bytes_raw()}


def _ml_dsa(alg: str) -> dict[str, bytes]:
    from cryptography.hazmat.primitives.asymmetric import mldsa

    private = getattr(mldsa, alg.replace("ML-DSA-", "MLDSA") + "PrivateKey").generate()
    return {"pub": private.public_key().public_bytes_raw(), "priv": private.private_bytes_raw()}


def _refuse_curve(alg: str, crv: str | None) -> None:
    if crv is not None:
        raise UsageError(f"{alg} keys are on no curve", hint="leave --crv out")


def _unknown(alg: str) -> UsageError:
    if is_none(alg):
        return UsageError("'none' takes no key: a token without a signature proves nothing")
    if alg in _CONTENT:
        return UsageError(
            f"{alg} is a content encryption (enc), not an alg",
            hint=f"jwtctl keygen dir --size {_CONTENT[alg]} makes a key that encrypts with it directly",
        )
    if alg == "RSA1_5":
        return UsageError("RSA1_5 is open to Bleichenbacher's attack and is not offered", hint="take RSA-OAEP-256")
    if alg.startswith("PBES2-"):
        return UsageError(f"{alg} takes a password, not a key", hint="jwtctl encrypt --passphrase-file FILE uses one")
    return unknown(alg, ALGORITHMS)
