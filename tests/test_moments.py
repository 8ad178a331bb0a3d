"""Moments and lengths of time, as every report words them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from lab_app.report.moments import ago, day, elapsed, moment, took

NOW = datetime(2026, 11, 22, 17, 32, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "just now"),  # another machine's clock
        (59, "just now"),
        (60, "1 minute ago"),
        (3599, "59 minutes ago"),
        (7200, "2 hours ago"),
        (86_400, "1 day ago"),
        (40 * 86_400, "40 days ago"),
    ],
)
def test_how_long_ago_is_told_in_the_largest_unit(seconds: int, words: str) -> None:
    """Whole units only, and nothing that is yet to come."""
    assert ago(NOW - timedelta(seconds=seconds), NOW) == words


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (0.4, "0.4 ms"),
        (3, "3 ms"),
        (9.96, "10 ms"),
        (12.4, "12 ms"),
        (999.4, "999 ms"),
        (1000, "1.0 s"),
        (3210, "3.2 s"),
    ],
)
def test_how_long_it_took(ms: float, words: str) -> None:
    """A decimal where it says something, and seconds from one second on."""
    assert took(ms) == words


def test_time_that_is_counted_up() -> None:
    """Seconds, and minutes from one minute on."""
    assert [elapsed(seconds) for seconds in (0.9, 7, 125.2)] == ["0 s", "7 s", "2 min 5 s"]


def test_a_moment_is_the_same_wherever_it_is_read() -> None:
    """Universal time, and it says so."""
    elsewhere = NOW.astimezone(timezone(timedelta(hours=9)))

    assert moment(elsewhere) == "2026-11-22 17:32 UTC"
    assert day(NOW) == "2026-11-22"
