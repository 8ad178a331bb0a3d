"""Walks made by hand, as findings read them: revisions with their files, and what came of each step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lab_app.check.answers import Answer, Failure, Place, Sent
from lab_app.check.evidence import Ends, LaneRecord, Passage, Revision, Walked
from lab_app.evidence.state import State

TITLES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB"}
_TEXT = '''"""A change."""
from alembic import op
import sqlalchemy as sa
{imports}

def upgrade():
    {up}


def downgrade():
    {down}
'''


def revisions(folder: Path, *ups: str, imports: str = "", down: str = "pass") -> list[Revision]:
    """Revisions 0001, 0002, … whose files say this in upgrade(), at line 7."""
    found = []
    for number, up in enumerate(ups, 1):
        file = folder / f"{number:04d}_change.py"
        file.write_text(_TEXT.format(up=up, down=down, imports=imports))
        parents = (f"{number - 1:04d}",) if number > 1 else ()
        found.append(Revision(f"{number:04d}", parents, (), "a change", str(file)))
    return found


def walked(of: list[Revision], *engines: str, **more: Any) -> Walked:
    """A walk over revisions on engines, in which nothing has happened yet."""
    lanes = [LaneRecord(engine, engine, TITLES[engine], engine == "postgresql") for engine in engines]
    return Walked(lanes=lanes, revisions=of, passages={each.revision: {} for each in of}, **more)


def error(message: str, *, code: str | None = None, sql: str = "", at: Revision | None = None, **more: Any) -> Failure:
    """What a driver says, at line 7 of a revision's file."""
    place = Place(at.file, 7, revision=True) if at else None
    return Failure(more.pop("error", "OperationalError"), code, message, sql, place, **more)


def failed(failure: Failure) -> Passage:
    """A passage on which the upgrade fails, with rows and without."""
    return Passage(before=State({}, {}, []), first=Answer(failure), empty=Answer(failure))


def passed(
    revision: str, swallowed: tuple[Failure, ...] = (), down: Failure | None = None, *, changes: int = 0
) -> Passage:
    """A passage on which the upgrade passes and is noted, with errors that it caught, and what came of down."""
    up = Answer(None, swallowed, (Sent("CREATE TABLE t (c INTEGER)", None, True, 1, None, None),) * changes)
    return Passage(
        before=State({}, {}, []), first=up, up=up, passed_with="wild", after=State({}, {}, [revision]),
        down=Answer(down), back=State({}, {}, []),
    )  # fmt: skip


def made(failure: Failure | None = None) -> Ends:
    """An end at which nothing but create_all() was tried."""
    return Ends(made=Answer(failure), made_state=None if failure else State({}, {}, []))
