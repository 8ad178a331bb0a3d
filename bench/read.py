"""One schema read a hundred times, in a process of its own, by the lab in the folder that is given.

Takes the address of an empty database on standard input. Prints the median of the seconds as JSON.
"""

from __future__ import annotations

import json
import statistics
import sys
import time

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

_READINGS = 100


def plain() -> sa.MetaData:
    """Return three tables with keys, CHECKs and indexes, and nothing that few schemas have."""
    metadata = sa.MetaData()
    sa.Table("teacher", metadata, _key(), sa.Column("name", sa.String(40), nullable=False, unique=True))
    sa.Table(
        "course", metadata, _key(),
        sa.Column("title", sa.String(80), server_default=""),
        sa.Column("hours", sa.Integer),
        sa.Column("teacher_id", sa.ForeignKey("teacher.id", ondelete="CASCADE"), index=True),
        sa.CheckConstraint("hours > 0", name="ck_hours"),
    )  # fmt: skip
    sa.Table(
        "student", metadata, _key(),
        sa.Column("email", sa.String(100), index=True),
        sa.Column("born", sa.DateTime),
        sa.Column("points", sa.Numeric(5, 2), server_default="0"),
        sa.Column("course_id", sa.ForeignKey("course.id")),
        sa.CheckConstraint("points >= 0 AND points <= 100", name="ck_points"),
        sa.UniqueConstraint("email", "course_id"),
    )  # fmt: skip
    return metadata


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True)


def seconds(url: str) -> float:
    """Make the tables, read them, drop them, and return the median seconds of a reading."""
    from lab_app.evidence.schema import read_schema

    found = []
    with sa.create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
        metadata = plain()
        metadata.create_all(connection)
        for _ in range(_READINGS):
            begin = time.perf_counter()
            read_schema(connection)
            found.append(time.perf_counter() - begin)
        metadata.drop_all(connection)
    return statistics.median(found)


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    print(json.dumps(seconds(sys.stdin.read().strip())))  # noqa: T201
