"""One engine's long table, in a process of its own: seeded in the server, digested, and read with SELECT *.

Takes how many rows and how many rounds, and the address of an empty database on standard input. Prints JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.pool import NullPool

from bench.proc import peak
from lab_app.engines import BY_NAME
from lab_app.evidence.rows import read_rows
from lab_app.evidence.schema import read_schema
from lab_app.runner.baseline import no_models
from lab_app.runner.seeding import seed
from lab_app.scenario import catalogue

STORY = "add_age"


def scan(url: str, rows: int, rounds: int) -> dict[str, Any]:
    """Return seconds of ``select``, ``scan`` and ``proof`` in each round.

    ``peaks`` is the memory of this process in MB: at first, after the first scan, after the first SELECT.
    """
    with sa.create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
        _fill(connection, rows)
        schema = read_schema(connection)
        found: dict[str, Any] = {"select": [], "scan": [], "proof": []}
        peaks = [peak("self")]
        for act in (lambda: read_rows(connection, schema), lambda: _select(connection)):
            act()
            peaks.append(peak("self"))
        found["peaks"] = peaks
        for _ in range(rounds):
            found["select"].append(_seconds(lambda: _select(connection)))
            found["scan"].append(_seconds(lambda: read_rows(connection, schema)))
            found["proof"].append(found["scan"][-1] + _seconds(lambda: read_rows(connection, schema)))
    return found


def _fill(connection: sa.Connection, rows: int) -> None:
    scenario = catalogue.load(catalogue.find(STORY))
    db = SQLAlchemy()
    (scenario.models_before or no_models)(db)
    db.metadata.create_all(connection)
    seed({None: (connection, db.metadata)}, BY_NAME[connection.dialect.name], scenario.seed, rows)


def _select(connection: sa.Connection) -> None:
    """Do what a person would type who has the driver and nothing else."""
    driver: Any = connection.connection.driver_connection
    cursor = driver.cursor()
    cursor.execute("SELECT * FROM student")
    cursor.fetchall()
    cursor.close()


def _seconds(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


if __name__ == "__main__":
    print(json.dumps(scan(sys.stdin.read().strip(), int(sys.argv[1]), int(sys.argv[2]))))  # noqa: T201
