"""TIME and DURATION as people type them."""

from __future__ import annotations

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_LONGEST = 100 * 365 * 86400
_LATEST = 253_402_300_799  # the end of the year 9999, where RFC 3339 ends


def duration(text: str) -> int:
    """Parse `30s`, `5m`, `1h`, `7d`, `2w`, sums such as `1h30m`, or plain seconds.

    Returns:
        Seconds, never negative, and no more than a hundred years: operating systems refuse to wait longer.

    Raises:
        ValueError: saying what is accepted.
    """
    rest, total, number = text.strip().lower(), 0, ""
    if rest.isascii() and rest.isdigit() and len(rest) <= 12:
        return _bounded(int(rest), text)
    for character in rest:
        if character.isascii() and character.isdigit() and len(number) < 12:
            number += character
        elif number and character in _SECONDS:
            total += int(number) * _SECONDS[character]
            number = ""
        else:
            break
    else:
        if rest and not number:
            return _bounded(total, text)
    raise ValueError(f"{text!r} is no duration: 30s, 5m, 1h, 7d or a number of seconds")


def moment(text: str, now: float) -> int:
    """Parse `1h`, `+1h`, `-5m`, `now`, `now+1h`, RFC 3339, or Unix seconds.

    Args:
        text: what was typed.
        now: Unix time to which a relative time is added.

    Returns:
        Unix time in whole seconds.

    Raises:
        ValueError: saying what is accepted.
    """
    word = text.strip()
    relative = word.removeprefix("now")
    if not relative and word:
        return int(now)
    if relative[:1] in {"+", "-"}:
        offset = duration(relative[1:])
        return _sane(int(now) + (offset if relative[0] == "+" else -offset), text)
    if word.isascii() and word.isdigit():
        return _sane(int(word) if len(word) <= 12 else _LATEST + 1, text)
    if word[-1:].lower() in _SECONDS and "-" not in word and relative == word:
        return _sane(int(now) + duration(word), text)
    from datetime import UTC, datetime

    try:
        stated = datetime.fromisoformat(word.upper())
    except ValueError as err:
        raise ValueError(f"{text!r} is no time: +1h, -5m, 2030-01-31T12:00:00Z or Unix seconds") from err
    return _sane(int((stated if stated.tzinfo else stated.replace(tzinfo=UTC)).timestamp()), text)


def _bounded(seconds: int, text: str) -> int:
    if seconds > _LONGEST:
        raise ValueError(f"{text!r} is longer than a hundred years")
    return seconds


def _sane(seconds: int, text: str) -> int:
    if not 0 <= seconds <= _LATEST:
        raise ValueError(f"{text!r} lies outside the years 1970 to 9999")
    return seconds
