"""What the columns of a run are called, once it is known which version each server has."""

from __future__ import annotations

from collections.abc import Sequence

from lab_app.servers import Server, Unavailable, Wanted

Found = Server | Unavailable


def names(columns: Sequence[tuple[Wanted, Found]]) -> list[str]:
    """Return a name for each column, all of them different.

    It is the engine's where the engine has one column; else with the version that was asked for, or with as much of
    the version that was found as tells it apart: postgresql 15, postgresql 18.6, postgresql 18.6 (2).
    """
    given: list[str] = []
    for wanted, found in columns:
        versions = [_version(other) for asked, other in columns if asked.engine is wanted.engine]
        if len(versions) == 1:
            name = wanted.engine.name
        elif wanted.version or isinstance(found, Unavailable):
            name = wanted.name
        else:
            name = f"{wanted.engine} {_apart(found.version, versions, wanted.engine.release_numbers)}"
        given.append(_unlike(name, given))
    return given


def _version(found: Found) -> str:
    return found.version if isinstance(found, Server) else ""


def _apart(version: str, versions: Sequence[str], least: int) -> str:
    """Return the shortest part of a version that no other one begins with; all of it where that does not help.

    At ``least`` so many numbers are taken: 8.4 is a release of MySQL, and 8 is none.
    """
    parts = version.split(".")
    for count in range(least, len(parts)):
        if [each.split(".")[:count] for each in versions].count(parts[:count]) == 1:
            return ".".join(parts[:count])
    return version


def _unlike(name: str, given: Sequence[str]) -> str:
    """Return a name as it is, or with the lowest number that makes it another than those given already."""
    number, unlike = 1, name
    while unlike in given:
        number += 1
        unlike = f"{name} ({number})"
    return unlike
