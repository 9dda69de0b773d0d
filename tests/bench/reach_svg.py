"""The picture of what each leak gives away, as SVG that needs nothing else: light, or dark where that is preferred."""

from __future__ import annotations

import html
import math
from typing import NamedTuple

WIDTH, HEIGHT = 960, 612
LEFT, RIGHT, TOP, BOTTOM = 74, 930, 122, 500
FAST, SLOW = 0.0001, 1000
SPLIT_BITS, SPLIT_X, MOST_BITS = 512, 400, 760
"""Left of 512 bits, n^(1/4), one continued fraction does it all; the rest gets more room."""

BITS_TICKS = (2, 128, 256, 384, 512, 550, 600, 650, 700, 750)
SECONDS_TICKS = {
    0.0001: "0.1 ms",
    0.001: "1 ms",
    0.01: "10 ms",
    0.1: "0.1 s",
    1: "1 s",
    10: "10 s",
    60: "1 min",
    600: "10 min",
}


class Line(NamedTuple):
    """How a method is drawn: its words, where they stand against one of its points, and its colours."""

    words: str
    point: int
    dx: int
    dy: int
    anchor: str
    light: str
    dark: str


LINES = {
    "common-exponents": Line("a usual e: tried one by one", 4, 0, 26, "start", "#2563c9", "#7db0ff"),
    "continued-fraction": Line("any short e: one continued fraction", 8, 0, -12, "end", "#0b7f6f", "#45d0b8"),
    "direct-lattice": Line("one lattice", -1, -8, -6, "end", "#b45f06", "#f5b04c"),
    "chain": Line("a chain of lattices", -1, -2, -14, "end", "#c62839", "#ff7c84"),
    "two-keys": Line("two keys, one secret e", -1, 8, -14, "end", "#6d3fd1", "#b79cff"),
    "two-exponents": Line("two secret e under one modulus", -1, 4, 24, "end", "#b02483", "#ff8fd2"),
    "tokens": Line("no leak at all: two tokens", -1, 14, -16, "start", "#1b2230", "#f4f6fb"),
}


def x(bits):
    """From 0 to 512 on one scale, above that on another."""
    if bits <= SPLIT_BITS:
        return LEFT + (SPLIT_X - LEFT) * bits / SPLIT_BITS
    return SPLIT_X + (RIGHT - SPLIT_X) * (bits - SPLIT_BITS) / (MOST_BITS - SPLIT_BITS)


def y(seconds):
    """Logarithmic, upwards."""
    return BOTTOM - (BOTTOM - TOP) * math.log(seconds / FAST) / math.log(SLOW / FAST)


def picture(figures):
    """The SVG of the figures of one run."""
    textbook, wall = figures["n_bits"] // 4 - 2, figures["n_bits"] * 2929 // 10_000
    body = [
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}" rx="14"/>',
        _text(LEFT, 44, "How long must a secret exponent be?", "title"),
        _text(
            LEFT,
            70,
            f"What gives away e, and how soon, once (n, d) is with the services: n of {figures['n_bits']:,} "
            "bits, seconds of one core",
            "soft",
        ),
        *_grid(),
        *_limits(textbook, wall),
        *(part for name, line in LINES.items() for part in _line(name, line, figures["methods"][name])),
        _text((LEFT + RIGHT) / 2, BOTTOM + 48, "bits of the secret exponent e", "soft", "middle"),
        _text(
            LEFT,
            HEIGHT - 40,
            "Lattices: the worst case, all of the range of p + q. The scale of bits changes at 512.",
            "small",
        ),
        _text(
            LEFT,
            HEIGHT - 22,
            f"Measured on {figures['date']}, {figures['cpu']}, by `python -m tests.bench reach-picture`.",
            "small",
        ),
    ]
    words = f"CPU seconds to recover a secret exponent of so many bits, n of {figures['n_bits']} bits"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{words}">\n'
        f"<style>\n{_style()}</style>\n" + "\n".join(body) + "\n</svg>\n"
    )


