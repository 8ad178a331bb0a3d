"""Moments and lengths of time in words: on a terminal, on a page, and in a file that is read later."""

from datetime import UTC, datetime

#: Seconds in each unit, the longest first.
_UNITS = ((86_400, "day"), (3600, "hour"), (60, "minute"))


def day(when: datetime) -> str:
    """Write the day of a moment: 2026-11-22."""
    return f"{when:%Y-%m-%d}"


def moment(when: datetime) -> str:
    """Write a moment as a date and a time of day: 2026-11-22 17:32 UTC."""
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def ago(when: datetime, now: datetime | None = None) -> str:
    """Tell how long ago something was, in its largest unit: 3 minutes ago."""
    seconds = max(0.0, ((now or datetime.now(UTC)) - when).total_seconds())
    for length, unit in _UNITS:
        if seconds >= length:
            count = int(seconds // length)
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"


def took(ms: float) -> str:
    """Write how long something took, in seconds from one second on: 0.4 ms, 12 ms, 2.1 s."""
    if ms >= 1000:
        return f"{ms / 1000:.1f} s"
    return f"{ms:.0f} ms" if ms >= 10 else f"{ms:.1f}".removesuffix(".0") + " ms"


def elapsed(seconds: float) -> str:
    """Write a length of time as it is counted up: 7 s, 2 min 5 s."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
