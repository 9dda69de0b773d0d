"""The README's table of checks, made from the checks themselves: `make readme` writes it, a test holds it."""

from __future__ import annotations

from pathlib import Path

from jwtctl.checks.base import all_checks

README = Path(__file__).resolve().parent.parent / "README.md"
BEGIN, END = "<!-- checks: kept by `make readme` -->\n", "<!-- /checks -->\n"


def table():
    """One row per check."""
    rows = ["| check | severity | finds | source |", "|---|---|---|---|"]
    for check in all_checks():
        rule = check.info()
        rows.append(f"| `{rule.id}` | {rule.severity.word} | {rule.title} | {'; '.join(rule.cites)} |")
    return "\n".join(rows) + "\n"


def with_table(text):
    """The README with the table as it should be."""
    before, _, rest = text.partition(BEGIN)
    return before + BEGIN + table() + END + rest.partition(END)[2]


if __name__ == "__main__":
    README.write_text(with_table(README.read_text()))
