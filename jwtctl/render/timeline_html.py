"""The states of keys over time as one self-contained page: the picture, what breaks, and the same in a table."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from jwtctl.render import timeline_svg
from jwtctl.render.html import foot, head
from jwtctl.render.safe import printable
from jwtctl.render.text import counted, date, outlook

if TYPE_CHECKING:
    from typing import TextIO

    from jwtctl.model import Timeline

_STATES = ("pending", "active", "retiring")


def render(result: Timeline, out: TextIO) -> None:
    """Write the page."""
    out.write(head("Timeline of keys"))
    out.write(f"<header>\n<h1>Keys over time: {outlook(result)}</h1>\n")
    out.write(f"<p>From {date(result.begin)} to {date(result.end)}; now is {date(result.now)}.</p>\n")
    if result.earlier:
        out.write(f"<p>{counted(result.earlier, 'key')} dropped earlier.</p>\n")
    if result.rotated_by_hand:
        out.write("<p>No rotation is foreseen: the keys are rotated by hand.</p>\n")
    out.write(f'</header>\n<main>\n<div class="scroll">\n{timeline_svg.picture(result)}</div>\n')
    out.write("<h2>What breaks</h2>\n")
    if not result.breakages:
        out.write("<p>Nothing.</p>\n")
    for each in result.breakages:
        weight = "high" if each.until > result.now else "info"
        kid = f" <code>{_text(each.kid)}</code>" if each.kid is not None else ""
        out.write(f'<article class="{weight}">\n<p><span class="word">{each.victim.value}</span>{kid}</p>\n')
        out.write(f"<h3>{_text(each.reason)}</h3>\n<p>{date(each.at)} to {date(each.until)}</p>\n</article>\n")
    out.write('<h2>Keys</h2>\n<div class="scroll"><table>\n<thead><tr><th>kid</th>')
    out.write("".join(f"<th>{state}</th>" for state in (*_STATES, "gone")) + "</tr></thead>\n<tbody>\n")
    for key in result.keys:
        since = {span.state.value: date(span.begin) for span in key.spans}
        gone = "" if key.gone is None else date(key.gone) + (" (revoked)" if key.revoked else "")
        cells = [*(since.get(state, "") for state in _STATES), gone]
        out.write(f"<tr><td>{_text(key.kid)}</td>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>\n")
    out.write("</tbody></table></div>\n</main>\n" + foot())


def _text(text: str) -> str:
    return html.escape(printable(text))