def _grid():
    for seconds, words in SECONDS_TICKS.items():
        level = y(seconds)
        yield f'<line class="grid" x1="{LEFT}" x2="{RIGHT}" y1="{level:.1f}" y2="{level:.1f}"/>'
        yield _text(LEFT - 10, level + 4, words, "tick", "end")
    for bits in BITS_TICKS:
        yield f'<line class="axis" x1="{x(bits):.1f}" x2="{x(bits):.1f}" y1="{BOTTOM}" y2="{BOTTOM + 6}"/>'
        yield _text(x(bits), BOTTOM + 22, str(bits), "tick", "middle")
    yield f'<line class="axis" x1="{LEFT}" x2="{RIGHT}" y1="{BOTTOM}" y2="{BOTTOM}"/>'


def _limits(textbook, wall):
    """Where the textbook method ends, and where the lattice of a single key would end however long one waits."""
    for bits, words, anchor, dx in (
        (textbook, f"the textbook ends: Wiener, {textbook} bits", "end", -6),
        (wall, f"lattices for one key end: n^0.2929, {wall} bits", "start", 6),
    ):
        yield f'<line class="limit" x1="{x(bits):.1f}" x2="{x(bits):.1f}" y1="{TOP - 22}" y2="{BOTTOM}"/>'
        yield _text(x(bits) + dx, TOP - 14, words, "small", anchor)


def _line(name, line, points):
    places = [(x(point["e_bits"]), y(point["seconds"])) for point in points]
    if name != "tokens":
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in places)
        yield f'<polyline class="line {name}" points="{path}"/>'
    for (a, b), point in zip(places, points, strict=True):
        shown = f"<title>{point['e_bits']} bits: {point['seconds']:g} s</title>"
        if name == "tokens":
            yield f'<path class="mark {name}" d="M{a:.1f},{b - 7:.1f}l7,7l-7,7l-7,-7z">{shown}</path>'
        else:
            yield f'<circle class="mark {name}" cx="{a:.1f}" cy="{b:.1f}" r="3.2">{shown}</circle>'
    if name == "tokens":
        # The first one stands off the line below it.
        for (a, b), (words, dy) in zip(places, (("e = 3", -3), ("e = 257", 3), ("e = 65537", 4)), strict=True):
            yield _text(a + 12, b + dy, words, "tick")
    a, b = places[line.point]
    yield _text(a + line.dx, b + line.dy, line.words, f"label {name}", line.anchor)


def _text(a, b, words, kind, anchor="start"):
    return f'<text class="{kind}" x="{a:.1f}" y="{b:.1f}" text-anchor="{anchor}">{html.escape(words)}</text>'


def _style():
    rules = [
        "text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-size:13px}",
        ".title{font-size:24px;font-weight:650}.label{font-weight:600}.small{font-size:12px}.tick{font-size:12px}",
        ".line{fill:none;stroke-width:2.6;stroke-linejoin:round;stroke-linecap:round}",
        ".limit{stroke-width:1.2;stroke-dasharray:3 4}.mark{stroke-width:1}",
        *_colours("#ffffff", "#1b2230", "#5a6475", "#e7eaf0", "light"),
    ]
    dark = "".join(_colours("#12161f", "#f4f6fb", "#a3adbf", "#262d3a", "dark"))
    return "\n".join([*rules, f"@media (prefers-color-scheme:dark){{{dark}}}", ""])


def _colours(paper, ink, soft, grid, theme):
    yield f".paper{{fill:{paper}}}.title{{fill:{ink}}}.soft,.small,.tick{{fill:{soft}}}"
    yield f".grid{{stroke:{grid}}}.axis,.limit{{stroke:{soft}}}.mark{{stroke:{paper}}}"
    for name, line in LINES.items():
        colour = getattr(line, theme)
        yield f".line.{name}{{stroke:{colour}}}.mark.{name},.label.{name}{{fill:{colour}}}"
