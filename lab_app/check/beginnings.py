"""Where a walk begins when not with an empty database: with files of SQL, or the models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab_app.check.answers import Answer
from lab_app.check.differences import succeeded
from lab_app.check.evidence import Revision
from lab_app.check.lane import Lane
from lab_app.check.observe import MAIN
from lab_app.check.own_rows import OwnRows, SeedFile
from lab_app.check.sql_file import SqlFile
from lab_app.errors import LabError


@dataclass(frozen=True)
class Start:
    """A file of SQL that makes what a database starts from: that of a bind, or the main one."""

    file: SqlFile
    bind: str = MAIN


@dataclass(frozen=True)
class Beginning:
    """How a walk begins: ``starts`` make its databases, ``models`` begins at the head and goes back.

    ``rows`` are files of the person's own rows, each with the words before it: a bind, a revision, both or none.
    """

    starts: tuple[Start, ...] = ()
    models: bool = False
    rows: tuple[tuple[str, SeedFile], ...] = ()

    @property
    def called(self) -> str:
        """What a lane is said to be blocked by where it cannot begin."""
        return "create_all()" if self.models else ", ".join(start.file.name for start in self.starts)

    def own_rows(self, binds: Sequence[str], revisions: Sequence[Revision]) -> list[OwnRows]:
        """Return the person's rows, each with its database and the revision at which it is put in.

        Raises:
            LabError: a bind or a revision is none of the project's.
        """
        for start in self.starts:
            if start.bind != MAIN and start.bind not in binds:
                raise _unknown(f"--from {start.bind}={start.file.name}", start.bind, "a bind", binds, ())
        return [_own_rows(key, file, binds, [each.revision for each in revisions]) for key, file in self.rows]


def _own_rows(key: str, file: SeedFile, binds: Sequence[str], revisions: Sequence[str]) -> OwnRows:
    """Read BIND, REVISION, or BIND:REVISION; the beginning of a revision's id is enough."""
    bind, colon, named = key.rpartition(":")
    if not colon and named in binds:
        bind, named = named, ""
    found = [named] if named in revisions else [each for each in revisions if each.startswith(named)]
    option = f"--seed {key}={file.name}"
    if bind and bind not in binds:
        raise _unknown(option, bind, "a bind", binds, ())
    if named and len(found) != 1:
        raise _unknown(option, named, "a bind or a revision" if binds else "a revision", binds, revisions)
    return OwnRows(file, bind or MAIN, found[0] if named else None)


def _unknown(option: str, word: str, kind: str, binds: Sequence[str], revisions: Sequence[str]) -> LabError:
    known = ", ".join((*binds, *revisions[-6:]))
    hint = f"Type one of: {known}" if known else "It has none: leave it out."
    return LabError(f"{option}: {word} is not {kind} of this project. {hint}")


def begin_from_sql(lane: Lane, beginning: Beginning) -> str:
    """Make what a lane starts from; return why it cannot be, or nothing."""
    for start in beginning.starts:
        if why := start.file.why_not(lane.engine):
            return why
        with lane.writer_to(start.bind) as connection:
            if said := start.file.put(connection):
                return f"it does not take {start.file.name}: {said}"
    return ""


def begin_at_head(lane: Lane) -> str:
    """Make the tables of the models and note the heads; return why it cannot be done, or nothing."""
    for what, more in (("create_all", {}), ("stamp", {"revision": "heads"})):
        answer: Answer = lane.do(what, **more)
        if not succeeded(answer):
            return f"{what} fails: {answer.failure.line if answer.failure else ''}"
    return ""
