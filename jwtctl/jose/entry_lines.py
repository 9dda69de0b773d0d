"""On which line each entry of a JWK Set stands, so that a finding can point at it."""

from __future__ import annotations

import re

# Possessive, so that a long string takes no memory.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[\[\]{},\n]|[^\s"\[\]{},:]++')
_STRUCTURE = frozenset("[]{}\n")


def entry_lines(text: str) -> list[int]:
    """Lines, from 1, on which the entries of the `keys` array of a JSON object begin; empty if there is none.

    Args:
        text: a JSON text that was parsed before; of anything else the answer is worth nothing.
    """
    lines: list[int] = []
    line, depth, name, inside, expected = 1, 0, "", False, False
    for token in _TOKEN.finditer(text):
        word = token[0]
        if depth > 2 and word not in _STRUCTURE:
            continue
        if word == "\n":
            line += 1
            continue
        if inside and depth == 2 and expected and word not in {",", "]"}:
            lines.append(line)
            expected = False
        if word in {"{", "["}:
            depth += 1
            if word == "[" and depth == 2 and name == '"keys"':
                inside, expected, lines = True, True, []
        elif word in {"}", "]"}:
            depth -= 1
            inside = inside and depth >= 2
        elif word == "," and depth == 2:
            expected = True
        elif depth == 1 and word.startswith('"'):
            name = word
    return lines
