"""TIME and DURATION as people type them."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jwtctl.cli import times

NOW = 1_900_000_000.75
LAST = 253_402_300_799  # 9999-12-31T23:59:59Z
CENTURY = 100 * 365 * 86400


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("90", 90),
        ("30s", 30),
        ("5m", 300),
        ("1h", 3600),
        ("7d", 604_800),
        ("2w", 1_209_600),
        ("1h30m", 5400),
        (" 1H ", 3600),
        ("000005m", 300),
        (str(CENTURY), CENTURY),
    ],
)
def test_durations(text, seconds):
    assert times.duration(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "h",
        "1x",
        "1.5h",
        "-5m",
        "+5m",
        "1 h",
        "1h30",
        "1e3",
        "٣s",
        "५",
        "1y",
        "1h-",
        "0x10",
        "1_000",
        "½h",
    ],
)
def test_no_durations(text):
    with pytest.raises(ValueError, match="is no duration: 30s, 5m, 1h, 7d or a number of seconds"):
        times.duration(text)


@pytest.mark.parametrize("text", ["99999999999w", str(CENTURY + 1), "999999999999", "36501d"])
def test_a_duration_stays_within_what_systems_can_wait(text):
    with pytest.raises(ValueError, match="is longer than a hundred years"):
        times.duration(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("now", int(NOW)),
        ("1h", int(NOW) + 3600),
        ("+1h", int(NOW) + 3600),
        ("now+1h", int(NOW) + 3600),
        ("-5m", int(NOW) - 300),
        ("now-5m", int(NOW) - 300),
        ("1h30m", int(NOW) + 5400),
        ("+90", int(NOW) + 90),
        ("0", 0),
        ("1700000000", 1_700_000_000),
        (str(LAST), LAST),
        ("1970-01-01T00:00:00Z", 0),
        ("2030-01-31T12:00:00Z", 1_896_091_200),
        ("2030-01-31t12:00:00z", 1_896_091_200),
        ("2030-01-31T14:00:00+02:00", 1_896_091_200),
        ("2030-01-31T12:00:00.999Z", 1_896_091_200),
        ("2030-01-31", 1_896_048_000),
        ("2030-01-31T12:00:00", 1_896_091_200),
    ],
)
def test_moments(text, moment):
    assert times.moment(text, NOW) == moment


@pytest.mark.parametrize(
    "text", ["", " ", "tomorrow", "now+", "now5m", "now 1h", "+-5m", "--5m", "2030-13-01", "noon", "1.5h", "\x00", "٣"]
)
def test_no_moments(text):
    with pytest.raises(ValueError, match=r"is no (time|duration): "):
        times.moment(text, NOW)


@pytest.mark.parametrize("text", ["-3000w", str(LAST + 1), "9" * 5000, "1969-12-31T23:59:59Z"])
def test_moments_stay_within_what_rfc_3339_can_write(text):
    with pytest.raises(ValueError, match="outside the years 1970 to 9999"):
        times.moment(text, 60)


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_refused(text):
    for parse in (times.duration, lambda word: times.moment(word, NOW)):
        with contextlib.suppress(ValueError):
            assert 0 <= parse(text) <= LAST


@given(st.datetimes(datetime(1970, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)))  # noqa: DTZ001 - as hypothesis wants it
def test_what_rfc_3339_writes_is_read(stated):
    assert times.moment(stated.isoformat(), NOW) == int(stated.timestamp())
