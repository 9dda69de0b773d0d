"""Faults that a test asks of an issuer: slow, broken, stale or lying answers, endpoint by endpoint."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from jwtctl.errors import UsageError
from jwtctl.jose.generate import generate
from jwtctl.jose.key import to_jwk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jwtctl.model import Key

ENDPOINTS = ("jwks", "discovery", "authorize", "token", "userinfo", "introspect")
_WHERE = {
    "slow": ENDPOINTS,
    "status": ENDPOINTS,
    "truncated": ("jwks", "discovery", "token", "userinfo", "introspect"),
    "unknown-kty": ("jwks",),
    "duplicate-kid": ("jwks",),
    "stale": ("jwks",),
    "wrong-issuer": ("discovery", "token"),
    "expired-certificate": ("tls",),
}
NAMES = tuple(_WHERE)
WRONG_ISSUER = "https://wrong-issuer.invalid"
_DURATION = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)(ms|s|m)?")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, None: 1}
_LONGEST = 600.0
_MOST = 50


class Fault(NamedTuple):
    """One fault.

    Attributes:
        endpoint: where, one of ENDPOINTS, or `tls`.
        name: what, one of NAMES.
        value: seconds of `slow`, a code of `status`, a file of `expired-certificate`; else None.
    """

    endpoint: str
    name: str
    value: float | int | str | None = None

    def __str__(self) -> str:
        value = f"{self.value:g}s" if isinstance(self.value, float) else self.value
        return f"{self.endpoint}:{self.name}" + (f"={value}" if value is not None else "")


def parse(text: str) -> Fault:
    """Read `NAME`, `NAME=VALUE`, `ENDPOINT:NAME` or `ENDPOINT:NAME=VALUE`.

    Raises:
        UsageError: naming what is not known or does not go together.
    """
    what, equals, value = text.partition("=")
    endpoint, colon, name = what.rpartition(":")
    if name not in _WHERE:
        raise UsageError(f"fault {name[:100]!r} is not known", hint=f"known are {', '.join(NAMES)}")
    if not colon:
        endpoint = _WHERE[name][0]
    if endpoint not in _WHERE[name]:
        raise UsageError(f"{endpoint[:100]!r} cannot be {name}", hint=f"{name} is for {', '.join(_WHERE[name])}")
    if name == "slow":
        return Fault(endpoint, name, _seconds(value))
    if name == "status":
        return Fault(endpoint, name, _status(value))
    if name == "expired-certificate":
        if equals and not value:
            raise UsageError("fault expired-certificate= names no file", hint="expired-certificate=FILE, or without =")
        return Fault(endpoint, name, value if equals else None)
    if equals:
        raise UsageError(f"fault {name} takes no value")
    return Fault(endpoint, name)


def parse_all(texts: Iterable[Any]) -> tuple[Fault, ...]:
    """Read several; of one name at one endpoint the last counts.

    Raises:
        UsageError: as `parse`, or if there are too many.
    """
    listed = list(texts)
    if len(listed) > _MOST or not all(isinstance(text, str) for text in listed):
        raise UsageError(f"faults are at most {_MOST} texts such as jwks:slow=2s")
    found = [parse(text) for text in listed]
    return tuple({(fault.endpoint, fault.name): fault for fault in found}.values())


class Faults:
    """The faults that are on, and what they do to documents.

    Attributes:
        on: all of them.
    """

    def __init__(self, on: Iterable[Fault] = ()) -> None:
        self.on = tuple(on)
        self._rival: dict[str, Any] | None = None

    def at(self, endpoint: str) -> dict[str, float | int | str | None]:
        """Names and values of the faults of an endpoint."""
        return {fault.name: fault.value for fault in self.on if fault.endpoint == endpoint}

    def key_set(self, document: dict[str, Any], active: Key) -> dict[str, Any]:
        """The key set as the faults have it.

        `stale` is as a cache holds it that has missed a rotation: without the key that signs. `duplicate-kid` puts
        another key of the active one's kid first; `unknown-kty` a key of a type that nobody knows.
        """
        on = self.at("jwks")
        keys = [key for key in document["keys"] if "stale" not in on or key.get("kid") != active.kid]
        if "duplicate-kid" in on:
            if self._rival is None:
                self._rival = to_jwk(generate(active.alg or "ES256"), private=False)
            keys.insert(0, self._rival | {"kid": active.kid})
        if "unknown-kty" in on:
            keys.insert(0, {"kty": "LATTICE", "kid": "unknown-kty", "alg": "LT1024", "use": "sig"})
        return {**document, "keys": keys}


def _seconds(text: str) -> float:
    match = _DURATION.fullmatch(text)
    seconds = float(match[1]) * _SECONDS[match[2]] if match else _LONGEST + 1
    if seconds > _LONGEST:
        raise UsageError(f"fault slow={text[:100]!r} is no time", hint="slow=2s, slow=300ms; ten minutes at most")
    return seconds


def _status(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == 3 and 200 <= int(text) <= 599):
        raise UsageError(f"fault status={text[:100]!r} is no status", hint="status=500; 200 to 599")
    return int(text)
