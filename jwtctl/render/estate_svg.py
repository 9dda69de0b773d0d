"""Pictures of a key estate: how many keys of which algorithm, size and age, and which keys share a factor."""

from __future__ import annotations

import html
import math
from collections import Counter
from typing import TYPE_CHECKING

from jwtctl.render.safe import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jwtctl.model import Report

_WIDTH, _ROW, _LABEL = 340, 24, 120
_MOST_ROWS = 12
_MOST_NODES = 24
_AGES = ((30, "up to 30 days"), (90, "up to 90 days"), (365, "up to a year"), (730, "up to 2 years"))
_DAY = 86_400


def pictures(result: Report) -> Iterator[tuple[str, str]]:
    """Title and SVG of every picture that there is something to show in."""
    keys = result.inventory
    yield "Keys by kind", _bars(Counter(key.kind for key in keys).most_common())
    yield "Keys by size or curve", _bars(Counter(key.description for key in keys).most_common())
    if result.now is not None and (ages := [result.now - key.since for key in keys if key.since is not None]):
        yield "Keys by age", _bars(_by_age(ages))
    if groups := _sharing(result):
        yield "Keys that share a factor", _ring(groups)


def _by_age(ages: Sequence[float]) -> list[tuple[str, int]]:
    counts = Counter(next((words for days, words in _AGES if age <= days * _DAY), "older") for age in ages)
    return [(words, counts[words]) for words in (*(words for _, words in _AGES), "older") if counts[words]]


def _bars(rows: Sequence[tuple[str, int]]) -> str:
    shown = list(rows[:_MOST_ROWS])
    if rest := sum(count for _, count in rows[_MOST_ROWS:]):
        shown.append(("others", rest))
    longest = max(count for _, count in shown)
    parts = []
    for position, (label, count) in enumerate(shown):
        y = position * _ROW
        width = max(2.0, (_WIDTH - _LABEL - 50) * count / longest)
        parts.append(
            f'<text x="0" y="{y + 16}">{_text(label)}</text>'
            f'<rect class="bar" x="{_LABEL}" y="{y + 4}" width="{width:.1f}" height="{_ROW - 8}" rx="3"/>'
            f'<text x="{_LABEL + width + 6:.1f}" y="{y + 16}">{count:,}</text>'
        )
    return _svg(_WIDTH, len(shown) * _ROW, "; ".join(f"{label}: {count}" for label, count in shown), "".join(parts))


def _sharing(result: Report) -> list[list[str]]:
    """Names of the keys that share a factor, group by group."""
    groups: dict[str, list[str]] = {}
    for finding in result.findings:
        if finding.id == "rsa-shared-prime":
            name = finding.subject.kid or finding.subject.source
            groups.setdefault(str(finding.witness.get("p")), []).append(name)
    return list(groups.values())


def _ring(groups: list[list[str]]) -> str:
    nodes = [(name, group) for group, names in enumerate(groups) for name in names][:_MOST_NODES]
    radius, middle = 95, 170
    places = []
    for position in range(len(nodes)):
        angle = 2 * math.pi * position / len(nodes) - math.pi / 2
        places.append((middle + radius * math.cos(angle), 120 + radius * math.sin(angle)))
    parts = []
    for (x, y), (_, group) in zip(places, nodes, strict=True):
        parts += [
            f'<line class="edge" x1="{x:.1f}" y1="{y:.1f}" x2="{u:.1f}" y2="{v:.1f}"/>'
            for (u, v), (_, other) in zip(places, nodes, strict=True)
            if other == group and (u, v) < (x, y)
        ]
    for (name, _), (x, y) in zip(nodes, places, strict=True):
        anchor = "start" if x >= middle else "end"
        parts.append(f'<circle class="node" cx="{x:.1f}" cy="{y:.1f}" r="5"/>')
        parts.append(
            f'<text x="{x + (9 if x >= middle else -9):.1f}" y="{y + 4:.1f}" text-anchor="{anchor}">{_text(name)}</text>'
        )
    total = sum(map(len, groups))
    if total > len(nodes):
        parts.append(f'<text x="0" y="238">and {total - len(nodes):,} more</text>')
    return _svg(_WIDTH, 242, f"{total} keys share a factor with another", "".join(parts))


def _svg(width: int, height: int, words: str, body: str) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{html.escape(printable(words, 500))}">{body}</svg>'
    )


def _text(text: str) -> str:
    return html.escape(printable(text, 18))
