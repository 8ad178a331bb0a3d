"""A person's own rows, of a file of SQL or of Python: put in as soon as their tables are there, or at a revision."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from lab_app.check.answers import Answer, first_line
from lab_app.check.evidence import NotTested
from lab_app.check.lane import Lane
from lab_app.check.observe import MAIN
from lab_app.check.seeding.empty import delete_rows, empty_tables
from lab_app.check.sql_file import SqlFile, read_sql
from lab_app.errors import LabError
from lab_app.evidence.state import State

_FUNCTION = "seed"


@dataclass(frozen=True)
class PythonFile:
    """A file with ``def seed(connection):`` or ``def seed():``, which is called in the project's interpreter."""

    path: Path

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name


SeedFile = SqlFile | PythonFile


def read_rows_file(file: Path, option: str) -> SeedFile:
    """Read a file of a person's rows: Python by its name, else SQL.

    Raises:
        LabError: it cannot be read, or holds no rows.
    """
    if file.suffix != ".py":
        return read_sql(file, option)
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise LabError(f"{option} {file} cannot be read: {why}. Name a file of SQL or Python.") from None
    except (SyntaxError, ValueError) as error:
        line = f"line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else str(error)
        raise LabError(f"{option} {file} is no Python: {line}. Correct it.") from None
    if not any(isinstance(node, ast.FunctionDef) and node.name == _FUNCTION for node in tree.body):
        raise LabError(f"{option} {file} has no function seed. Write def seed(connection): and insert the rows in it.")
    return PythonFile(file.resolve())


class OwnRows:
    """Rows of one file for one database of the project.

    They are put in at ``revision``, or at the first one at which all lanes take them, in place of the lab's.
    """

    def __init__(self, file: SeedFile, slot: str = MAIN, revision: str | None = None) -> None:
        self._file = file
        self._slot = slot
        self._revision = revision
        self.waits = True
        #: Why they were not taken the last time.
        self.why = f"{revision} was not reached" if revision else "there was no revision to put them in"

    @property
    def called(self) -> str:
        """What they are called where they are not tested."""
        return f"the rows of {self._file.name}{f' at {self._revision}' if self._revision else ''}"

    def left_out(self, lanes: Sequence[Lane]) -> list[tuple[Lane, str]]:
        """Return the lanes that the file is not for, each with the reason."""
        if isinstance(self._file, PythonFile):
            return []
        return [(lane, why) for lane in lanes if (why := self._file.why_not(lane.engine))]

    def is_due(self, noted: Collection[str]) -> bool:
        """Tell whether they are to be put in, where the databases note these revisions."""
        return self.waits and (self._revision is None or self._revision in noted)

    def put(self, lanes: Sequence[Lane], filled: Collection[str]) -> set[str]:
        """Put them in on all lanes that they are for, or on none; return the tables that hold them then.

        The lab's rows are deleted before; ``filled`` are tables that hold rows of the person's already. Rows that were
        to be put in at a revision are not tried again.
        """
        others = [lane for lane, _ in self.left_out(lanes)]
        lanes = [lane for lane in lanes if lane not in others]
        for lane in lanes:
            lane.keep(lane.read())
        self.why = next(filter(None, (self._sent(lane, filled) for lane in lanes)), "")
        self.waits = bool(self.why) and self._revision is None
        if self.why:
            for lane in lanes:
                lane.restore()
            return set()
        return {name for lane in lanes for name, data in lane.read().rows.items() if data.count}

    def note_head(self) -> None:
        """Note that nothing came after they were put in."""
        if not self.waits and not self.why:
            self.why = (
                "no upgrade was tried with them: they fit the head alone. Type --baseline create_all to walk back"
            )

    def _sent(self, lane: Lane, filled: Collection[str]) -> str:
        """Send them to one lane; return why it does not take them, or nothing."""
        try:
            if filled:
                delete_rows(lane, filled)
            else:
                empty_tables(lane)
        except sa.exc.DBAPIError as error:
            return f"{lane.title}: the lab's rows cannot be deleted: {first_line(str(error.orig))}"
        if isinstance(self._file, PythonFile):
            said = _told(lane.do("seed", file=str(self._file.path), slot=self._slot), self._file)
            return f"{lane.title}: {said}" if said else ""
        with lane.writer_to(self._slot) as connection:
            said = self._file.put(connection)
        return f"{lane.title}: {said}" if said else ""


class RowFiles:
    """All of a person's rows, each put in when it is its turn."""

    def __init__(self, rows: Sequence[OwnRows]) -> None:
        self._rows = rows
        self._filled: set[str] = set()

    def put(self, lanes: Sequence[Lane], states: dict[str, State]) -> None:
        """Put those in that are due; ``states`` are what was read of the lanes, and are read again then."""
        for own in self._rows:
            noted = [each.rpartition(":")[2] for lane in lanes for each in states[lane.name].revisions]
            if lanes and own.is_due(noted) and (filled := own.put(lanes, self._filled)):
                self._filled |= filled
                states |= {lane.name: lane.read() for lane in lanes}

    def put_at_head(self, lanes: Sequence[Lane], states: dict[str, State]) -> None:
        """Put those in that fit nowhere before: no upgrade comes after them."""
        waiting = [each for each in self._rows if each.waits]
        self.put(lanes, states)
        for own in waiting:
            own.note_head()

    def not_tested(self, lanes: Sequence[Lane]) -> list[NotTested]:
        """Return the files that were put in nowhere, or not on one of the lanes, each with the reason."""
        found = [NotTested(each.called, each.why) for each in self._rows if each.why]
        for own in self._rows:
            found += [NotTested(f"{own.called} on {lane.title}", why) for lane, why in own.left_out(lanes)]
        return found


def _told(answer: Answer, file: PythonFile) -> str:
    if answer.failure is None:
        return ""
    at = answer.failure.at
    return f"{answer.failure.line}, in {Path(at.file).name}:{at.line}" if at else f"{answer.failure.line} ({file.name})"
