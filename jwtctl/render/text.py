"""Results for people, line by line; the same text with and without colour."""

from __future__ import annotations

import itertools
import textwrap
import time
from typing import TYPE_CHECKING, Any

from jwtctl.render.safe import json_text, multiline, printable, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import TextIO

    from jwtctl.model import (
        CheckInfo,
        Finding,
        KeyLine,
        KeySetDiff,
        Recovery,
        Report,
        Rotation,
        Subject,
        Timeline,
        Token,
        Verdict,
        Watch,
    )

_CODES = {"good": "32", "bad": "31", "warn": "33", "faint": "2", "strong": "1", "worst": "1;31"}
_SEVERITY_STYLE = {"critical": "worst", "high": "bad", "medium": "warn", "low": "faint", "info": "faint"}
_STATE_SIGN = {"pending": ".", "active": "#", "retiring": "~"}
_STATE_STYLE = {".": "faint", "#": "good", "~": "warn"}
_LONGEST_NAME = 24
_FEWEST_COLUMNS = 20
_WIDTH = 100
_SHOWN = 4000
"""Octets shown of a payload that is no JSON object."""
_PLACES = 20
"""Places of one key that are listed."""


def verdict(result: Verdict, out: TextIO, *, color: bool) -> None:
    """Say valid or refused, then every check with what was expected and what was there."""
    valid = result.valid
    names = ", ".join(result.reasons)
    first = "valid" if valid else f"refused: {names}"
    out.write(_styled(first, "good" if valid else "worst", color=color) + "\n")
    width = max((len(check.name) for check in result.checks), default=0)
    for check in result.checks:
        mark = _styled("pass" if check.ok else "FAIL", "good" if check.ok else "bad", color=color)
        line = f"  {mark}  {check.name:<{width}}  {printable(check.got, 200)}".rstrip()
        if not check.ok and check.expected:
            line += f"; expected {printable(check.expected, 200)}"
        if check.detail:
            line += f" ({printable(check.detail, 300)})"
        out.write(line + "\n")
    if result.key is not None:
        thumbprint = printable(result.key.thumbprint or "not shown", 100)
        alg = printable(result.key.alg or "not stated", 100)
        out.write(f"  key   {_kid(result.key.kid)}, thumbprint {thumbprint}, alg {alg}\n")


def token(result: Token, out: TextIO, *, now: float, color: bool) -> None:
    """Show a token that nobody verified, and say so first."""
    out.write(_styled("unverified: nothing below has been checked", "warn", color=color) + "\n\n")
    out.write(_styled("header", "strong", color=color) + "\n" + _indented(json_text(dict(result.header))) + "\n")
    if result.claims is not None:
        out.write(_styled("claims", "strong", color=color) + "\n" + _indented(json_text(dict(result.claims))) + "\n")
        times = [(name, result.claims[name]) for name in ("iat", "nbf", "exp", "auth_time") if name in result.claims]
        for name, value in times:
            out.write(f"  {name:<9} {_moment(value, now)}\n")
    elif result.payload:
        out.write(_styled("payload", "strong", color=color) + "\n")
        out.write(_indented(multiline(result.payload[:_SHOWN].decode("utf-8", "backslashreplace"))) + "\n")
        if len(result.payload) > _SHOWN:
            out.write(f"  … and {counted(len(result.payload) - _SHOWN, 'byte')} more\n")
    out.write(
        _styled("signature", "strong", color=color) + f"\n  {counted(len(result.signature), 'byte')}, not checked\n"
    )
    remarks = [*result.defects, *result.notes]
    if remarks:
        out.write(_styled("look at", "strong", color=color) + "\n")
    for remark in remarks:
        out.write(f"  - {printable(remark, 400)}\n")


def report(
    result: Report,
    out: TextIO,
    *,
    color: bool,
    steps: Callable[[Finding], Sequence[str]] = lambda _: (),
) -> None:
    """List findings file by file, worst first, then a table of them; `steps` gives the lines that recheck a finding."""
    by_source: dict[str, list[Finding]] = {}
    for finding in result.findings:
        by_source.setdefault(finding.subject.source, []).append(finding)
    for source, findings in by_source.items():
        out.write(_styled(printable(source), "strong", color=color) + "\n")
        for finding in findings:
            _finding(finding, out, color=color)
            if lines := steps(finding):
                out.write("            to recheck it, at a Python prompt (each comparison must give True):\n")
                out.writelines(f"              {line}\n" for line in lines)
        out.write("\n")
    total = len(result.findings)
    if total > 1:
        _tally(result.findings, out, color=color)
    counts = [f"{count} {word}" for word, count in result.by_severity.items() if count]
    found = f"{counted(total, 'finding')}: {', '.join(counts)}" if total else "no findings"
    suppressed = f", {result.suppressed} suppressed" if result.suppressed else ""
    unreadable = f", {counted(len(result.unreadable), 'input')} unreadable" if result.unreadable else ""
    out.write(
        f"{found}; {counted(result.subjects, 'subject')}, {counted(result.checks, 'check')}, "
        f"{result.not_applicable} did not apply{suppressed}{unreadable}\n"
    )
    for words in result.fixed:
        out.write(f"fixed since the baseline: {printable(words, 300)}\n")


