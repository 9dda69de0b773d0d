"""Findings as SARIF 2.1.0 (OASIS), which code-scanning services read."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jwtctl import __version__
from jwtctl.render.safe import json_text, printable
from jwtctl.render.text import left_out

if TYPE_CHECKING:
    from typing import TextIO

    from jwtctl.model import CheckInfo, Finding, KeyProblem, Report

_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
_SCORES = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0", "info": "0.0"}
"""`security-severity`, by which GitHub sorts: 9.0 and above is critical, 7.0 high, 4.0 medium."""

_HOME = "https://github.com/jwtctl/jwtctl"
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(result: Report, out: TextIO) -> None:
    """Write one SARIF document with one run."""
    out.write(json_text(document(result)) + "\n")


def document(result: Report) -> dict[str, Any]:
    """The SARIF document of a report: its rules, its results, and what could not be read."""
    rules = [result.rules[id_] for id_ in sorted(result.rules)]
    positions = {rule.id: position for position, rule in enumerate(rules)}
    heuristic = {finding.id for finding in result.findings if finding.confidence.value == "heuristic"}
    complete = not result.unreadable and all(finding.id != "check-failed" for finding in result.findings)
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "jwtctl",
                "version": __version__,
                "semanticVersion": __version__,
                "informationUri": _HOME,
                "rules": [_rule(rule, "medium" if rule.id in heuristic else "very-high") for rule in rules],
            }
        },
        "invocations": [
            {
                "executionSuccessful": complete,
                "toolExecutionNotifications": [
                    *map(_notification, result.unreadable),
                    *({"level": "note", "message": {"text": words}} for words in left_out(result)),
                ],
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, positions) for finding in result.findings],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: CheckInfo, precision: str) -> dict[str, Any]:
    word = rule.severity.word
    sources = "; ".join(rule.cites)
    return {
        "id": rule.id,
        "name": "".join(part.capitalize() for part in rule.id.split("-")),
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": rule.why or f"{rule.title}."},
        "help": {
            "text": f"{rule.why}\n\nWhat to do: {rule.remedy}\n\nSources: {sources}",
            "markdown": f"{rule.why}\n\n**What to do:** {rule.remedy}\n\n**Sources:** {sources}",
        },
        "defaultConfiguration": {"level": _LEVELS[word]},
        "properties": {
            "security-severity": _SCORES[word],
            "precision": precision,
            "tags": ["security", "cryptography", "jwt"],
        },
    }


def _result(finding: Finding, positions: dict[str, int]) -> dict[str, Any]:
    subject = finding.subject
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(subject.source)}}
    # GitHub shows no result without a line, so one about a file without lines (DER, most JWKs) stands at its first.
    physical["region"] = {"startLine": subject.line or 1}
    name = f"keys/{subject.index}" if subject.index is not None else "key"
    logical = {"fullyQualifiedName": f"{name}{finding.at}", "kind": "member"}
    result: dict[str, Any] = {
        "ruleId": finding.id,
        "level": _LEVELS[finding.severity.word],
        "message": {"text": _message(finding.message)},
        "locations": [{"physicalLocation": physical, "logicalLocations": [logical]}],
        "partialFingerprints": {"jwtctl/v1": finding.fingerprint},
        "properties": {
            "severity": finding.severity.word,
            "confidence": finding.confidence.value,
            "kid": subject.kid,
            "thumbprint": subject.thumbprint,
            "witness": dict(finding.witness),
        },
    }
    if subject.also:
        result["relatedLocations"] = [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(place.source)},
                    "region": {"startLine": place.line or 1},
                },
                "message": {"text": "the same key"},
            }
            for place in subject.also
        ]
    if finding.id in positions:
        result["ruleIndex"] = positions[finding.id]
    return result


def _notification(problem: KeyProblem) -> dict[str, Any]:
    location = {"physicalLocation": {"artifactLocation": {"uri": _uri(problem.place.source)}}}
    return {"level": "error", "message": {"text": _message(problem.message)}, "locations": [location]}


def _message(text: str) -> str:
    # Plain text has placeholders (SARIF 2.1.0, 3.11.5) and links (3.11.6): a kid `[pay](https://evil)` must be neither.
    shown = printable(text).replace("{", "{{").replace("}", "}}")
    return shown.replace("[", r"\[").replace("]", r"\]") if "](" in shown else shown


def _uri(source: str) -> str:
    if source.lower().startswith(("https://", "http://")):
        # A percent sign that begins no escape, as no URL should have, becomes one.
        octets = re.sub(rb"%(?![0-9A-Fa-f]{2})", b"%25", _octets(source))
        return quote(octets, safe="/:?#[]@!$&'()*+,;=%~-._")
    path = PurePath("stdin" if source == "-" else source).as_posix()
    escaped = quote(_octets(path), safe="/~-._")
    if PurePath(path).is_absolute():
        return f"file:///{escaped.removeprefix('/')}"
    return escaped


def _octets(text: str) -> bytes:
    # A file name that is no UTF-8 comes as lone surrogates (PEP 383); its own octets are what names it.
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace")
