"""An audit as one self-contained page: no script, no request, light and dark, for screens of any width and for paper.

The page's own policy (CSP) forbids everything but its inline style, so that even a hole in the escaping could not load
or run anything.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from jwtctl import __version__
from jwtctl.render import estate_svg
from jwtctl.render.safe import printable
from jwtctl.render.text import counted, left_out

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from jwtctl.model import CheckInfo, Finding, InventoryKey, Report

_LONGEST = 2000
_STYLE = """
:root { color-scheme: light dark; --bg: #fff; --fg: #1c2024; --soft: #60646c; --line: #d9d9e0; --card: #f9f9fb;
  --critical: #a3123a; --high: #c2410c; --medium: #946800; --low: #2b6cb0; --info: #60646c; --bar: #3e63dd }
@media (prefers-color-scheme: dark) { :root { --bg: #111113; --fg: #edeef0; --soft: #b0b4ba; --line: #363a3f;
  --card: #18191b; --critical: #ff8da1; --high: #ffa366; --medium: #f5d90a; --low: #70b8ff; --info: #b0b4ba;
  --bar: #849dff } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem; max-width: 70rem; background: var(--bg); color: var(--fg);
  font: 16px/1.5 system-ui, sans-serif }
h1 { font-size: 1.6rem; margin: 0 } h2 { margin: 2.5rem 0 .8rem; font-size: 1.25rem }
p { margin: .3rem 0 } .soft { color: var(--soft) }
.tally { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1rem 0; padding: 0; list-style: none }
.tally li { border: 1px solid var(--line); border-radius: .5rem; padding: .4rem .9rem; background: var(--card) }
.tally b { font-size: 1.4rem; display: block; line-height: 1.2 }
article { border: 1px solid var(--line); border-left: .35rem solid var(--soft); border-radius: .5rem; padding: .8rem 1rem;
  margin: .7rem 0; background: var(--card); overflow-wrap: anywhere; break-inside: avoid }
article h3 { margin: 0; font-size: 1rem } .word { font-weight: 700; text-transform: uppercase; font-size: .8rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem .8rem; margin: .5rem 0 0; font-size: .88rem }
dt { color: var(--soft) } dd { margin: 0 } code, dd.n { font-family: ui-monospace, monospace; font-size: .85rem }
details { margin-top: .5rem; font-size: .92rem } summary { cursor: pointer; color: var(--soft) }
.scroll { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-size: .9rem }
th, td { text-align: left; padding: .35rem .7rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
td { overflow-wrap: anywhere; min-width: 5rem } th { color: var(--soft); font-weight: 600 }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 1.2rem }
figure { margin: 0; break-inside: avoid } figcaption { font-weight: 600; margin-bottom: .3rem }
svg { width: 100%; height: auto } svg text { fill: var(--fg); font: 12px system-ui, sans-serif }
svg .bar { fill: var(--bar) } svg .edge { stroke: var(--critical); stroke-width: 1.5 } svg .node { fill: var(--critical) }
.critical { border-left-color: var(--critical) } .high { border-left-color: var(--high) }
.medium { border-left-color: var(--medium) } .low { border-left-color: var(--low) } .info { border-left-color: var(--info) }
.critical .word, b.critical { color: var(--critical) } .high .word, b.high { color: var(--high) }
.medium .word, b.medium { color: var(--medium) } .low .word, b.low { color: var(--low) }
@media print { body { max-width: none; padding: 0; font-size: 11pt } details > * { display: block } a { color: inherit } }
"""

_TITLES = {"keys": "Key audit", "tokens": "Token audit"}


def head(title: str) -> str:
    """The beginning of a page, up to its body."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="referrer" content="no-referrer">\n<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n'
    )


def foot() -> str:
    """The end of a page."""
    return f'<p class="soft">Made by jwtctl {__version__}.</p>\n</body>\n</html>\n'


def render(result: Report, out: TextIO) -> None:
    """Write the page."""
    out.write(head(_TITLES[result.about]))
    _summary(result, out)
    _findings(result, out)
    if result.inventory:
        _estate(result, out)
        _inventory(result.inventory, result.findings, out)
    out.write(foot())


def _summary(result: Report, out: TextIO) -> None:
    failing = sum(finding.severity >= result.fail_on for finding in result.findings)
    verdict = (
        f"{counted(failing, 'finding')} at {result.fail_on.word} or above"
        if failing
        else "nothing that fails the audit"
    )
    out.write(f'<header>\n<h1>{_TITLES[result.about]}: {verdict}</h1>\n<ul class="tally">\n')
    for word, count in result.by_severity.items():
        if count:
            out.write(f'<li><b class="{word}">{count:,}</b>{word}</li>\n')
    count = result.subjects if result.about == "tokens" else len(result.inventory)
    out.write(f"<li><b>{count:,}</b>{result.about}</li>\n<li><b>{result.checks:,}</b>checks</li>\n</ul>\n")
    notes = (
        [f"{counted(result.suppressed, 'finding')} left out by the policy or the baseline"] if result.suppressed else []
    )
    notes += [f"fixed since the baseline: {_text(words)}" for words in result.fixed]
    notes += left_out(result)
    out.writelines(f"<p>{note}</p>\n" for note in notes)
    for problem in result.unreadable:
        out.write(f"<p><b>Not read:</b> <code>{_text(problem.place.source)}</code>: {_text(problem.message)}</p>\n")
    out.write("</header>\n")


def _findings(result: Report, out: TextIO) -> None:
    out.write("<main>\n<h2>Findings</h2>\n")
    if not result.findings:
        out.write("<p>No findings.</p>\n")
    for finding in result.findings:
        _finding(finding, result.rules.get(finding.id), out)
    out.write("</main>\n")


def _finding(finding: Finding, rule: CheckInfo | None, out: TextIO) -> None:
    word = finding.severity.word
    sure = "" if finding.confidence.value == "certain" else " (heuristic)"
    out.write(
        f'<article class="{word}">\n<p><span class="word">{word}</span> <code>{_text(finding.id)}</code>{sure}</p>\n'
    )
    out.write(f"<h3>{_text(finding.message)}</h3>\n<dl>\n")
    subject = finding.subject
    places = [("file", subject.source), ("key", subject.index), ("line", subject.line), ("kid", subject.kid)]
    places += [("at", finding.at or None), ("thumbprint", subject.thumbprint)]
    places += [("also in", place.source) for place in subject.also]
    for name, value in places:
        if value is not None:
            out.write(f"<dt>{name}</dt><dd>{_text(str(value))}</dd>\n")
    for name, value in finding.witness.items():
        out.write(f'<dt>{_text(str(name))}</dt><dd class="n">{_text(str(value))}</dd>\n')
    out.write("</dl>\n")
    if rule is not None:
        out.write(f"<details><summary>Why it matters, and what to do</summary><p>{_text(rule.why)}</p>")
        out.write(
            f'<p><b>What to do:</b> {_text(rule.remedy)}</p><p class="soft">{_text("; ".join(rule.cites))}</p></details>\n'
        )
    out.write("</article>\n")


def _estate(result: Report, out: TextIO) -> None:
    out.write('<section>\n<h2>The estate</h2>\n<div class="charts">\n')
    for title, picture in estate_svg.pictures(result):
        out.write(f"<figure><figcaption>{title}</figcaption>\n{picture}\n</figure>\n")
    out.write("</div>\n</section>\n")


def _inventory(keys: Iterable[InventoryKey], findings: Iterable[Finding], out: TextIO) -> None:
    worst: dict[tuple[str, int | None], Finding] = {}
    for finding in findings:
        for subject in (finding.subject, *finding.subject.also):
            place = (subject.source, subject.index)
            if place not in worst or finding.severity > worst[place].severity:
                worst[place] = finding
    out.write('<section>\n<h2>Inventory</h2>\n<div class="scroll"><table>\n<thead><tr>')
    out.write("".join(f"<th>{name}</th>" for name in ("key", "half", "alg", "kid", "file", "worst finding")))
    out.write("</tr></thead>\n<tbody>\n")
    for key in keys:
        found = worst.get((key.source, key.index))
        word = f'<b class="{found.severity.word}">{found.severity.word}</b>' if found else "none"
        where = key.source if key.index is None else f"{key.source}, key {key.index}"
        half = "secret" if key.kind == "oct" else "private" if key.private else "public"
        cells = (key.description, half, key.alg or "", key.kid or "", where)
        out.write("<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in cells) + f"<td>{word}</td></tr>\n")
    out.write("</tbody></table></div>\n</section>\n")


def _text(text: str) -> str:
    return html.escape(printable(text, _LONGEST))
