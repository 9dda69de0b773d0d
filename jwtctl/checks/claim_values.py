"""Every value inside the claims of a token, with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MOST_VALUES = 20_000
"""Values of one token that are looked at; those of real tokens are fewer than a hundred."""
LONGEST_NAME = 100
"""Characters of a member's name that stay in a pointer."""


class Value(NamedTuple):
    """A value at some depth.

    Attributes:
        at: JSON pointer (RFC 6901).
        name: of the member that it is, or that holds the array that it is in.
        value: any JSON value, also objects and arrays whose own values follow.
        depth: 1 for a claim, 2 for what is directly in it.
    """

    at: str
    name: str
    value: Any
    depth: int


def values(claims: Mapping[str, Any], root: str = "/claims") -> Iterator[Value]:
    """Give every value, those inside another right after it, at most MOST_VALUES.

    Args:
        claims: of a token, or its header.
        root: pointer to it.
    """
    waiting = [_members(claims, root, 1)]
    given = 0
    while waiting:
        value = next(waiting[-1], None)
        if value is None:
            waiting.pop()
            continue
        yield value
        given += 1
        if given == MOST_VALUES:
            return
        if isinstance(value.value, dict):
            waiting.append(_members(value.value, value.at, value.depth + 1))
        elif isinstance(value.value, list):
            waiting.append(_entries(value.value, value))


def texts(claims: Mapping[str, Any], root: str = "/claims") -> Iterator[Value]:
    """As `values`, only strings that are not empty."""
    return (value for value in values(claims, root) if isinstance(value.value, str) and value.value)


def plain(name: str) -> str:
    """A name without what spellings differ in: `phone_number`, `PhoneNumber` and `urn:x/phone-number` are one."""
    last = name.replace("/", ":").rpartition(":")[2]
    return "".join(filter(str.isalnum, last[:LONGEST_NAME])).lower()


def _members(members: Mapping[str, Any], at: str, depth: int) -> Iterator[Value]:
    for name, value in members.items():
        escaped = name[:LONGEST_NAME].replace("~", "~0").replace("/", "~1")
        yield Value(f"{at}/{escaped}", name, value, depth)


def _entries(entries: Iterable[Any], array: Value) -> Iterator[Value]:
    for number, value in enumerate(entries):
        yield Value(f"{array.at}/{number}", array.name, value, array.depth + 1)
