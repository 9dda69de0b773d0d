"""Tokens in JWS compact serialization (RFC 7515 section 7.1): taken apart, never trusted.

Reading is lenient so that people can look at a bad token; what a verifier must refuse is listed in `Token.defects`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jwtctl.errors import TokenError
from jwtctl.jose import base64url, json_object
from jwtctl.jose.algorithms import COORDINATE_OCTETS, SIGNATURES, is_none
from jwtctl.model import Token

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_CHARACTERS = {"header": 64 * 1024, "payload": 1024 * 1024, "signature": 16 * 1024}
"""Longest part that is read, in base64url characters. A certificate chain in a header stays below 16 KiB, and the
longest registered signature (ML-DSA-87) has 6,170."""

LAST_DATE = 253_402_300_799
"""The last second of the year 9999 (RFC 3339); a NumericDate beyond it is a mistake, mostly milliseconds."""

_SUSPICIOUS = ("../", "://", ";", "|", "`", "$", "'", '"', "\0")
_ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def parse(text: str) -> Token:
    """Take a token apart.

    Args:
        text: the compact form, perhaps inside quotes, white space or an `Authorization: Bearer` line.

    Returns:
        The token; its `claims` are None if the payload is no JSON object.

    Raises:
        TokenError: if it has no three parts, a part is too long or not base64, or the header is no JSON object.
    """
    compact = unwrap(text)
    parts = _parts(compact)
    defects = [f"{name}: {defect}" for name, part in parts.items() if (defect := base64url.defect_of(part))]
    octets = {name: _decode(name, part) for name, part in parts.items()}
    try:
        header, repeated = json_object.parse_object(octets["header"])
    except ValueError as err:
        raise TokenError(f"the header of the token is {_article(str(err))}") from err
    defects += [f"header: member {name!r} stands twice" for name in repeated]
    notes: list[str] = []
    claims: dict[str, Any] | None = None
    try:
        value, repeated = json_object.parse(octets["payload"])
    except ValueError as err:
        notes.append(
            f"the payload is {_article(str(err))}" if octets["payload"] else "the payload is empty (detached?)"
        )
    else:
        if isinstance(value, dict):
            claims = value
            defects += [f"claims: member {name!r} stands twice" for name in repeated]
        else:
            notes.append(f"the payload is a JSON {json_object.kind_of(value)}, not an object")
    return Token(compact, header, octets["payload"], claims, octets["signature"], tuple(defects), tuple(notes))


def unwrap(text: str) -> str:
    """Strip white space, quotes, and an `Authorization:` and `Bearer` prefix from around a token."""
    # Some editors and shells begin every file with a byte order mark.
    text = text.removeprefix("\ufeff")
    for _ in range(3):
        text = text.strip().strip("\"'`")
        start = text[:16].lower()
        if start.startswith("authorization"):
            text = text[13:].lstrip().removeprefix(":")
        elif start.startswith("bearer") and text[6:7].isspace():
            text = text[6:]
    return text


def oddities(token: Token, now: float) -> Iterator[str]:
    """Say what a person who inspects a token should look at, one remark each: no verdict, and nothing was verified.

    Args:
        token: any token.
        now: Unix time.
    """
    yield from token.notes
    yield from _header_oddities(token)
    if token.claims is not None:
        yield from _claim_oddities(token.claims, now)


def redacted(token: Token) -> Token:
    """The token with the values of its claims replaced by their types, but for dates, issuer and audience."""
    if token.claims is None:
        return token._replace(payload=b"")
    kept = {"iss", "aud", "exp", "nbf", "iat"}
    claims = {
        name: value if name in kept else f"<{json_object.kind_of(value)}>" for name, value in token.claims.items()
    }
    return token._replace(claims=claims, payload=b"")


def member(token: Token, path: str) -> Any:
    """One value of a token.

    Args:
        token: any token.
        path: `header` or `claims`, and names or array positions after it, with dots between; a name may hold dots.

    Raises:
        TokenError: if there is no such value.
    """
    root, _, rest = path.partition(".")
    roots = {"header": token.header, "claims": token.claims}
    if root not in roots:
        raise TokenError(f"no part {root!r} in a token", hint="a path starts with header or claims: claims.sub")
    value: Any = roots[root]
    if value is None:
        raise TokenError(f"the token has no {path!r}", hint="its payload is no JSON object")
    while rest:
        value, rest = _step(value, rest, path)
    return value


def _step(value: Any, rest: str, path: str) -> tuple[Any, str]:
    if isinstance(value, dict):
        # The longest name first, since names such as https://example.com/role hold dots themselves.
        words = rest.split(".")
        for count in range(len(words), 0, -1):
            name = ".".join(words[:count])
            if name in value:
                return value[name], ".".join(words[count:])
    elif isinstance(value, list):
        position, _, after = rest.partition(".")
        if position.isascii() and position.isdigit() and len(position) < 9 and int(position) < len(value):
            return value[int(position)], after
    raise TokenError(f"the token has no {path!r}")


def numeric_date(value: Any) -> float | None:
    """A NumericDate (RFC 7519 section 2) as a number, or None if the value is none or beyond the year 9999."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if 0 <= value <= LAST_DATE else None