def left_out(result: Report) -> list[str]:
    """In words which checks searched less than they can; empty if all that were made searched whole."""
    return [f"with so many keys the long searches were left out of {', '.join(result.left_out)}"] * bool(
        result.left_out
    )


def recovery(
    result: Recovery,
    out: TextIO,
    *,
    proof: Mapping[str, bool],
    forged_token: str = "",
    keys: Sequence[Mapping[str, Any]] = (),
    show_private: bool = False,
    color: bool = False,
) -> None:
    """Say what a leak gave away and how that was proved, or what was searched in vain; `keys` as JWKs."""
    if result.recovered:
        style = "strong" if result.public_only else "worst"
        out.write(_styled(f"recovered by {result.method}", style, color=color) + "\n")
        if result.e is not None:
            out.write(f"  e = {_number(result.e)}\n")
        if show_private and result.d is not None:
            out.write(f"  d = {_number(result.d)}\n")
            for name, factor in zip(_factor_names(len(result.factors)), result.factors, strict=True):
                out.write(f"  {name} = {_number(factor)}\n")
        elif result.factors:
            out.write(f"  n factored into {len(result.factors)} primes (--show-private shows them)\n")
        for other in result.others:
            out.write(f"  and another key, n = {_short(_number(other.n))}, e = {_short(_number(other.e))}\n")
    else:
        out.write(_styled("not recovered", "strong", color=color) + "\n")
    for key in keys:
        out.write(f"  {json_text(dict(key), indent=None)}\n")
    for name, holds in proof.items():
        if result.recovered:
            leaked = "exponent_identity" in proof
            forged = "the forged token" if forged_token else "a forged token"
            words = {
                "exponent_identity": "m^(e·d) = m modulo n",
                "factors_multiply": "the factors multiply to n",
                "forged_token_verifies": f"{forged} verifies under the leaked key"
                if leaked
                else f"{forged} is what the issuer itself would have signed",
                "tokens_verify": "the tokens verify under the recovered key",
            }
            mark = _styled("proved" if holds else "FAILED", "good" if holds else "bad", color=color)
            out.write(f"  {mark}: {words.get(name, name)}\n")
    out.write("tried\n")
    for (method, found), group in itertools.groupby(result.attempts, lambda attempt: (attempt.method, attempt.found)):
        same = list(group)
        outcome = "found" if found else "not found"
        bounds = [attempt.bound for attempt in same if attempt.bound]
        bound = f"; {bounds[0]}" if bounds and not found else ""
        more = f" and {counted(len(same) - 1, 'more search', 'more searches')} like it" if len(same) > 1 else ""
        seconds = sum(attempt.seconds for attempt in same)
        out.write(f"  {method}: {outcome} in {seconds:.3f} s{printable(bound, 400)}{more}\n")
    for note in result.notes:
        out.write(f"{printable(note, 600)}\n")
    if forged_token:
        out.write(f"forged token\n{printable(forged_token, 100_000)}\n")


def key_set_diff(result: KeySetDiff, out: TextIO, *, color: bool) -> None:
    """List the changes between two key sets, and say whether they are safe."""
    if result.equal:
        out.write("no difference\n")
        return
    for change in result.changes:
        mark = _styled("unsafe" if change.unsafe else "safe  ", "bad" if change.unsafe else "good", color=color)
        out.write(f"{mark}  {change.kind.value:<16}  {printable(change.detail, 400)}\n")
    verdict_ = "safe" if result.safe else "unsafe"
    out.write(f"{counted(len(result.changes), 'difference')}, {verdict_}\n")


def rotation(result: Rotation, out: TextIO, *, would: bool, color: bool) -> None:
    """Say what happened to the keys of a store, or would happen, and where each stands."""
    for step in result.steps:
        word = f"would be {step.what}" if would else step.what
        out.write(f"{_styled(word, 'strong', color=color)}  {printable(step.kid, 200)}\n")
    if not result.steps:
        out.write("nothing to do\n")
    out.write("keys\n")
    for entry in result.store.entries:
        since = {"pending": entry.published, "active": entry.activated, "retiring": entry.retired}[entry.state.value]
        out.write(f"  {entry.state.value:<8}  {printable(entry.kid, 200)}  {entry.key.alg}, since {date(since or 0)}\n")
    if result.next_due is not None:
        out.write(f"next step due {date(result.next_due)}\n")


