"""What PyJWT and jwcrypto say about a signature: independent code, asked the same question."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from jwtctl.jose import json_object
from jwtctl.jose.key import public_half, to_jwk
from jwtctl.model import CheckResult

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.model import Key, Token


def second_opinions(token: Token, key: Key, alg: str, *, right: bool) -> Iterator[CheckResult]:
    """Ask both libraries about a token's signature and serialization; claims are not their business here.

    Args:
        token: the token.
        key: the key that jwtctl used.
        alg: the algorithm that jwtctl used.
        right: what jwtctl found.

    Yields:
        One `second_opinion` check per library, failed where it disagrees. A library that does not know the algorithm
        has no opinion, and says so.
    """
    jwk = to_jwk(key if key.is_symmetric else public_half(key), private=key.is_symmetric)
    jwk = {name: value for name, value in jwk.items() if name not in {"use", "key_ops", "x5c", "x5t", "x5t#S256"}}
    wanted = "right" if right else "wrong"
    for library, ask in (("PyJWT", _pyjwt), ("jwcrypto", _jwcrypto)):
        opinion, detail = ask(token.text, {**jwk, "alg": alg}, alg)
        who = f"{library} {version(library)}"
        if opinion is None:
            yield CheckResult("second_opinion", ok=True, expected=wanted, got=f"{who}: no opinion", detail=detail)
        else:
            got = f"{who}: {'right' if opinion else 'wrong'}"
            yield CheckResult("second_opinion", ok=opinion == right, expected=wanted, got=got, detail=detail)


def _pyjwt(text: str, jwk: dict[str, str], alg: str) -> tuple[bool | None, str]:
    import jwt

    if alg not in jwt.api_jws.PyJWS().get_algorithms():
        return None, f"it does not know {alg}"
    try:
        key = jwt.PyJWK(jwk, algorithm=alg)
        jwt.api_jws.PyJWS().decode_complete(text, key, algorithms=[alg])
    except jwt.InvalidSignatureError:
        return False, ""
    except (jwt.PyJWTError, ValueError) as err:
        return False, str(err)
    return True, ""


def _jwcrypto(text: str, jwk: dict[str, str], alg: str) -> tuple[bool | None, str]:
    from jwcrypto.common import JWException
    from jwcrypto.jwk import JWK
    from jwcrypto.jws import JWS, InvalidJWSSignature

    token = JWS()
    # Its default list leaves out ES256K; ours is the one algorithm that the key admits.
    token.allowed_algs = [alg]
    try:
        key = JWK.from_json(json_object.encode(jwk).decode())
        token.deserialize(text)
        token.verify(key)
    except InvalidJWSSignature as err:
        cause = str(err.__cause__ or err)
        if "not allowed" in cause or "Unknown" in cause or "not supported" in cause:
            return None, f"it does not know {alg}"
        return False, ""
    except (JWException, ValueError) as err:
        return False, str(err)
    return True, ""
