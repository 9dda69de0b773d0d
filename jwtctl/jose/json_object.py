"""JSON as attackers write it: duplicate names, NaN, huge numbers and bottomless nesting are seen, not obeyed."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import Any, NoReturn

MAX_DEPTH = 64
"""Nesting at which a document is refused; real tokens and key sets stay below 10."""

# Possessive: on a long string it takes no memory for ways that it would never go back.
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_NO_BRACKET = re.compile(r"[^\[\]{}]++")
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def parse(octets: bytes | str) -> tuple[Any, tuple[str, ...]]:
    """Parse one JSON text (RFC 8259).

    Args:
        octets: UTF-8 without a byte order mark, or text.

    Returns:
        The value and the names that stand twice in one object, each once. Of a repeated name the last value counts,
        as in ECMAScript (RFC 7515 section 4); callers who verify refuse the document.

    Raises:
        ValueError: naming the defect and its position: not UTF-8, not JSON, NaN or Infinity, nested deeper than
            MAX_DEPTH, a number with thousands of digits, or an unpaired surrogate.
    """
    repeated: list[str] = []

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            repeated.extend(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        return found

    text = octets if isinstance(octets, str) else _text(octets)
    if text.startswith("\ufeff"):
        raise ValueError("a byte order mark before the JSON text")
    if _deepest(text) > MAX_DEPTH:
        raise ValueError(f"JSON nested deeper than {MAX_DEPTH}")
    try:
        value = json.loads(text, object_pairs_hook=members, parse_constant=_refuse_constant, parse_float=_finite)
    except json.JSONDecodeError as err:
        reason = err.msg.lower().removesuffix(" at")
        raise ValueError(f"not JSON: {reason} at line {err.lineno} column {err.colno}") from err
    except ValueError as err:
        raise ValueError(
            "a JSON number with thousands of digits" if "integer string" in str(err) else str(err)
        ) from err
    if isinstance(octets, str) or "\\ud" in text.lower():
        _refuse_unpaired_surrogate(value)
    return value, tuple(dict.fromkeys(repeated))


def parse_object(octets: bytes | str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Parse one JSON object; as `parse`, and a ValueError if it is another kind of value."""
    value, repeated = parse(octets)
    if not isinstance(value, dict):
        raise ValueError(f"JSON {kind_of(value)} where an object is expected")  # noqa: TRY004 - one error kind for callers
    return value, repeated


def kind_of(value: Any) -> str:
    """Name the JSON type of a Python value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    names = {dict: "object", list: "array", str: "string", int: "number", float: "number"}
    return names.get(type(value), type(value).__name__)


def encode(value: Any) -> bytes:
    """Encode as compact UTF-8 JSON, members in the order given.

    Raises:
        ValueError: for NaN or Infinity, which JSON does not have.
    """
    return _ENCODER.encode(value).encode("utf-8")


def _deepest(text: str) -> int:
    # Cheap and early: a bracket inside a string only makes the first estimate larger; most documents need no second.
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return 0
    deepest = depth = 0
    for bracket in _NO_BRACKET.sub("", _STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _text(octets: bytes) -> str:
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError as err:
        raise ValueError(f"not UTF-8 at byte {err.start}") from err


def _refuse_unpaired_surrogate(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as err:
        raise ValueError("an unpaired surrogate in a JSON string") from err


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        # It would be written as Infinity, which is not JSON, and readers differ on what it is.
        raise ValueError(f"{digits[:20]} is beyond the numbers that JSON readers agree on (RFC 8259 section 6)")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
