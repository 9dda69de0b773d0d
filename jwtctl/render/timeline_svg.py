"""The states of keys over time as a picture that stands alone: no script, no request, light and dark."""

from __future__ import annotations

import html
import time
from typing import TYPE_CHECKING

from jwtctl.render.safe import printable
from jwtctl.render.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jwtctl.model import KeyLine, Timeline

_LABEL, _SPAN, _MARGIN, _ROW, _TOP = 210, 750, 16, 22, 40
_WIDTH = _LABEL + _SPAN + _MARGIN
_NAME = 26
_TICKS = 5
_STYLE = """
svg.timeline { color-scheme: light dark; --fg: #1c2024; --soft: #60646c; --line: #d9d9e0; --pending: #b9c3f0;
  --active: #2b7d4b; --retiring: #e2a336; --broken: #c2123a; font: 12px system-ui, sans-serif }
@media (prefers-color-scheme: dark) { svg.timeline { --fg: #edeef0; --soft: #b0b4ba; --line: #363a3f; --pending: #435192;
  --active: #3fb56e; --retiring: #b57b13; --broken: #ff8da1 } }
svg.timeline text { fill: var(--fg) } svg.timeline .soft { fill: var(--soft) }
svg.timeline .grid { stroke: var(--line) } svg.timeline .now { stroke: var(--fg); stroke-dasharray: 4 3 }
svg.timeline .pending { fill: var(--pending) } svg.timeline .active { fill: var(--active) }
svg.timeline .retiring { fill: var(--retiring) } svg.timeline .foreseen { opacity: .6 }
svg.timeline .broken { fill: var(--broken) }
"""


def picture(result: Timeline) -> str:
    """The picture as one `svg` element, to be written to a file or into a page."""
    height = _TOP + _ROW * len(result.keys) + 34
    breaks = counted(len(result.breakages), "moment")
    words = (
        f"{counted(len(result.keys), 'key')} from {_date(result.begin)} to {_date(result.end)}; {breaks} of breakage"
    )
    parts = [*_scale(result, height), *_rows(result), *_marks(result, height), *_legend(height)]
    return (
        f'<svg class="timeline" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="{html.escape(words)}">\n<style>{_STYLE}</style>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _scale(result: Timeline, height: int) -> Iterator[str]:
    for tick in range(_TICKS):
        moment = result.begin + (result.end - result.begin) * tick // (_TICKS - 1)
        x = _x(result, moment)
        anchor = "end" if tick == _TICKS - 1 else "middle" if tick else "start"
        yield f'<line class="grid" x1="{x:.1f}" y1="{_TOP - 8}" x2="{x:.1f}" y2="{height - 30}"/>'
        yield f'<text class="soft" x="{x:.1f}" y="14" text-anchor="{anchor}">{_date(moment)}</text>'


def _rows(result: Timeline) -> Iterator[str]:
    for position, key in enumerate(result.keys):
        y = _TOP + _ROW * position
        yield f'<text x="0" y="{y + 14}">{html.escape(printable(key.kid, _NAME))}</text>'
        yield from _bars(result, key, y)


def _bars(result: Timeline, key: KeyLine, y: int) -> Iterator[str]:
    for span in key.spans:
        if span.end < result.begin:
            continue
        left, right = _x(result, span.begin), _x(result, span.end)
        state = span.state.value
        title = f"{printable(key.kid, 200)}: {state} from {_date(span.begin)} to {_date(span.end)}"
        kind = f"{state} foreseen" if key.foreseen or span.begin >= result.now else state
        # However short it is, it is to be seen.
        yield (
            f'<rect class="{kind}" x="{left:.1f}" y="{y + 3}" width="{max(1.5, right - left):.1f}" '
            f'height="{_ROW - 6}"><title>{html.escape(title)}</title></rect>'
        )


def _marks(result: Timeline, height: int) -> Iterator[str]:
    x = _x(result, result.now)
    yield f'<line class="now" x1="{x:.1f}" y1="{_TOP - 8}" x2="{x:.1f}" y2="{height - 30}"/>'
    yield f'<text x="{x:.1f}" y="{_TOP - 12}" text-anchor="middle">now</text>'
    rows = {key.kid: position for position, key in enumerate(result.keys)}
    for each in result.breakages:
        x = _x(result, each.at)
        y = _TOP + _ROW * rows[each.kid] if each.kid in rows else _TOP - 10
        title = html.escape(f"{_date(each.at)}: {each.victim.value} breaks: {printable(each.reason, 400)}")
        yield (f'<path class="broken" d="M{x:.1f} {y + 2} l6 10 h-12 z"><title>{title}</title></path>')


def _legend(height: int) -> Iterator[str]:
    for position, state in enumerate(("pending", "active", "retiring")):
        x = _LABEL + 110 * position
        yield f'<rect class="{state}" x="{x}" y="{height - 20}" width="14" height="12"/>'
        yield f'<text x="{x + 20}" y="{height - 10}">{state}</text>'
    x = _LABEL + 330
    yield f'<path class="broken" d="M{x + 6} {height - 20} l6 11 h-12 z"/>'
    yield f'<text x="{x + 20}" y="{height - 10}">something breaks; paler is foreseen</text>'


def _x(result: Timeline, moment: int) -> float:
    whole = max(1, result.end - result.begin)
    return _LABEL + _SPAN * min(1.0, max(0.0, (moment - result.begin) / whole))


def _date(moment: int) -> str:
    return time.strftime("%Y-%m-%d %H:%MZ", time.gmtime(moment))
