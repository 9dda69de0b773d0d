"""What clients and browsers send in a query or a form, read strictly and within bounds (RFC 6749 section 3.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_OCTETS = 64 * 1024
"""Longest form that is read."""

_MAX_FIELDS, _LONGEST = 50, 4096
_LONGEST_TOKEN = 16 * 1024  # One that ML-DSA-87 has signed is 6.4 KB and what it says.
_TOKENS = frozenset({"token", "id_token_hint"})
_REPEATABLE = frozenset({"resource", "audience"})  # RFC 8707 section 2, RFC 8693 section 2.1
_PLAIN = re.compile(r"[ !#-\[\]-~]*")
# What may come back in the description of an error, where RFC 6749 section 5.2 allows these characters only.
_MUST_BE_PLAIN = ("client_id", "redirect_uri", "response_type", "grant_type", "scope", "code", "code_verifier",
                  "code_challenge", "code_challenge_method", "prompt", "response_mode", "token_type_hint")  # fmt: skip


def read(octets: bytes) -> dict[str, str]:
    """Read parameters; one without a value counts as absent.

    Raises:
        ValueError: in the characters that RFC 6749 allows in an error: not UTF-8, too many or too long, one that
            stands twice, or a character that cannot be in it.
    """
    try:
        pairs = parse_qsl(octets.decode("ascii"), errors="strict", max_num_fields=_MAX_FIELDS, keep_blank_values=True)
    except UnicodeError as err:
        raise ValueError("a parameter is not UTF-8 in URL encoding") from err
    except ValueError as err:
        raise ValueError(f"more than {_MAX_FIELDS} parameters") from err
    found: dict[str, str] = {}
    for name, value in pairs:
        if len(name) + len(value) > (longest := _LONGEST_TOKEN if name in _TOKENS else _LONGEST):
            raise ValueError(f"a parameter is longer than {longest} characters")
        if name in found and name not in _REPEATABLE:
            raise ValueError(f"the parameter {plain(name)} stands twice")
        found[name] = value
    _refuse_odd_characters(found)
    return {name: value for name, value in found.items() if value}


def plain(text: str) -> str:
    """A text as an error description may quote it."""
    return "".join(character if _PLAIN.fullmatch(character) else "?" for character in text[:100])


def _refuse_odd_characters(found: Mapping[str, str]) -> None:
    for name in _MUST_BE_PLAIN:
        if not _PLAIN.fullmatch(found.get(name, "")):
            raise ValueError(f"the parameter {name} holds a character that cannot be in it")
