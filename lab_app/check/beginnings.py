"""Where a walk begins when not with an empty database: with a file of SQL, or the models; and a person's own rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab_app.check.answers import Answer
from lab_app.check.differences import succeeded
from lab_app.check.lane import Lane
from lab_app.check.observe import MAIN
from lab_app.check.seeding.empty import empty_tables
from lab_app.check.sql_file import send


@dataclass(frozen=True)
class Beginning:
    """How a walk begins: ``sql`` makes the database that it starts from, ``models`` begins at the head and goes back.

    ``rows`` is SQL that puts rows into it, ``rows_from`` the file that it is from.
    """

    sql: tuple[str, ...] = ()
    sql_from: str = ""
    models: bool = False
    rows: tuple[str, ...] = ()
    rows_from: str = ""


def begin_from_sql(lane: Lane, beginning: Beginning) -> str:
    """Make what a lane starts from; return why it cannot be, or nothing."""
    with lane.writer(MAIN) as connection:
        if said := send(connection, beginning.sql):
            connection.rollback()
            return f"it does not take {beginning.sql_from}: {said}"
        connection.commit()
    return ""


def begin_at_head(lane: Lane) -> str:
    """Make the tables of the models and note the heads; return why it cannot be done, or nothing."""
    for what, more in (("create_all", {}), ("stamp", {"revision": "heads"})):
        answer: Answer = lane.do(what, **more)
        if not succeeded(answer):
            return f"{what} fails: {answer.failure.line if answer.failure else ''}"
    return ""


class OwnRows:
    """A person's own rows: put in at the first revision at which all lanes take them, in place of the lab's."""

    def __init__(self, beginning: Beginning) -> None:
        self._sql = beginning.rows
        self.waits = bool(beginning.rows)
        #: Why they were not taken the last time.
        self.why = ""

    def put(self, lanes: Sequence[Lane]) -> bool:
        """Put them into empty tables on all lanes, or on none; tell whether it was done."""
        for lane in lanes:
            lane.keep(lane.read())
            empty_tables(lane)
        if self._sent(lanes):
            self.waits = False
            return True
        for lane in lanes:
            lane.restore()
        return False

    def _sent(self, lanes: Sequence[Lane]) -> bool:
        for lane in lanes:
            with lane.writer(MAIN) as connection:
                if said := send(connection, self._sql):
                    connection.rollback()
                    self.why = f"{lane.title}: {said}"
                    return False
                connection.commit()
        return bool(lanes)
