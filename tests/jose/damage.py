"""Ways in which people lose or hide parts of a PEM file; each takes its text and a seeded random stream."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable


def _split(pem: str) -> tuple[str, list[str], str]:
    begin, *body, end = pem.strip().split("\n")
    return begin, body, end


def _joined(begin: str, body: list[str], end: str) -> str:
    return "\n".join([begin, *body, end]) + "\n"


def whole(pem, _):
    return pem


def head_cut(pem, stream):
    lines = pem.strip().split("\n")
    return "\n".join([lines[9][stream.randrange(20) :], *lines[10:]])


def tail_cut(pem, stream):
    """Cut behind the private exponent, in the first half of the primes."""
    lines = pem.strip().split("\n")
    return "\n".join([*lines[: len(lines) * 3 // 5], lines[len(lines) * 3 // 5][: stream.randrange(10, 40)]])


def tail_cut_hidden(pem, stream):
    return tail_cut(pem, stream) + "\n[... rest redacted ...]\n"


def photographed(pem, _):
    """Twelve lines somewhere in the middle, without BEGIN and END."""
    _, body, _ = _split(pem)
    start = len(body) * 2 // 5
    return "\n".join(body[start : start + len(body) // 2])


def lines_lost(pem, _):
    begin, body, end = _split(pem)
    return _joined(begin, [*body[:7], *body[12:]], end)


def lines_lost_twice(pem, _):
    begin, body, end = _split(pem)
    return _joined(begin, [*body[:3], *body[5:-7], *body[-5:]], end)


def lines_marked(pem, stream):
    begin, body, end = _split(pem)
    mark = stream.choice(
        ["[REDACTED]", "...", "…", "<snip>", "(5 lines removed)", "*****", "-- five lines left out --"]
    )
    return _joined(begin, [*body[:7], mark, *body[12:]], end)


def starred(pem, stream):
    """Every third line masked from its middle on, one character for one."""
    begin, body, end = _split(pem)
    mask = stream.choice("*.•█#?xX")
    body = [line if i % 3 else line[:20] + mask * len(line[20:]) for i, line in enumerate(body)]
    return _joined(begin, body, end)


def sprinkled(pem, stream):
    begin, body, end = _split(pem)
    return _joined(begin, ["".join(c if stream.random() < 0.7 else "*" for c in line) for line in body], end)


def redacted_inside(pem, _):
    """A few words in the place of thirty characters of some lines."""
    begin, body, end = _split(pem)
    body = [
        f"{line[:10]}[REDACTED]{line[40:]}" if i % 4 == 2 and len(line) == 64 else line for i, line in enumerate(body)
    ]
    return _joined(begin, body, end)


def blocked(pem, _):
    """All between the first four lines and the last eight as one row of stars."""
    begin, body, end = _split(pem)
    return _joined(begin, [*body[:4], "*" * 64, *body[-8:]], end)


def torn_right(pem, _):
    begin, body, end = _split(pem)
    return _joined(begin[:18], [line[: 62 - i] for i, line in enumerate(body)], end[:4])


def torn_left(pem, _):
    begin, body, end = _split(pem)
    return _joined(begin, [" " * (i // 2) + line[i // 2 :] for i, line in enumerate(body)], end)


def rewrapped(pem, stream):
    """Lines of all lengths, cut at the end."""
    begin, body, _ = _split(pem)
    text, lines = "".join(body), []
    while text:
        length = stream.choice([48, 60, 64, 72, 76])
        lines.append(text[:length])
        text = text[length:]
    return "\n".join([begin, *lines[:-4]])


def one_line(pem, _):
    return pem.replace("\n", "\\n")[:-300]


def in_json(pem, _):
    return json.dumps({"type": "service", "private_key": pem}).replace("/", "\\/")[:-320]


def json_of_dotnet(pem, _):
    return json.dumps({"key": pem}).replace("+", "\\u002B")[:-320]


def in_yaml(pem, stream):
    indented = "\n".join("      " + line for line in tail_cut(pem, stream).split("\n"))
    return f"apiVersion: v1\ndata:\n  key: |\n{indented}\n"


def quoted(pem, stream):
    return "Hello,\nthis is what I found:\n\n" + "\n".join("> " + line for line in tail_cut(pem, stream).split("\n"))


def quoted_without_markers(pem, _):
    return "\n".join("> > " + line for line in pem.strip().split("\n")[8:-2])


def in_source(pem, _):
    lines = [f'    "{line}\\n" +' for line in pem.strip().split("\n")[:-4]]
    return "String key =\n" + "\n".join(lines)


def in_diff(pem, _):
    return "@@ -1,3 +1,30 @@\n" + "\n".join("+" + line for line in pem.strip().split("\n")[:-4])


def numbered(pem, _):
    return "\n".join(f"{number:6}\t{line}" for number, line in enumerate(pem.strip().split("\n")[:-4], start=1))


def spaces_for_newlines(pem, _):
    return "KEY=" + " ".join(pem.strip().split("\n")[:-4])


def with_carriage_returns(pem, stream):
    return tail_cut(pem, stream).replace("\n", "\r\n")


def half_a_begin(pem, stream):
    return pem[stream.randrange(6, 20) :][:-310]


DAMAGES: dict[str, Callable[[str, random.Random], str]] = {
    each.__name__: each
    for each in (
        whole,
        head_cut,
        tail_cut,
        tail_cut_hidden,
        photographed,
        lines_lost,
        lines_lost_twice,
        lines_marked,
        starred,
        sprinkled,
        redacted_inside,
        blocked,
        torn_right,
        torn_left,
        rewrapped,
        one_line,
        in_json,
        json_of_dotnet,
        in_yaml,
        quoted,
        quoted_without_markers,
        in_source,
        in_diff,
        numbered,
        spaces_for_newlines,
        with_carriage_returns,
        half_a_begin,
    )
}
