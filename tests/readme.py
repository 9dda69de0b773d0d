"""The README's tables: that of the checks, made from the checks themselves, and that of what leaks give away, made from
the figures of the last measurement. `make readme` writes them, a test holds them."""

from __future__ import annotations

import json
from pathlib import Path

from jwtctl.checks.base import all_checks

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
FIGURES = ROOT / "examples" / "reversed-sso" / "reach.json"
BEGIN, END = "<!-- checks: kept by `make readme` -->\n", "<!-- /checks -->\n"
REACH_BEGIN, REACH_END = "<!-- reach: kept by `make readme` -->\n", "<!-- /reach -->\n"

HELD = {
    "common-exponents": ("(n, d) of one service", "any usual one; the longest has {} bits"),
    "continued-fraction": ("(n, d) of one service", "any of up to {} bits"),
    "direct-lattice": ("(n, d) of one service", "any of up to {} bits, by one lattice"),
    "chain": ("(n, d) of one service", "any of up to {} bits, by a chain of lattices"),
    "two-keys": ("(n, d) and (n', d'), one e for both", "any of up to {} bits"),
    "two-exponents": ("(n, d) and (n, d'), one n for both", "two of up to {} bits each"),
}
"""What somebody has, and which e falls with it, by the method that finds it."""


def table():
    """One row per check."""
    rows = ["| check | severity | finds | proof | source |", "|---|---|---|---|---|"]
    for check in all_checks():
        rule = check.info()
        rows.append(f"| `{rule.id}` | {rule.severity.word} | {rule.title} | {rule.proof} | {'; '.join(rule.cites)} |")
    return "\n".join(rows) + "\n"


def reach_table():
    """One row per kind of leak, with the furthest point of its line, and one per run of the whole command."""
    figures = json.loads(FIGURES.read_text())
    rows = [
        f"Measured on {figures['date']} with n of {figures['n_bits']:,} bits; CPU seconds of one core, {figures['cpu']}.",
        "",
        "| what somebody has | the secret e | seconds |",
        "|---|---|---|",
    ]
    for name, (held, reached) in HELD.items():
        last = figures["methods"][name][-1]
        rows.append(f"| {held} | {reached.format(last['e_bits'])} | {seconds(last['seconds'])} |")
    times = [seconds(point["seconds"]) for point in figures["methods"]["tokens"]]
    rows.append(f"| two RS256 tokens, no key at all | 3, 257, 65537 | {', '.join(times)} |")
    command = figures["command"]
    for bits in dict.fromkeys(row["e_bits"] for row in command):
        phi, lam = (
            next(row["seconds"] for row in command if (row["e_bits"], row["d_modulo"]) == (bits, form))
            for form in ("phi", "lambda")
        )
        rows.append(
            f"| (n, d); all of `jwtctl recover --jobs 1` | random, {bits} bits | "
            f"{seconds(phi)} for d modulo φ(n), {seconds(lam)} modulo λ(n) |"
        )
    return "\n".join(rows) + "\n"


def seconds(value):
    """Two significant digits, or whole seconds."""
    if value >= 1:
        return f"{value:.0f}" if value >= 10 else f"{value:.1f}"
    return f"{float(f'{value:.2g}'):f}".rstrip("0")


def with_tables(text):
    """The README with the tables as they should be."""
    text = _with(text, BEGIN, table(), END)
    return _with(text, REACH_BEGIN, reach_table(), REACH_END)


def _with(text, begin, made, end):
    before, _, rest = text.partition(begin)
    return before + begin + made + end + rest.partition(end)[2]


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text()))