def _parts(compact: str) -> dict[str, str]:
    if not compact:
        raise TokenError("the token is empty", hint="give it as an argument, as @FILE, or on standard input")
    if compact[0] in "{[":
        raise TokenError(
            "JSON where a compact token is expected",
            hint="only the compact serialization is accepted (RFC 7515 section 7.1): header.payload.signature",
        )
    if len(compact) > sum(MAX_CHARACTERS.values()) + 2:
        raise TokenError(f"the token is oversized: {len(compact):,} characters")
    parts = compact.split(".")
    if len(parts) == 5:
        raise TokenError("five parts: this is an encrypted token (JWE)", hint="a signed token (JWS) has three parts")
    if len(parts) != 3:
        count = "one part" if len(parts) == 1 else f"{len(parts)} parts"
        raise TokenError(
            f"{count} where a token has three, separated by dots", hint="header.payload.signature (RFC 7515)"
        )
    named = dict(zip(MAX_CHARACTERS, parts, strict=True))
    for name, part in named.items():
        if len(part) > MAX_CHARACTERS[name]:
            raise TokenError(f"the {name} of the token is oversized: {len(part):,} characters")
    return named


def _decode(name: str, part: str) -> bytes:
    try:
        return base64url.decode_lenient(part)
    except ValueError as err:
        strange = next((character for character in part if character not in _ALPHABET), "")
        detail = f": it holds {strange!r}" if strange else ""
        raise TokenError(f"the {name} of the token is not base64url{detail}") from err


def _article(reason: str) -> str:
    return reason if reason.startswith(("not ", "a ", "an ", "JSON ")) else f"not usable: {reason}"


def _header_oddities(token: Token) -> Iterator[str]:
    header, alg = token.header, token.header.get("alg")
    if is_none(alg):
        yield f"alg {alg!r}: the token is not signed at all"
    elif not isinstance(alg, str):
        yield "no alg in the header" if alg is None else f"alg is a JSON {json_object.kind_of(alg)}, not a string"
    elif alg not in SIGNATURES:
        yield f"alg {alg!r} is no registered signature algorithm"
    elif alg == "EdDSA":
        yield "alg EdDSA is deprecated: Ed25519 and Ed448 name the curve (RFC 9864)"
    if not token.signature:
        yield "the signature is empty"
    elif isinstance(alg, str) and (length := _signature_octets(alg)) and len(token.signature) != length:
        yield f"a signature of {len(token.signature)} bytes, where {alg} has {length}"
    for name, danger in (
        ("jku", "names a URL to fetch keys from"),
        ("x5u", "names a URL to fetch a certificate from"),
        ("jwk", "brings its own key"),
        ("x5c", "brings its own certificates"),
    ):
        if name in header:
            yield f"the header {danger} ({name}): a verifier must not follow it blindly (RFC 8725 section 3.10)"
    if isinstance(header.get("jwk"), dict):
        from jwtctl.model import PRIVATE_MEMBERS

        if PRIVATE_MEMBERS & set(header["jwk"]):
            yield "the key in the header is private"
    if "crit" in header:
        yield f"crit names {header['crit']!r}: a verifier that does not know them must refuse"
    kid = header.get("kid", "")
    if not isinstance(kid, str):
        yield "kid is no string"
    elif len(kid) > 128 or kid.startswith("/") or any(mark in kid for mark in _SUSPICIOUS):
        yield "the kid looks like a path, a query or a command: never use it unchecked to find a key"


def _signature_octets(alg: str) -> int:
    algorithm = SIGNATURES.get(alg)
    if algorithm is None:
        return 0
    if algorithm.family == "hmac":
        return algorithm.hash_bits // 8
    if algorithm.family == "ecdsa":
        return 2 * COORDINATE_OCTETS[algorithm.crvs[0]]
    return {"Ed25519": 64, "Ed448": 114, "ML-DSA-44": 2420, "ML-DSA-65": 3309, "ML-DSA-87": 4627}.get(alg, 0)


def _claim_oddities(claims: Mapping[str, Any], now: float) -> Iterator[str]:
    dates: dict[str, float] = {}
    for name in ("exp", "nbf", "iat"):
        if name not in claims:
            continue
        date = numeric_date(claims[name])
        if date is None:
            value = claims[name]
            big = isinstance(value, int | float) and not isinstance(value, bool) and value > LAST_DATE
            yield f"{name} is {'beyond the year 9999: milliseconds?' if big else 'no date in seconds'}"
        else:
            dates[name] = date
    if "exp" not in claims:
        yield "no exp: the token never expires"
    if dates.get("exp", now + 1) <= now:
        yield "it has expired"
    if dates.get("nbf", now) > now:
        yield "it is not valid yet"
    if dates.get("iat", now) > now:
        yield "it was issued in the future"
    if "exp" in dates and "iat" in dates:
        lifetime = dates["exp"] - dates["iat"]
        if lifetime <= 0:
            yield "it expires before it was issued"
        elif lifetime > 86400:
            yield f"it lives {lifetime / 86400:.0f} days: long for a bearer token"
    audience = claims.get("aud")
    if audience is not None and not is_audience(audience):
        yield "aud is neither a string nor an array of strings"
    for name in ("iss", "sub", "jti"):
        if name in claims and not isinstance(claims[name], str):
            yield f"{name} is no string"


def is_audience(value: Any) -> bool:
    """Whether a value may stand as `aud`: a string or a non-empty array of strings (RFC 7519 section 4.1.3)."""
    if isinstance(value, list):
        return bool(value) and all(isinstance(entry, str) for entry in value)
    return isinstance(value, str)
