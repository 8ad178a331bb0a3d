"""Pairs of schemas: what the readers must tell apart, and what they must read as one.

``schema_pairs.json`` came from outside; ``schema_pairs_own.json`` was written before the readers were, and holds
kinds that the first one lacks; those of an engine were written beside its reader. Each is a list of pairs: statements
that make ``one`` and ``other``, and a verdict.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypedDict

import pytest
import sqlalchemy as sa
from availability import ENGINE_NAMES, Found
from databases import scratch_database

from lab_app.engines import BY_NAME
from lab_app.evidence.diff import schema_diff
from lab_app.evidence.schema import read_schema
from lab_app.evidence.types import Schema

_DATA = Path(__file__).parent / "data"
#: PostgreSQL gained these in 18; an older one refuses the statement.
_NEWER = ("(18)", "VIRTUAL")
_MOST_UNKNOWN = 4
#: Verdicts that the engine does not bear out: MySQL's JSON is a type of its own (test_json_is_no_text_on_mysql).
_CORRECTED = {("mysql", "JSON / LONGTEXT+json_valid"): "different"}
#: MariaDB 10.11 gives utf8mb4 this collation, and a scratch database has another: a charset that is stated is not
#: the database's default there (test_a_charset_has_a_collation_of_its_own).
_OTHER_COLLATION = "utf8mb4_general_ci"
_CHARSET_STATED = {"charset stated = db default", "table charset after CONVERT to same"}


class Pair(TypedDict):
    """Two ways to make a schema, and whether they mean the same."""

    engine: str
    feature: str
    one: list[str]
    other: list[str]
    verdict: str


def pairs(file: str, engine: str) -> list[Pair]:
    """The pairs of one engine."""
    found: list[Pair] = json.loads((_DATA / file).read_text(encoding="utf-8"))
    return [pair for pair in found if pair["engine"] == engine]


_FILES = sorted(path.name for path in _DATA.glob("schema_pairs*.json"))
_CASES = [(file, engine) for file in _FILES for engine in ENGINE_NAMES if pairs(file, engine)]


@pytest.mark.parametrize(("file", "engine_name"), _CASES)
def test_every_pair_is_read_right(file: str, engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Two schemas differ for the lab exactly where they differ for the engine."""
    servers = request.getfixturevalue("servers") if BY_NAME[engine_name].needs_server else {}
    wrong, unknown = [], []
    with Making(engine_name, servers, tmp_path) as making:
        for pair in pairs(file, engine_name):
            try:
                one, other = making.schema(pair["one"]), making.schema(pair["other"])
            except sa.exc.DBAPIError as error:
                newer = any(word in pair["feature"] for word in _NEWER)
                (unknown if newer else wrong).append(f"{pair['feature']}: {error.orig}")
                continue
            difference = schema_diff(one, other)
            if pair["feature"] in _CHARSET_STATED and all(_OTHER_COLLATION in line for line in difference):
                continue
            verdict = _CORRECTED.get((engine_name, pair["feature"]), pair["verdict"])
            if bool(difference) != (verdict == "different"):
                wrong.append(f"{pair['feature']}: {verdict}, but read as {difference or 'the same'}")
    assert not wrong, f"{len(wrong)} pairs are read wrong:\n" + "\n".join(wrong)
    assert len(unknown) <= _MOST_UNKNOWN, unknown


class Making:
    """Makes schemas and reads them: in a transaction that is rolled back, where the engine takes DDL back."""

    def __init__(self, engine_name: str, servers: Found, folder: Path) -> None:
        self._engine = BY_NAME[engine_name]
        self._arguments = (engine_name, servers, folder)
        self._stack = ExitStack()

    def __enter__(self) -> Making:
        if self._engine.transactional_ddl:
            self._kept = self._stack.enter_context(self._empty())
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def schema(self, statements: list[str]) -> Schema:
        """What is read after these statements, each as the driver takes it."""
        if self._engine.transactional_ddl:
            try:
                return self._read(self._kept, statements)
            except sa.exc.DBAPIError:  # some statements do not run in a transaction
                pass
            finally:
                self._kept.rollback()
        with self._empty() as connection:
            return self._read(connection.execution_options(isolation_level="AUTOCOMMIT"), statements)

    def _read(self, connection: sa.Connection, statements: list[str]) -> Schema:
        for statement in statements:
            connection.execution_options(no_parameters=True).exec_driver_sql(statement)
        return read_schema(connection)

    @contextmanager
    def _empty(self) -> Iterator[sa.Connection]:
        with scratch_database(*self._arguments) as url:
            engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
            with engine.connect() as connection:
                yield connection
