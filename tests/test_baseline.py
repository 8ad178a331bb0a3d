"""The revision that a project starts from makes what create_all() makes, on each engine."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from availability import Found
from databases import scratch_database
from features import FEATURES

from lab_app.engines import BY_NAME
from lab_app.evidence.diff import schema_diff
from lab_app.evidence.schema import read_schema
from lab_app.evidence.types import Schema
from lab_app.runner.applications import LABS, database_of, metadata_of, naming_of
from lab_app.runner.baseline import Baselines
from lab_app.runner.baseline_text import baseline_text, dialect_of
from lab_app.runner.binds import binds_of
from lab_app.runner.connections import Connections
from lab_app.runner.project import Project
from lab_app.scenario import Scenario, catalogue
from lab_app.scenario.declare import Models


def both_ways(models: Models, engine_name: str, url: str, folder: Path, **naming: Any) -> tuple[Schema, Schema]:
    """The schema that create_all() makes of these models in an empty database, and the one of their baseline."""
    engine = BY_NAME[engine_name]
    database_of.cache_clear()  # SQLAlchemy notes in a foreign key that it was added later, on whatever engine that was
    connections = Connections(engine)
    scenario = Scenario(title="Models", level="beginner", lesson=[], reference="https://example.org", **naming)
    scenario.before(models)
    metadata = metadata_of(models, naming_of(scenario))
    project = Project(folder / "project", url, models, connections)
    project.naming = naming_of(scenario)
    shutil.copytree(Baselines(folder / "baselines", engine, connections).of("models", scenario), project.migrations)
    try:
        with connections.of_observer(url).connect() as connection:
            for name in {table.schema for table in metadata.tables.values() if table.schema}:
                connection.execute(sa.schema.CreateSchema(name))
            metadata.create_all(connection)
            created = read_schema(connection)
            metadata.drop_all(connection)
            project.command(flask_migrate.upgrade)
            migrated = read_schema(connection)
            metadata.drop_all(connection)
            connection.exec_driver_sql("DROP TABLE alembic_version")
    finally:
        connections.close()
    return created, migrated


@pytest.mark.parametrize(
    ("name", "engine_name"), [(name, engine) for name, each in FEATURES.items() for engine in each.engines]
)
def test_a_baseline_makes_what_create_all_makes(
    name: str, engine_name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Whatever only one dialect renders is in the first revision, too."""
    found: Found = request.getfixturevalue("servers") if BY_NAME[engine_name].needs_server else {}
    with scratch_database(engine_name, found, tmp_path) as url:
        created, migrated = both_ways(FEATURES[name].models, engine_name, url, tmp_path)

    assert schema_diff(created, migrated) == []
    assert created


@pytest.mark.parametrize("name", [name for name, each in FEATURES.items() if "postgresql" in each.engines])
def test_a_baseline_without_a_naming_convention(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """What nobody names gets its name from the engine, by a migration as by create_all()."""
    with scratch_database("postgresql", request.getfixturevalue("servers"), tmp_path) as url:
        created, migrated = both_ways(FEATURES[name].models, "postgresql", url, tmp_path, naming_convention=None)

    assert schema_diff(created, migrated) == []


#: Stories whose models make a view in a DDL event: it is sent for create_all() alone, no migration holds it, and both
#: make the view in their preparation.
WITH_EVENTS = {"batch_and_views_triggers", "drop_column_under_a_view"}


@pytest.mark.slow
def test_the_baselines_of_the_catalogue_make_what_create_all_makes(
    engine_name: str, database_url: str, tmp_path: Path
) -> None:
    """Every story that starts from a migration starts from the tables of its models before."""
    wrong = {}
    for name, path in catalogue.files().items():
        scenario = catalogue.load(path)
        if name in WITH_EVENTS or binds_of(path, scenario):  # several databases: tests/test_binds.py
            continue
        if scenario.start == "migrated" and not scenario.migrations and scenario.models_before:
            created, migrated = both_ways(
                scenario.models_before,
                engine_name,
                database_url,
                tmp_path / name,
                naming_convention=scenario.naming_convention,
            )
            wrong[name] = schema_diff(created, migrated)

    assert {name: lines for name, lines in wrong.items() if lines} == {}
    assert wrong


def test_what_the_dialect_decides_decides_the_text(tmp_path: Path) -> None:
    """A false is 0 on SQLite and false on PostgreSQL, and each baseline says it its own way, without a server."""
    texts = {
        name: baseline_text(metadata_of(FEATURES["defaults"].models, LABS), dialect_of(BY_NAME[name]))
        for name in BY_NAME
    }

    assert {name: "server_default=sa.text('0')" in text.upgrade for name, text in texts.items()} == {
        "sqlite": True,
        "postgresql": False,
        "mysql": False,
        "mariadb": False,
    }
    assert "sa.text('false'), nullable=False" in texts["postgresql"].upgrade


def test_writing_for_one_engine_leaves_the_models_as_they_were(tmp_path: Path) -> None:
    """A foreign key that PostgreSQL is told of later is still in the table that SQLite makes."""
    database_of.cache_clear()
    metadata = metadata_of(FEATURES["use_alter"].models, LABS)
    texts = [baseline_text(metadata, dialect_of(BY_NAME[name])).upgrade for name in ("sqlite", "postgresql", "sqlite")]

    assert "batch_op.create_foreign_key" in texts[1] or "op.create_foreign_key" in texts[1]
    assert texts[0] == texts[2]
    with sa.create_engine("sqlite://").connect() as connection:
        metadata.create_all(connection)
        assert [key["name"] for key in sa.inspect(connection).get_foreign_keys("course")] == ["head"]
