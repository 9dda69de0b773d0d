"""`jwtctl.toml`: found from the working directory upwards, read strictly, each mistake named with its line and key.

`schema.json` beside this module describes the same file for editors; a test holds the two together.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from typing import TYPE_CHECKING, Any, NoReturn

from jwtctl.errors import PolicyError, did_you_mean
from jwtctl.jose.algorithms import COORDINATE_OCTETS, OKP_OCTETS
from jwtctl.jose.generate import ALGORITHMS
from jwtctl.model import Ignore, PathRole, Policy, Role, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

NAME = "jwtctl.toml"
MAX_OCTETS = 1 << 20
CURVES = (*COORDINATE_OCTETS, *OKP_OCTETS)
MEMBERS = ("kid", "alg", "use", "key_ops", "x5c", "x5t#S256", "iat", "nbf", "exp")
"""JWK members that a policy may require; `iat`, `nbf` and `exp` are conventions of key sets, not registered names."""
_SEVERITIES = tuple(severity.word for severity in Severity)
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604_800}
_LARGEST = 1 << 20


def find(start: Path) -> Path | None:
    """The policy file of a directory: its own, or that of the nearest directory above it."""
    for folder in (start, *start.parents):
        if (folder / NAME).is_file():
            return folder / NAME
    return None


def read(path: Path, known_checks: Iterable[str] = ()) -> Policy:
    """Read a policy file.

    Args:
        path: of the file.
        known_checks: ids that `[severity]` and `ignore` may name; empty to accept any.

    Raises:
        PolicyError: naming the file, the line and the key, and what is expected there.
    """
    try:
        with path.open("rb") as file:
            octets = file.read(MAX_OCTETS + 1)
    except OSError as err:
        raise PolicyError(f"'{path}': {(err.strerror or str(err)).lower()}") from err
    if len(octets) > MAX_OCTETS:
        raise PolicyError(f"'{path}' is larger than {MAX_OCTETS:,} bytes")
    try:
        text = octets.decode("utf-8")
        document = tomllib.loads(text)
    except UnicodeDecodeError as err:
        raise PolicyError(f"'{path}' is not UTF-8 at byte {err.start}") from err
    except (tomllib.TOMLDecodeError, RecursionError) as err:
        raise PolicyError(f"'{path}' is no TOML: {_lower(str(err))}") from err
    return _Reader(str(path), text, frozenset(known_checks)).policy(document)


class _Reader:
    def __init__(self, source: str, text: str, checks: frozenset[str]) -> None:
        self.source = source
        self.lines = text.splitlines()
        self.checks = checks

    def policy(self, document: Mapping[str, Any]) -> Policy:
        tables: dict[str, Callable[[Any], dict[str, Any]]] = {
            "keys": self._keys,
            "sets": lambda table: self._fields("sets", table, {"max-keys": self._count}),
            "path": lambda tables: {"roles": tuple(self._role(i, each) for i, each in enumerate(tables))},
            "severity": lambda table: {"severities": {id_: self._severity(id_, word) for id_, word in table.items()}},
            "ignore": lambda tables: {"ignores": tuple(self._ignore(i, each) for i, each in enumerate(tables))},
        }
        found: dict[str, Any] = {}
        for name, value in document.items():
            if name not in tables:
                self._fail(name, f"is no table of a policy{_nearest(name, tables)}", name)
            shape = list if name in {"path", "ignore"} else dict
            if not isinstance(value, shape) or (shape is list and not all(isinstance(each, dict) for each in value)):
                self._fail(name, f"must be written [[{name}]]" if shape is list else f"must be a table [{name}]", name)
            found |= tables[name](value)
        return Policy(self.source, **found)

    def _keys(self, table: Mapping[str, Any]) -> dict[str, Any]:
        return self._fields(
            "keys",
            table,
            {
                "algorithms": lambda at, value: self._names(at, value, ALGORITHMS),
                "curves": lambda at, value: self._names(at, value, CURVES),
                "min-rsa-bits": self._count,
                "min-oct-bits": self._count,
                "required-members": lambda at, value: self._names(at, value, MEMBERS),
                "kid-format": self._kid_format,
                "max-key-age": self._duration,
            },
        )

    def _fields(
        self, table: str, given: Mapping[str, Any], readers: Mapping[str, Callable[[str, Any], Any]], nth: int = 0
    ) -> dict[str, Any]:
        found = {}
        for name, value in given.items():
            at = f"{table}.{name}"
            if name not in readers:
                self._fail(at, f"is not known{_nearest(name, readers)}", name, table, nth)
            try:
                found[name.replace("-", "_")] = readers[name](at, value)
            except ValueError as err:
                self._fail(at, str(err), name, table, nth)
        return found

    def _role(self, nth: int, table: Mapping[str, Any]) -> PathRole:
        found = self._fields("path", table, {"path": self._text, "role": self._one_of(tuple(Role))}, nth)
        for name in ("path", "role"):
            if name not in found:
                self._fail("path", f"needs a {name}", "[[path]]", "path", nth)
        return PathRole(found["path"], Role(found["role"]))

    def _ignore(self, nth: int, table: Mapping[str, Any]) -> Ignore:
        readers = {
            "id": lambda at, value: self._check(self._text(at, value)),
            "path": self._text,
            "kid": self._text,
            "fingerprint": self._text,
            "reason": self._text,
            "expires": self._date,
        }
        found = self._fields("ignore", table, readers, nth)
        if "reason" not in found:
            self._fail("ignore", "needs a reason: why is this finding acceptable?", "[[ignore]]", "ignore", nth)
        if not found.keys() & {"id", "path", "kid", "fingerprint"}:
            self._fail("ignore", "needs an id, a path, a kid or a fingerprint", "[[ignore]]", "ignore", nth)
        return Ignore(**found, line=self._line("[[ignore]]", "ignore", nth))

    def _severity(self, id_: str, word: Any) -> Severity:
        try:
            self._check(id_)
            return Severity[self._one_of(_SEVERITIES)("", word).upper()]
        except ValueError as err:
            self._fail(f"severity.{id_}", str(err), id_, "severity")

    def _check(self, id_: str) -> str:
        if self.checks and id_ not in self.checks:
            raise ValueError(f"no check is called '{id_[:100]}'{_nearest(id_, self.checks)}")
        return id_

    @staticmethod
    def _text(_at: str, value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            raise ValueError("must be a text that is not empty")
        return value

    @staticmethod
    def _names(_at: str, value: Any, known: tuple[str, ...]) -> tuple[str, ...]:
        if not isinstance(value, list) or not value or not all(isinstance(name, str) for name in value):
            raise ValueError("must be an array of names")
        for name in value:
            if name not in known:
                raise ValueError(f"'{name[:100]}' is not known{_nearest(name, known)}")
        return tuple(value)

    @staticmethod
    def _count(_at: str, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= _LARGEST:
            raise ValueError(f"must be a whole number from 1 to {_LARGEST:,}")
        return value

    @staticmethod
    def _duration(_at: str, value: Any) -> int:
        number = re.fullmatch(r"([0-9]{1,6})([smhdw])", value) if isinstance(value, str) else None
        if number is None:
            raise ValueError('must be a duration such as "90d"')
        return int(number[1]) * _UNITS[number[2]]

    @staticmethod
    def _date(_at: str, value: Any) -> dt.date:
        if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
            raise ValueError("must be a date such as 2030-01-31, without quotes")  # noqa: TRY004 - one error kind
        return value

    @staticmethod
    def _kid_format(_at: str, value: Any) -> str:
        if not isinstance(value, str) or not value:
            raise ValueError('must be "thumbprint", "uuid" or a regular expression')
        if value not in {"thumbprint", "uuid"}:
            try:
                re.compile(value)
            except re.error as err:
                raise ValueError(f"is no regular expression: {_lower(str(err))}") from err
        return value

    @staticmethod
    def _one_of(words: Iterable[Any]) -> Callable[[str, Any], str]:
        known = [getattr(word, "value", word) for word in words]

        def read_(_at: str, value: Any) -> str:
            if value not in known:
                raise ValueError(f"must be one of {', '.join(known)}")
            return str(value)

        return read_

    def _fail(self, at: str, reason: str, name: str, table: str = "", nth: int = 0) -> NoReturn:
        raise PolicyError(f"'{self.source}', line {self._line(name, table, nth)}: {at} {reason}")

    def _line(self, name: str, table: str, nth: int) -> int:
        """Where a key stands, as well as text can say: its first line after the n-th header of its table."""
        start = 0
        if table:
            header = re.compile(rf"\s*\[\[?\s*{re.escape(table)}\s*\]?\]")
            headers = [number for number, line in enumerate(self.lines) if header.match(line)]
            start = headers[nth] if nth < len(headers) else 0
        if name.startswith("[["):
            return start + 1
        wanted = re.compile(rf"""\s*(\[\[?\s*)?(?:[\w-]+\s*\.\s*)?["']?{re.escape(name)}["']?\s*[=.\]]""")
        found = (number for number in range(start, len(self.lines)) if wanted.match(self.lines[number]))
        return next(found, start) + 1


def _nearest(word: str, known: Iterable[str]) -> str:
    question = did_you_mean(word, known, at_most=1)
    return f": {question}" if question else ""


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
