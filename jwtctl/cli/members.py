"""NAME=VALUE options: `name=text`, `name:=json`, dotted names nest, and `@file` or `-` for a whole JSON object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jwtctl.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable


def members(options: Iterable[str], what: str, into: dict[str, Any] | None = None) -> dict[str, Any]:
    r"""Build an object from NAME=VALUE options, in their order.

    Args:
        options: as typed; a backslash before a dot keeps the dot (`https://example\.com/role=x`).
        what: the option's name, for errors.
        into: an object to add to; it is changed and returned.

    Raises:
        UsageError: no `=`, an empty name, bad JSON after `:=`, or a name that nests too deep or inside a value that is
            no object.
    """
    from jwtctl.jose import json_object

    result = {} if into is None else into
    for option in options:
        name, equals, text = option.partition("=")
        if not equals or not name or name == ":":
            raise UsageError(f"{what} {option!r} is not NAME=VALUE", hint=f"{what} name=text, or {what} name:=json")
        value: Any = text
        if name.endswith(":"):
            name = name[:-1]
            try:
                value, repeated = json_object.parse(text)
            except ValueError as err:
                raise UsageError(f"{what} {name}:= takes JSON: {err}", hint=f"{what} {name}=text takes text") from err
            if repeated:
                raise UsageError(f"{what} {name}:= member {repeated[0]!r} stands twice")
        path = _path(name)
        if len(path) > json_object.MAX_DEPTH:
            raise UsageError(f"{what} {name[:40]!r}… is nested deeper than {json_object.MAX_DEPTH}")
        _set(result, path, value, f"{what} {name}")
    return result


def json_argument(text: str, what: str) -> dict[str, Any]:
    """Read a JSON object from `@FILE`, `-` (standard input), or the argument itself.

    Raises:
        InputError: if it is no JSON object or states a name twice.
    """
    from jwtctl.cli import files
    from jwtctl.jose import json_object

    octets = files.read_argument(text, what, limit=1024 * 1024)
    try:
        value, repeated = json_object.parse_object(octets)
    except ValueError as err:
        raise InputError(f"{what}: {err}", hint=f'{what} @FILE, or {what} \'{{"name": "value"}}\'') from err
    if repeated:
        raise InputError(f"{what}: member {repeated[0]!r} stands twice")
    return value


def _path(name: str) -> list[str]:
    return [part.replace("\0", ".") for part in name.replace("\\.", "\0").split(".")]


def _set(target: dict[str, Any], path: list[str], value: Any, what: str) -> None:
    for part in path[:-1]:
        target = target.setdefault(part, {})
        if not isinstance(target, dict):
            raise UsageError(f"{what}: {part!r} is already set to something that is no object")
    target[path[-1]] = value
