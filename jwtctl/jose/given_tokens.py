"""From text to the tokens in it, whatever they turn out to be, for audits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from jwtctl.errors import TokenError
from jwtctl.jose import base64url, json_object, token
from jwtctl.model import GivenToken, Place

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 1 << 21
"""Characters of the longest text that is taken for a token."""
LONGEST_AROUND = 4000
"""Characters that are kept of the line around a token, with the token in their middle."""

# `eyJ` is base64url of `{"`, with which every header begins that a program writes; an encrypted token has five parts, of
# which the second may be empty, and an unsigned one ends with a dot; disclosures follow after tildes (RFC 9901).
_EMBEDDED = re.compile(
    r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*)?"
    r"(?:~[A-Za-z0-9_.~-]*)?"
)


def given_token(text: str, place: Place, *, around: str = "") -> GivenToken:
    """Say what a text is that somebody calls a token.

    Args:
        text: as it was given.
        place: where.
        around: the line that it stood in.
    """
    compact = token.unwrap(text)
    # What follows a tilde are disclosures (RFC 9901 section 4): the token is what stands before.
    signed = compact.partition("~")[0]
    parts = tuple(signed.split(".", 6)) if len(signed) <= LONGEST else ()
    try:
        parsed = token.parse(signed)
    except TokenError as err:
        return GivenToken(compact, place, _header(parts[0]) if parts else {}, None, parts, err.message, around)
    return GivenToken(compact, place, parsed.header, parsed, parts, "", around)


def embedded_tokens(text: str, source: str, *, first_line: int = 1) -> Iterator[GivenToken]:
    """Find every token in a text, such as a log or a source file.

    Args:
        text: of any kind.
        source: where it came from.
        first_line: number of its first line.
    """
    line, counted = first_line, 0
    for match in _EMBEDDED.finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        room = max(0, LONGEST_AROUND - len(match[0])) // 2
        # No further than that: a line may hold a hundred thousand tokens.
        first, last = max(0, match.start() - room), match.end() + room
        begin, end = text.rfind("\n", first, match.start()) + 1, text.find("\n", match.end(), last)
        around = text[begin or first : last if end < 0 else end]
        found = given_token(match[0], Place(source, None, line), around=around)
        if found.header:
            yield found


def _header(part: str) -> dict[str, object]:
    if len(part) > token.MAX_CHARACTERS["header"]:
        return {}
    try:
        return json_object.parse_object(base64url.decode_lenient(part))[0]
    except ValueError:
        return {}
