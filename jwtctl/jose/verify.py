"""Verification of a token: every check is made and reported, and nothing the token says chooses how.

The algorithm comes from the key or from the caller (RFC 8725 section 3.1). Rules: RFC 7515 section 5.2, RFC 7519
section 7.2, RFC 8725 and its successor draft (8725bis).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from jwtctl.errors import KeyMaterialError, TokenError
from jwtctl.jose import algorithms, token
from jwtctl.jose.json_object import kind_of
from jwtctl.jose.key import thumbprint
from jwtctl.model import CheckResult, Key, KeyRef, KeySet, Token, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence


# Not a named tuple: every `verify` makes this class, and a plain one takes a tenth of the time.
class Expectations:
    """What a caller wants to be true of a token beyond its signature.

    Attributes:
        algs: algorithms that the caller allows; empty leaves the choice to the key.
        iss, aud: accepted values, any one suffices; empty accepts all.
        sub, typ: the one accepted value.
        require: claims that must be present.
        leeway: tolerated clock difference in seconds.
        max_age: longest time since `iat`, in seconds.
        max_ttl: longest time from `iat` to `exp`, in seconds.
        ignore_exp: accept an expired token; the verdict says so.
        any_payload: accept a payload that is no JSON object.
        insecure_size: accept RSA keys below 2048 bits.
        kid: the kid to verify with, whatever the token names.
        second_opinion: ask PyJWT and jwcrypto too, and fail where one disagrees.
    """

    def __init__(
        self,
        *,
        algs: tuple[str, ...] = (),
        iss: tuple[str, ...] = (),
        aud: tuple[str, ...] = (),
        sub: str | None = None,
        typ: str | None = None,
        require: tuple[str, ...] = (),
        leeway: float = 60,
        max_age: float | None = None,
        max_ttl: float | None = None,
        ignore_exp: bool = False,
        any_payload: bool = False,
        insecure_size: bool = False,
        kid: str | None = None,
        second_opinion: bool = False,
    ) -> None:
        self.algs = algs
        self.iss = iss
        self.aud = aud
        self.sub = sub
        self.typ = typ
        self.require = require
        self.leeway = leeway
        self.max_age = max_age
        self.max_ttl = max_ttl
        self.ignore_exp = ignore_exp
        self.any_payload = any_payload
        self.insecure_size = insecure_size
        self.kid = kid
        self.second_opinion = second_opinion


class _Choice:
    """What is left of the given keys once they are sifted."""

    def __init__(self, *, from_set: bool) -> None:
        self.keys: list[Key] = []
        self.from_set = from_set
        self.refusals: list[str] = []


def verify(text: str, key_sets: Sequence[KeySet], expected: Expectations, *, now: float) -> Verdict:
    """Verify a token in compact serialization.

    Args:
        text: the token, as it was given.
        key_sets: every key that the caller trusts. A JWK Set is searched by kid; keys given one by one are the
            caller's choice and are tried as they are.
        expected: what else must be true.
        now: Unix time.

    Returns:
        The verdict with every check; it is valid only if the signature was checked and no check failed. A token that
        cannot be read gets the one check `format`.
    """
    try:
        parsed = token.parse(text)
    except TokenError as err:
        return Verdict((CheckResult("format", ok=False, expected=_COMPACT, got=err.message, detail=err.hint),))
    checks = [_format(parsed, expected), _alg(parsed, key_sets, expected)]
    name = parsed.header.get("alg")
    chosen = _choose(parsed, key_sets, expected)
    checks += [_key(chosen, parsed), _crit(parsed)]
    used, signature = _signature(parsed, name if checks[1].ok else None, chosen)
    checks.append(signature)
    if expected.second_opinion and checks[1].ok and chosen.keys:
        from jwtctl.jose.second_opinion import second_opinions

        checks += second_opinions(parsed, used or chosen.keys[0], str(name), right=signature.ok)
    checks += _claims(parsed.claims if parsed.claims is not None else {}, expected, now)
    if expected.typ is not None or not isinstance(parsed.header.get("typ", ""), str):
        checks.append(_typ(parsed, expected.typ))
    return Verdict(
        tuple(checks),
        header=parsed.header,
        claims=parsed.claims,
        payload=parsed.payload,
        key=KeyRef(used.kid, thumbprint(used), str(name)) if used is not None else None,
    )


_COMPACT = "compact JWS, canonical base64url, unique members"


def _format(parsed: Token, expected: Expectations) -> CheckResult:
    defects = list(parsed.defects)
    if parsed.claims is None and not expected.any_payload:
        defects += parsed.notes
    hint = "" if parsed.claims is not None or expected.any_payload else "--payload any accepts a payload of any kind"
    return CheckResult(
        "format", ok=not defects, expected=_COMPACT, got="; ".join(defects) or "as expected", detail=hint
    )


def _alg(parsed: Token, key_sets: Sequence[KeySet], expected: Expectations) -> CheckResult:
    name = parsed.header.get("alg")
    keys = [key for key_set in key_sets for key in key_set.keys]
    allowed = list(dict.fromkeys(alg for key in keys for alg in algorithms.usable_with(key)))
    if expected.algs:
        allowed = [alg for alg in expected.algs if alg in allowed or alg not in algorithms.SIGNATURES]
    got = repr(name) if name is not None else "absent"
    wanted = ", ".join(allowed) or "none that fits the key"
    family = algorithms.SIGNATURES[name].family if isinstance(name, str) and name in algorithms.SIGNATURES else ""
    detail = ""
    if name is None:
        detail = "the header names no algorithm"
    elif not isinstance(name, str):
        got, detail = f"a JSON {kind_of(name)}", "alg must be a string"
    elif algorithms.is_none(name):
        detail = "unsigned: none is never accepted, in any spelling"
    elif not family:
        detail = "not a registered signature algorithm; names are case-sensitive"
    elif family == "hmac" and keys and not any(key.is_symmetric for key in keys):
        detail = "algorithm confusion: an HMAC algorithm is never used with an asymmetric key"
    elif name not in allowed:
        detail = _why_not_allowed(name, keys, expected)
    return CheckResult("alg", ok=not detail, expected=wanted, got=got, detail=detail)


def _why_not_allowed(name: str, keys: Sequence[Key], expected: Expectations) -> str:
    if expected.algs and name not in expected.algs:
        return "not among the algorithms that the caller allows"
    algorithm = algorithms.SIGNATURES[name]
    if not any(key.kty == algorithm.kty for key in keys):
        return f"{name} takes a key of type {algorithm.kty}"
    if algorithm.crvs and not any(key.crv in algorithm.crvs for key in keys):
        return f"{name} takes a key on {' or '.join(algorithm.crvs)}"
    if not any(key.kty == algorithm.kty and key.limited_to is None for key in keys):
        return "the key's file limits it to other algorithms (RFC 4055 section 1.2)"
    return "the alg member of the key forbids it"


def _choose(parsed: Token, key_sets: Sequence[KeySet], expected: Expectations) -> _Choice:
    """Keep the keys that the token may be verified with, and say why the others may not."""
    kid = expected.kid if expected.kid is not None else parsed.header.get("kid")
    from_set = any(key_set.is_jwks or len(key_set.keys) > 1 for key_set in key_sets)
    chosen = _Choice(from_set=from_set)
    every = [key for key_set in key_sets for key in key_set.keys]
    if not isinstance(kid, str) and "kid" in parsed.header:
        chosen.refusals.append(f"kid is a JSON {kind_of(kid)}, not a string")
        return chosen
    named = [key for key in every if key.kid == kid] if kid is not None else every
    if not named and chosen.from_set:
        which, nothing = (f"the key named {kid!r}", [f"no key is named {kid!r}"]) if kid is not None else ("a key", [])
        problems = [problem for key_set in key_sets for problem in key_set.problems]
        chosen.refusals[:] = [
            f"{which} cannot be used: {problem.message}" for problem in problems if kid in {None, problem.kid}
        ] or nothing
        return chosen
    for key in named or every:
        reason = _forbids(key, parsed.header.get("alg"), insecure_size=expected.insecure_size)
        if reason:
            chosen.refusals.append(reason)
        else:
            chosen.keys.append(key)
    rivals = [key for key in named if key.kty in {fit.kty for fit in chosen.keys}] if kid is not None else chosen.keys
    if chosen.from_set and len({_material(key) for key in rivals}) > 1:
        chosen.keys.clear()
        what = f"{len(rivals)} different keys share the kid {kid!r}" if kid is not None else "several keys would fit"
        chosen.refusals[:] = [what + ("" if kid is not None else " and the token names none: choose with --kid")]
    return chosen


def _material(key: Key) -> str:
    return thumbprint(key) or repr(sorted(key.numbers.items()))


def _forbids(key: Key, alg: Any, *, insecure_size: bool) -> str:
    """Why a key may not verify a signature made with an algorithm, or an empty string."""
    algorithm = algorithms.SIGNATURES.get(alg) if isinstance(alg, str) else None
    if algorithm is None:
        return "" if key.use in {None, "sig"} else f"the key's use is {key.use!r}"
    if key.kty != algorithm.kty:
        return f"the key is of type {key.kty}, {alg} takes {algorithm.kty}"
    if algorithm.crvs and key.crv not in algorithm.crvs:
        return f"the key is on {key.crv}, {alg} takes {' or '.join(algorithm.crvs)}"
    return _stated_purpose_forbids(key, algorithm.name) or _size_forbids(key, algorithm, insecure_size=insecure_size)


def _stated_purpose_forbids(key: Key, alg: str) -> str:
    if key.limited_to is not None and alg not in key.limited_to:
        return f"the key's file limits it to {', '.join(key.limited_to) or 'encryption'}, not {alg}"
    if alg not in algorithms.usable_with(key):
        return f"the key's alg is {key.alg!r}"
    if key.use not in {None, "sig"}:
        return f"the key's use is {key.use!r}, not 'sig'"
    may = {"verify", "sign"} if key.is_private and not key.is_symmetric else {"verify"}
    if key.key_ops is not None and not may & set(key.key_ops):
        return f"the key's key_ops {list(key.key_ops)!r} do not include 'verify'"
    return ""


def _size_forbids(key: Key, algorithm: algorithms.Algorithm, *, insecure_size: bool) -> str:
    if algorithm.family == "hmac":
        return _weak_secret(key, algorithm.hash_bits)
    if key.kty == "RSA" and "e" not in key.numbers:
        return "the key states no public exponent e (jwtctl recover KEY looks for it)"
    if key.kty == "RSA" and key.bits < algorithms.SMALLEST_RSA_BITS and not insecure_size:
        return f"an RSA modulus of {key.bits} bits, where RFC 7518 requires {algorithms.SMALLEST_RSA_BITS} (--insecure-size)"
    return ""


def _weak_secret(key: Key, bits: int) -> str:
    secret = key.octets["k"]
    if not secret:
        return "the HMAC secret is empty"
    if secret.lstrip()[:11] in {b"-----BEGIN ", b"ssh-ed25519", b"ecdsa-sha2-"} or secret.startswith(b"ssh-rsa "):
        return "algorithm confusion: the HMAC secret is the text of an asymmetric key"
    if 8 * len(secret) < bits:
        return f"an HMAC secret of {8 * len(secret)} bits, where RFC 7518 section 3.2 requires {bits}"
    return ""


def _key(chosen: _Choice, parsed: Token) -> CheckResult:
    kid = parsed.header.get("kid")
    expected = f"a key for kid {kid!r}" if kid is not None else "one key that may verify this token"
    if not chosen.keys:
        return CheckResult(
            "key", ok=False, expected=expected, got="; ".join(dict.fromkeys(chosen.refusals)) or "no key"
        )
    names = ", ".join(f"{key.kty} {key.crv or key.bits} kid={key.kid!r}" for key in chosen.keys)
    other = kid is not None and all(key.kid is not None and key.kid != kid for key in chosen.keys)
    detail = "the caller gave this key; the token names another kid" if other else ""
    return CheckResult("key", ok=True, expected=expected, got=names, detail=detail)


def _crit(parsed: Token) -> CheckResult:
    expected = "no critical header parameter beyond those understood (none)"
    if "crit" not in parsed.header:
        if parsed.header.get("b64") is False:
            return CheckResult("crit", ok=False, expected=expected, got="b64 is false but not critical (RFC 7797)")
        return CheckResult("crit", ok=True, expected=expected, got="absent")
    crit = parsed.header["crit"]
    if not isinstance(crit, list) or not crit or not all(isinstance(name, str) for name in crit):
        detail = "crit must be a non-empty array of strings (RFC 7515 section 4.1.11)"
        return CheckResult("crit", ok=False, expected=expected, got=repr(crit), detail=detail)
    return CheckResult("crit", ok=False, expected=expected, got=", ".join(map(repr, crit)), detail="not understood")


def _signature(parsed: Token, alg: str | None, chosen: _Choice) -> tuple[Key | None, CheckResult]:
    expected = f"a right {alg} signature" if alg else "a right signature"
    if not parsed.signature:
        return None, CheckResult("signature", ok=False, expected=expected, got="an empty signature")
    if alg is None or not chosen.keys:
        missing = "no acceptable algorithm" if alg is None else "no usable key"
        return None, CheckResult("signature", ok=False, expected=expected, got="not checked", detail=missing)
    detail = ""
    for key in chosen.keys:
        try:
            if algorithms.verify(alg, key, parsed.signing_input, parsed.signature):
                return key, CheckResult("signature", ok=True, expected=expected, got="right")
        except KeyMaterialError as err:
            detail = err.message
    got = "not checked" if detail else "wrong"
    return None, CheckResult("signature", ok=False, expected=expected, got=got, detail=detail)


def _typ(parsed: Token, wanted: str | None) -> CheckResult:
    got = parsed.header.get("typ")
    same = isinstance(got, str) and wanted is not None and _media_type(got) == _media_type(wanted)
    return CheckResult("typ", ok=same, expected=wanted or "a string", got=_show(got))


def _media_type(typ: str) -> str:
    # RFC 7515 section 4.1.9: "application/" may be left out where no other "/" is in the value.
    folded = typ.strip().lower()
    return folded if "/" in folded else f"application/{folded}"


def _claims(claims: Mapping[str, Any], expected: Expectations, now: float) -> Iterator[CheckResult]:
    yield from _times(claims, expected, now)
    yield from _names(claims, expected)
    if expected.max_age is not None:
        yield _span("max_age", "iat", claims.get("iat"), now, limit=expected.max_age, leeway=expected.leeway)
    if expected.max_ttl is not None:
        yield _span("max_ttl", "exp or iat", claims.get("iat"), claims.get("exp"), limit=expected.max_ttl)
    if expected.require:
        missing = [name for name in expected.require if name not in claims]
        got = "missing: " + ", ".join(map(repr, missing)) if missing else "all present"
        yield CheckResult("require", ok=not missing, expected=", ".join(expected.require), got=got)


def _times(claims: Mapping[str, Any], expected: Expectations, now: float) -> Iterator[CheckResult]:
    leeway = f" (leeway {expected.leeway:g} s)" if expected.leeway else ""
    rules: dict[str, tuple[str, Callable[[float], bool], str]] = {
        "exp": (f"after {now:.0f}{leeway}", lambda date: now < date + expected.leeway, "expired"),
        "nbf": (f"not after {now:.0f}{leeway}", lambda date: date <= now + expected.leeway, "not valid yet"),
        "iat": (f"not after {now:.0f}{leeway}", lambda date: date <= now + expected.leeway, "issued in the future"),
    }
    for name, (wanted, holds, failure) in rules.items():
        if name not in claims:
            if name == "exp":
                yield CheckResult(name, ok=True, expected=wanted, got="absent", detail="the token never expires")
            continue
        value = claims[name]
        date = token.numeric_date(value)
        if date is None:
            too_big = isinstance(value, int | float) and value > token.LAST_DATE
            detail = "beyond the year 9999: milliseconds?" if too_big else "not a NumericDate (RFC 7519 section 2)"
            yield CheckResult(name, ok=False, expected=wanted, got=_show(value), detail=detail)
        elif name == "exp" and expected.ignore_exp:
            detail = "not checked: --ignore-exp" + ("" if holds(date) else ", and it has expired")
            yield CheckResult(name, ok=True, expected="anything", got=_show(value), detail=detail)
        else:
            ok = holds(date)
            detail = _when(date) if ok else f"{_when(date)}: {failure}"
            yield CheckResult(name, ok=ok, expected=wanted, got=_show(value), detail=detail)


def _names(claims: Mapping[str, Any], expected: Expectations) -> Iterator[CheckResult]:
    for name, wanted in (("iss", expected.iss), ("sub", (expected.sub,) if expected.sub is not None else ())):
        value = claims.get(name)
        if not wanted and name not in claims:
            continue
        right = isinstance(value, str) and (not wanted or value in wanted)
        yield CheckResult(name, ok=right, expected=" or ".join(map(repr, wanted)) or "a string", got=_show(value))
    audience = claims.get("aud")
    if expected.aud or "aud" in claims:
        values = audience if isinstance(audience, list) else [audience]
        right = token.is_audience(audience) and (not expected.aud or any(value in expected.aud for value in values))
        detail = "" if expected.aud else "not checked: no --aud given"
        wanted_aud = " or ".join(map(repr, expected.aud)) or "a string or an array of strings"
        yield CheckResult("aud", ok=right, expected=wanted_aud, got=_show(audience), detail=detail)
    if "jti" in claims:
        value = claims["jti"]
        yield CheckResult("jti", ok=isinstance(value, str), expected="a string", got=_show(value))


def _span(name: str, what: str, start: Any, end: Any, *, limit: float, leeway: float = 0) -> CheckResult:
    first, last = token.numeric_date(start), token.numeric_date(end)
    if first is None or last is None:
        return CheckResult(name, ok=False, expected=f"at most {limit:g} s", got=f"{what} is absent or no date")
    seconds = last - first
    return CheckResult(name, ok=seconds <= limit + leeway, expected=f"at most {limit:g} s", got=f"{seconds:g} s")


def _when(date: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(date))


def _show(value: Any) -> str:
    if value is None:
        return "absent"
    shown = repr(value)
    return shown if len(shown) <= 120 else shown[:119] + "…"
