"""How anybody rechecks a finding: its witness as lines for a Python prompt, which knows whole numbers of any size.

Assignments give the numbers, every other line must answer True. Nothing of jwtctl is needed; points of curves are
multiplied by `cryptography`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jwtctl.model import Key

_CURVES = {"P-256": "SECP256R1", "P-384": "SECP384R1", "P-521": "SECP521R1", "secp256k1": "SECP256K1"}


def steps(key: Key, witness: Mapping[str, str]) -> tuple[str, ...]:
    """Lines to paste at a Python prompt, or nothing where a witness is no arithmetic.

    Args:
        key: the key that a finding is about.
        witness: of the finding.
    """
    numbers = {name: value for name, value in witness.items() if value.startswith("0x")}
    if key.kty == "RSA":
        claims = list(_rsa(frozenset(numbers)))
        numbers = {"n": hex(key.numbers.get("n", 0)), **numbers}
    elif key.kty == "EC" and "d" in numbers and witness.get("crv") in _CURVES:
        claims = list(_ec(_CURVES[witness["crv"]]))
        numbers |= {name: hex(key.numbers[name]) for name in ("x", "y") if name in key.numbers}
    else:
        claims = []
    return (*(f"{name} = {value}" for name, value in numbers.items()), *claims) if claims else ()


def _rsa(given: frozenset[str]) -> Iterator[str]:
    primes = sorted(name for name in given if name in {"p", "q"} or (name[:1] == "r" and name[1:].isdigit()))
    if len(primes) > 1:
        yield f"{' * '.join(primes)} == n"
    if {"e", "d"} <= given:
        yield "pow(pow(2, e, n), d, n) == 2"
        yield from (f"(e * d - 1) % ({prime} - 1) == 0" for prime in primes)
    if {"factor", "cofactor"} <= given:
        yield "factor * cofactor == n"
        yield "1 < factor < n"
    elif "factor" in given:
        yield "n % factor == 0"
    if {"root", "exponent"} <= given:
        yield "root ** exponent == n"
    if {"generator", "exponent", "modulus"} <= given:
        yield "pow(generator, exponent, modulus) == n % modulus"
    if "divisor" in given:
        yield "(n - 1) % divisor == 0"
    if given == {"e"}:
        yield "pow(2, e, n) == 2"


def _ec(curve: str) -> Iterator[str]:
    yield "from cryptography.hazmat.primitives.asymmetric import ec"
    yield f"public = ec.derive_private_key(d, ec.{curve}()).public_key().public_numbers()"
    yield "(public.x, public.y) == (x, y)"
