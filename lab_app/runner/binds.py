"""Bind databases and other schemas of a scenario: its models say which, and nothing else has to be declared.

A model with ``__bind_key__ = "analytics"`` lives in a database of its own, as Flask-SQLAlchemy has it. In the evidence
its table is called ``analytics.event``, and a revision of that database ``analytics:0002``.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping
from pathlib import Path

import sqlalchemy as sa

from lab_app.errors import LabError
from lab_app.evidence.errors import one_line
from lab_app.evidence.joined import full_name
from lab_app.runner.applications import Naming, database_of, metadata_of, naming_of
from lab_app.runner.scratch_database import FILE
from lab_app.scenario.declare import Attempt, Models, Scenario

#: Flask-Migrate writes a function upgrade_KEY() for each.
_KEY = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)


def binds_of(path: Path, scenario: Scenario) -> tuple[str, ...]:
    """Return the bind keys of a scenario's models, in the order in which they come.

    Raises:
        LabError: one of them cannot be had; with the file, and the line of the models.
    """
    # Few scenarios have any: the models of all others are not declared to find that out.
    if "bind_key" not in path.read_text(encoding="utf-8", errors="replace"):
        return ()
    naming = naming_of(scenario)
    found = [(key, models) for models in _models(scenario) for key in _keys(path, models, naming)]
    schemas = {schema for models in _models(scenario) for schema in schemas_of(models, naming)}
    for key, models in found:
        if refusal := _refusal(key, schemas):
            raise LabError(f"{place(models)}: bind key {key!r} {refusal}")
    return tuple(dict.fromkeys(key for key, _ in found))


def _keys(path: Path, models: Models, naming: Naming) -> tuple[str, ...]:
    try:
        return database_of(models, naming).bind_keys
    except Exception as error:  # whatever a models function does, the person gets file and line
        own = [each.lineno for each in traceback.extract_tb(error.__traceback__) if each.filename == str(path)]
        where = f"{place(models).rpartition(':')[0]}:{own[-1]}" if own else place(models)
        raise LabError(f"{where}: {one_line(error)}") from error


def place(models: Models) -> str:
    """Name the file and the line where models are declared."""
    return f"scenarios/{Path(models.__code__.co_filename).name}:{models.__code__.co_firstlineno}"


def file_of(bind: str | None) -> str:
    """Return the name of the file that is a database on an engine without servers."""
    return FILE if bind is None else f"{bind}.db"


def schemas_of(models: Models, naming: Naming) -> list[str]:
    """List the schemas beside the default one that models name, in any of their databases."""
    tables = (
        table for metadata in database_of(models, naming).metadatas.values() for table in metadata.tables.values()
    )
    return sorted({table.schema for table in tables if table.schema})


def other_schemas(scenario: Scenario, attempt: Attempt) -> list[str]:
    """List the schemas beside the default one that an attempt begins or ends with."""
    naming = naming_of(scenario)
    before = schemas_of(scenario.models_before, naming) if scenario.models_before else []
    return sorted({*before, *schemas_of(attempt.goal, naming)})


def make_schemas(connection: sa.Connection, metadata: sa.MetaData) -> list[str]:
    """Make the schemas that tables are in: in a real project an administrator does that, or an older migration."""
    names = sorted({table.schema for table in metadata.tables.values() if table.schema})
    for name in names:
        connection.execute(sa.schema.CreateSchema(name, if_not_exists=True))
    return names


def metadatas_of(models: Models, naming: Naming, binds: Mapping[str, str]) -> dict[str | None, sa.MetaData]:
    """Return the tables of each database of a scenario."""
    return {key: metadata_of(models, naming, key) for key in (None, *binds)}


def located(name: str, metadatas: Mapping[str | None, sa.MetaData]) -> tuple[str | None, sa.Table]:
    """Return the database and the table that a scenario means by a name: ``student``, ``analytics.event``.

    Raises:
        LabError: the models before have none of that name.
    """
    known = {
        full_name(key, table): (key, each) for key, held in metadatas.items() for table, each in held.tables.items()
    }
    if name not in known:
        raise LabError(f"rows({name!r}): the models before have no such table, but {', '.join(known) or 'none at all'}")
    return known[name]


def _models(scenario: Scenario) -> list[Models]:
    given = (scenario.models_before, scenario.models_after, *(attempt.goal for attempt in scenario.attempts))
    return list(dict.fromkeys(models for models in given if models))


def _refusal(key: str, schemas: set[str]) -> str:
    """Say why a bind key cannot be had, or nothing."""
    if not _KEY.match(key):
        return f"makes no function name upgrade_{key}(): write letters, digits and _"
    if file_of(key) == FILE:
        return f"would be the file {FILE}, which is the first database: rename it"
    if key in schemas:
        return f"is a schema, too, and {key}.table would be both: rename one"
    return ""
