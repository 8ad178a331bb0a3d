"""Who is to blame when engines part: the minority; on a tie those that are not as their own models say; else all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any


def groups(values: Mapping[str, Any], agree: Callable[[str, Any, str, Any], bool]) -> list[list[str]]:
    """Return the lanes in groups that agree, the smallest first.

    Agreeing is not transitive (a text agrees with two enums that differ), so a lane that agrees with several groups
    abstains: it joins the largest.
    """
    found: list[list[str]] = []
    for lane, value in values.items():
        joined = [group for group in found if all(agree(lane, value, other, values[other]) for other in group)]
        if joined:
            max(joined, key=len).append(lane)
        else:
            found.append([lane])
    return sorted(found, key=len)


def blamed(found: Sequence[Sequence[str]], unlike_models: Sequence[str] = ()) -> list[str]:
    """Return the lanes to blame for a difference between groups, the smallest group first."""
    if len(found[0]) < len(found[-1]):
        return list(found[0])
    everyone = [lane for group in found for lane in group]
    return list(unlike_models) if 0 < len(unlike_models) < len(everyone) else everyone