def timeline(result: Timeline, out: TextIO, *, width: int, color: bool) -> None:
    """Draw the states of keys over time, a line for each, and list what breaks.

    Args:
        result: what to draw.
        out: where to.
        width: columns that there are.
        color: whether to colour the states.
    """
    names = [printable(key.kid, _LONGEST_NAME) for key in result.keys]
    margin = max(map(len, names), default=0) + 2
    columns = max(_FEWEST_COLUMNS, width - margin - 1)
    today = _column(result, result.now, columns)
    for key, name in zip(result.keys, names, strict=True):
        drawn = _drawn(result, key, columns)
        cells = [_styled(word, _STATE_STYLE[word[0]], color=color) if word.strip() else word for word in drawn]
        out.write(f"{name:<{margin}}{''.join(cells)}".rstrip() + "\n")
    out.write(" " * (margin + today) + "^ now " + date(result.now) + "\n")
    ends = date(result.begin), date(result.end)
    out.write(" " * margin + ends[0] + ends[1].rjust(max(len(ends[1]) + 1, columns - len(ends[0]))) + "\n")
    words = [f"{_STATE_SIGN[state]} {state}" for state in _STATE_SIGN]
    if any(key.foreseen for key in result.keys):
        words.append("next-N does not exist yet")
    out.write(", ".join(words) + "\n")
    if result.earlier:
        out.write(f"{counted(result.earlier, 'key')} dropped earlier\n")
    if result.rotated_by_hand:
        out.write("no rotation is foreseen: the keys are rotated by hand\n")
    for each in result.breakages:
        mark = _styled(f"{each.victim.value:<8}", "bad" if each.until > result.now else "faint", color=color)
        named = f"{printable(each.kid, _LONGEST_NAME)}: " if each.kid is not None else ""
        out.write(f"{date(each.at)}  {mark}  {named}{printable(each.reason, 400)}\n")
    out.write(outlook(result) + "\n")


def outlook(result: Timeline) -> str:
    """In words whether anything breaks from now on."""
    ahead = len(result.ahead)
    return (
        f"{counted(ahead, 'moment')} now or ahead at which something breaks" if ahead else "nothing breaks from now on"
    )


