"""JSON output, version 1: every shape names its schema; fields are added, never changed or removed."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from jwtctl.render.safe import json_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import TextIO

    from jwtctl.model import CheckInfo, Finding, KeySetDiff, Recovery, Report, Rotation, Timeline, Token, Verdict, Watch


def write(value: Mapping[str, Any], out: TextIO) -> None:
    """Write one document, indented."""
    out.write(json_text(value) + "\n")


def line(value: Mapping[str, Any], out: TextIO) -> None:
    """Write one document on a line of its own (NDJSON)."""
    out.write(json_text(value, indent=None) + "\n")


def verdict(result: Verdict) -> dict[str, Any]:
    """`jwtctl.verdict/1`; a payload that is no JSON object stands as base64 in `payload`."""
    document: dict[str, Any] = {
        "schema": "jwtctl.verdict/1",
        "valid": result.valid,
        "checks": [
            {
                "name": check.name,
                "ok": check.ok,
                "expected": check.expected,
                "got": check.got,
                "detail": check.detail,
            }
            for check in result.checks
        ],
        "reasons": list(result.reasons),
        "header": dict(result.header),
        "claims": dict(result.claims) if result.claims is not None else None,
        "key": None,
    }
    if result.key is not None:
        document["key"] = {"kid": result.key.kid, "thumbprint": result.key.thumbprint, "alg": result.key.alg}
    if result.claims is None and result.payload:
        document["payload"] = base64.b64encode(result.payload).decode()
    return document


def token(result: Token) -> dict[str, Any]:
    """`jwtctl.token/1`: a token that nobody verified, without its signature; `payload` as in `verdict`."""
    document: dict[str, Any] = {
        "schema": "jwtctl.token/1",
        "verified": False,
        "header": dict(result.header),
        "claims": dict(result.claims) if result.claims is not None else None,
        "signature": {"bytes": len(result.signature)},
        "notes": [*result.defects, *result.notes],
    }
    if result.claims is None and result.payload:
        document["payload"] = base64.b64encode(result.payload).decode()
    return document


def report(result: Report) -> dict[str, Any]:
    """`jwtctl.report/1`."""
    return {
        "schema": "jwtctl.report/1",
        "summary": {
            "subjects": result.subjects,
            "checks": result.checks,
            "not_applicable": result.not_applicable,
            "by_severity": result.by_severity,
            "suppressed": result.suppressed,
        },
        "findings": [_finding(finding) for finding in result.findings],
        "fixed": list(result.fixed),
        "left_out": list(result.left_out),
        "unreadable": [{"source": problem.place.source, "message": problem.message} for problem in result.unreadable],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    subject = finding.subject
    return {
        "id": finding.id,
        "severity": finding.severity.word,
        "confidence": finding.confidence.value,
        "message": finding.message,
        "subject": {
            "source": subject.source,
            "index": subject.index,
            "line": subject.line,
            "kid": subject.kid,
            "thumbprint": subject.thumbprint,
            "also": [{"source": place.source, "index": place.index, "line": place.line} for place in subject.also],
        },
        "at": finding.at,
        "witness": dict(finding.witness),
        "cites": list(finding.cites),
        "fingerprint": finding.fingerprint,
    }


def recovery(
    result: Recovery,
    *,
    proof: Mapping[str, bool],
    forged_token: str = "",
    keys: Sequence[Mapping[str, Any]] = (),
    show_private: bool = False,
) -> dict[str, Any]:
    """`jwtctl.recovery/1`; the private exponent and the factors only on request.

    Args:
        result: what was found.
        proof: what was checked again, by name.
        forged_token: a token minted with the result, or an empty string.
        keys: JWKs of the keys that tokens gave away; they stand there with whether they are merely public.
        show_private: whether to show `d`, `p`, `q` and `factors`.
    """
    document: dict[str, Any] = {
        "schema": "jwtctl.recovery/1",
        "recovered": result.recovered,
        "method": result.method or None,
        "n": _hex(result.n),
        "e": _hex(result.e) if result.recovered else None,
        "seconds": round(sum(attempt.seconds for attempt in result.attempts), 6),
        "proof": dict(proof),
        "tried": [
            {
                "method": attempt.method,
                "found": attempt.found,
                "seconds": round(attempt.seconds, 6),
                "bound": attempt.bound,
            }
            for attempt in result.attempts
        ],
        "notes": list(result.notes),
    }
    if keys:
        document |= {"keys": [dict(key) for key in keys], "public_only": result.public_only}
    if forged_token:
        document["forged_token"] = forged_token
    if show_private:
        document |= _private(result)
    if result.others:
        document["others"] = [
            {"n": _hex(other.n), "e": _hex(other.e), **(_private(other) if show_private else {})}
            for other in result.others
        ]
    return document


def _private(result: Recovery) -> dict[str, Any]:
    named = {name: _hex(factor) for name, factor in zip("pq", result.factors, strict=False)}
    return {"d": _hex(result.d), **named, "factors": [_hex(factor) for factor in result.factors]}


def key_set_diff(result: KeySetDiff) -> dict[str, Any]:
    """`jwtctl.jwks-diff/1`."""
    return {
        "schema": "jwtctl.jwks-diff/1",
        "equal": result.equal,
        "safe": result.safe,
        "changes": [
            {
                "kind": change.kind.value,
                "kid": change.kid,
                "thumbprint": change.thumbprint,
                "detail": change.detail,
                "unsafe": change.unsafe,
            }
            for change in result.changes
        ],
    }


def rotation(result: Rotation) -> dict[str, Any]:
    """`jwtctl.rotation/1`: what was done, what has to wait, and the keys of the store without any secret."""
    return {
        "schema": "jwtctl.rotation/1",
        "steps": [
            {"at": step.at, "what": step.what, "kid": step.kid, "thumbprint": step.thumbprint} for step in result.steps
        ],
        "obstacles": list(result.obstacles),
        "next_due": result.next_due,
        "keys": [
            {
                "kid": entry.kid,
                "alg": entry.key.alg,
                "state": entry.state.value,
                "published": entry.published,
                "activated": entry.activated,
                "retired": entry.retired,
            }
            for entry in result.store.entries
        ],
    }


def timeline(result: Timeline) -> dict[str, Any]:
    """`jwtctl.timeline/1`: the states of keys over time, and what breaks; times in Unix seconds."""
    return {
        "schema": "jwtctl.timeline/1",
        "now": result.now,
        "begin": result.begin,
        "end": result.end,
        "rotated_by_hand": result.rotated_by_hand,
        "keys": [
            {
                "kid": key.kid,
                "foreseen": key.foreseen,
                "spans": [{"state": span.state.value, "begin": span.begin, "end": span.end} for span in key.spans],
                "gone": key.gone,
                "revoked": key.revoked,
            }
            for key in result.keys
        ],
        "earlier": result.earlier,
        "breaks": [
            {"at": each.at, "until": each.until, "what": each.victim.value, "kid": each.kid, "reason": each.reason}
            for each in result.breakages
        ],
    }


def watch(result: Watch) -> dict[str, Any]:
    """`jwtctl.jwks-watch/1`: one look at a published key set; times in Unix seconds."""
    return {
        "schema": "jwtctl.jwks-watch/1",
        "url": result.url,
        "at": result.at,
        "safe": result.safe,
        "error": result.error or None,
        "kids": list(result.kids),
        "lifetime": result.lifetime,
        "certificate_expires": None if result.expires is None else int(result.expires),
        "since": result.since,
        "changes": None if result.changes is None else key_set_diff(result.changes)["changes"],
        "remarks": [
            {
                "aspect": remark.aspect.value,
                "unsafe": remark.unsafe,
                "kid": remark.kid,
                "message": remark.message,
            }
            for remark in result.remarks
        ],
    }


def keys(result: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """`jwtctl.keys/1`: what there is to say about each key, no secret among it."""
    return {"schema": "jwtctl.keys/1", "keys": [dict(facts) for facts in result]}


def rules(result: Iterable[CheckInfo]) -> dict[str, Any]:
    """`jwtctl.rules/1`."""
    return {
        "schema": "jwtctl.rules/1",
        "rules": [
            {
                "id": rule.id,
                "severity": rule.severity.word,
                "title": rule.title,
                "why": rule.why,
                "remedy": rule.remedy,
                "cites": list(rule.cites),
                "proof": rule.proof,
            }
            for rule in result
        ],
    }


def _hex(number: int | None) -> str | None:
    return None if number is None else hex(number)