def _column(result: Timeline, moment: int, columns: int) -> int:
    whole = max(1, result.end - result.begin)
    return min(columns - 1, max(0, (moment - result.begin) * columns // whole))


def _drawn(result: Timeline, key: KeyLine, columns: int) -> list[str]:
    """The line of a key, cut where its sign changes; no state is too short to be seen."""
    cells = [" "] * columns
    for span_ in key.spans:
        if span_.end >= result.begin:
            first, last = (
                _column(result, moment, columns) for moment in (span_.begin, max(span_.begin, span_.end - 1))
            )
            cells[first : last + 1] = _STATE_SIGN[span_.state.value] * (last + 1 - first)
    return ["".join(group) for _, group in itertools.groupby(cells)]


def watch(result: Watch, out: TextIO, *, color: bool) -> None:
    """Say what a look at a published key set found."""
    for remark in result.remarks:
        mark = _styled("unsafe" if remark.unsafe else "note  ", "bad" if remark.unsafe else "faint", color=color)
        out.write(f"{mark}  {remark.aspect.value:<16}  {printable(remark.message, 400)}\n")
    unsafe = sum(remark.unsafe for remark in result.remarks)
    known = "" if result.since is None else f", the last one known since {date(result.since)}"
    verdict_ = counted(unsafe, "thing") + " unsafe" if unsafe else "nothing unsafe"
    out.write(f"{counted(len(result.kids), 'key')}{known}: {verdict_}\n")


def keys(result: Sequence[Mapping[str, Any]], out: TextIO, *, color: bool) -> None:
    """Show what there is to say about each key."""
    for position, facts in enumerate(result):
        if position:
            out.write("\n")
        for name, value in facts.items():
            label = name.replace("_", " ")
            if name == "key":
                out.write(_styled(printable(str(value)), "strong", color=color) + "\n")
            elif isinstance(value, list) and value and isinstance(value[0], dict):
                for entry in value:
                    out.write(f"  {label}\n")
                    for inner, text in entry.items():
                        out.write(f"    {inner.replace('_', ' ')}: {printable(str(text), 400)}\n")
            else:
                shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
                out.write(f"  {label}: {printable(shown, 600)}\n")


def rules(result: Iterable[CheckInfo], out: TextIO) -> None:
    """List rules, one per line."""
    for rule in result:
        out.write(f"{rule.id:<30}  {rule.severity.word:<8}  {rule.title}\n")


def rule(result: CheckInfo, out: TextIO) -> None:
    """Explain one rule."""
    out.write(f"{result.id} ({result.severity.word})\n{result.title}\n")
    for heading, text in (("Why it matters", result.why), ("What to do", result.remedy)):
        out.write(f"\n{heading}\n{_wrapped(text)}\n")
    out.write(f"\nProof\n{_wrapped(result.proof)}\n")
    out.write("\nSources\n" + "".join(f"  {cite}\n" for cite in result.cites))


def _tally(findings: Iterable[Finding], out: TextIO, *, color: bool) -> None:
    """One line for each check and severity, worst first: how many findings, in how many inputs."""
    rows: dict[tuple[int, str, str], list[Subject]] = {}
    for finding in findings:
        rows.setdefault((-finding.severity, finding.id, finding.severity.word), []).append(finding.subject)
    width = max(len(id_) for _, id_, _ in rows)
    digits = max(len(f"{len(subjects):,}") for subjects in rows.values())
    for (_, id_, word), subjects in sorted(rows.items()):
        inputs = {place.source for subject in subjects for place in (subject, *subject.also)}
        label = _marked(word, color=color)
        out.write(f"  {label}  {id_:<{width}}  {len(subjects):>{digits},} in {counted(len(inputs), 'input')}\n")
    out.write("\n")


def _finding(finding: Finding, out: TextIO, *, color: bool) -> None:
    subject = finding.subject
    place = [f"key {subject.index}"] if subject.index is not None else []
    place += [f"line {subject.line}"] if subject.line is not None else []
    place += [_kid(subject.kid)] if subject.kid is not None else []
    place += [finding.at] if finding.at else []
    sure = "" if finding.confidence.value == "certain" else " (heuristic)"
    out.write(
        f"  {_marked(finding.severity.word, color=color)}  {finding.id}{sure}: {printable(finding.message, 600)}\n"
    )
    if place:
        out.write(f"            at {printable(', '.join(place), 300)}\n")
    for other in subject.also[:_PLACES]:
        line = f", line {other.line}" if other.line is not None else ""
        out.write(f"            also in {printable(other.source, 300)}{line}\n")
    if len(subject.also) > _PLACES:
        out.write(f"            and in {counted(len(subject.also) - _PLACES, 'other place')}\n")
    for name, value in finding.witness.items():
        out.write(f"            {printable(str(name))} = {printable(_short(str(value)))}\n")


def _moment(value: Any, now: float) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 253_402_300_799:
        return f"{printable(str(value), 100)}: no date"
    stated = date(value)
    difference = value - now
    words = span(abs(difference))
    return f"{stated}, {'in ' + words if difference > 0 else words + ' ago'}"


def date(moment: float) -> str:
    """A Unix time in RFC 3339."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def span(seconds: float) -> str:
    """A length of time in words, in its largest two units."""
    units = (("year", 31_557_600), ("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))
    left, words = int(seconds), []
    for name, size in units:
        count, left = divmod(left, size)
        if count:
            words.append(counted(count, name))
    return " ".join(words[:2]) or "0 seconds"


def counted(number: int, what: str, plural: str = "") -> str:
    """A number with its noun: `1 key`, `2,000 keys`; `plural` is for nouns that take more than an s."""
    return f"{number:,} {what if number == 1 else plural or what + 's'}"


def _number(value: int | None) -> str:
    if value is None:
        return "unknown"
    return f"{value} ({hex(value)})" if value < 1 << 64 else hex(value)


def _kid(kid: str | None) -> str:
    return "no kid" if kid is None else f"kid {quoted(kid, 100)}"


def _short(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:60]}…{text[-20:]} ({len(text)} characters)"


def _factor_names(count: int) -> Sequence[str]:
    return ("p", "q")[:count] if count <= 2 else [f"p{position}" for position in range(1, count + 1)]


def _wrapped(text: str) -> str:
    # A check's id or a formula that is broken at a hyphen is neither found nor pasted.
    return textwrap.fill(text, _WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)


def _indented(text: str) -> str:
    return textwrap.indent(text, "  ")


def _marked(severity: str, *, color: bool) -> str:
    return _styled(f"{severity:<8}", _SEVERITY_STYLE[severity], color=color)


def _styled(text: str, style: str, *, color: bool) -> str:
    return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if color else text
