"""Revisions that end in the middle: what stays, and what typing the upgrade again does, against what really happens."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from availability import Found, available
from probes import BUILT_IN, lane, loaded, written

from lab_app.check.evidence import Cut, LaneRecord, Passage, Revision, Walked
from lab_app.check.findings.middle import middle
from lab_app.check.lane import Lane
from lab_app.check.passing import Passing
from lab_app.check.seeding.seed import seed
from lab_app.check.worth_cutting import WorthCutting
from lab_app.servers import Server

pytestmark = pytest.mark.slow
_BATCH = ("""
with op.batch_alter_table("t") as batch:
    batch.alter_column("name", existing_type=sa.String(40), type_=sa.String(80))
""", """
with op.batch_alter_table("t") as batch:
    batch.alter_column("name", existing_type=sa.String(80), type_=sa.String(40))
""")  # fmt: skip
_DOWN = 'op.drop_column("t", "b"); op.drop_column("t", "a")'
_A, _B = 'op.add_column("t", sa.Column("a", sa.Integer))', 'op.add_column("t", sa.Column("b", sa.Integer))'
_AUTOCOMMIT = (f"""
{_A}
with op.get_context().autocommit_block():
    op.create_index("ix_t_name", "t", ["name"], postgresql_concurrently=True)
{_B}
""", f"""
op.drop_index("ix_t_name", table_name="t")
{_DOWN}
""")  # fmt: skip
_BY_HAND = (f'{_A}\nop.execute("COMMIT")\n{_B}', _DOWN)
_U, _V = (f'op.create_table("{name}", sa.Column("id", sa.Integer, primary_key=True))' for name in "uv")
_BOTH_GONE = 'op.drop_table("v"); op.drop_table("u")'
_FIRST_LOOKED_FOR = (f"""
if not sa.inspect(op.get_bind()).has_table("u"):
    {_U}
    {_V}
""", _BOTH_GONE)  # fmt: skip
_EACH_LOOKED_FOR = ("""
for name in ("u", "v"):
    if not sa.inspect(op.get_bind()).has_table(name):
        op.create_table(name, sa.Column("id", sa.Integer, primary_key=True))
""", _BOTH_GONE)  # fmt: skip


@contextmanager
def at_the_second(folder: Path, revision: tuple[str, str], server: Server) -> Iterator[tuple[Lane, Revision]]:
    """A lane with five rows in t, right before the second revision, and that revision."""
    project = written(folder, revision)
    with lane(project, server) as found:
        loaded(found)
        assert found.do("settings").said["transactional_ddl"] == (server.engine.name == "postgresql")
        found.rolls_back = server.engine.name == "postgresql"
        assert found.do("up", revision="0001").failure is None
        assert seed([found], {found.name: found.read()})[1] == []
        yield found, Revision("0002", ("0001",), (), "", str(project / "migrations/versions/0002_change.py"))


def cuts(found: Lane, revision: Revision) -> list[Cut]:
    """What comes of cutting the revision."""
    return passage_of(found, revision).cuts


def passage_of(found: Lane, revision: Revision) -> Passage:
    """The passage of the revision with its cuts, without being asked; the lane holds what it makes then."""
    passage = Passing(found, revision, found.read(), WorthCutting(everywhere=False)).walk()
    assert "0002" in found.read().revisions
    return passage


def typed_again(found: Lane, cut: Cut) -> tuple[list[str], str]:
    """What stays when it is cut there once more, and what `flask db upgrade` then says; nothing where it passes."""
    found.restore()
    before = set(found.read().schema["t"]["columns"])
    found.do("up", revision="0002", cut_after=cut.after)
    state = found.read()
    stayed = sorted({*state.schema} - {"t"}) + sorted(set(state.schema["t"]["columns"]) - before)
    failure = found.do("upgrade", revision="heads").failure
    return stayed, failure.line if failure else ""


def test_batch_mode_keeps_the_table_and_leaves_an_empty_copy(tmp_path: Path) -> None:
    """Cut between DROP and RENAME on SQLite, the driver's transaction takes the DROP back; the copy stays, empty."""
    with at_the_second(tmp_path, _BATCH, BUILT_IN) as (found, revision):
        passage = passage_of(found, revision)
        (cut,) = passage.cuts
        assert cut.sql == "DROP TABLE t"
        assert cut.stayed == ["+ table _alembic_tmp_t"]
        assert cut.again
        assert cut.again.failure
        assert "_alembic_tmp_t already exists" in cut.again.failure.message
        stayed, said = typed_again(found, cut)
        file = str(found.observer().engine.url.database)
        with sqlite3.connect(file) as connection:
            counts = [connection.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0] for name in ("t", *stayed)]  # noqa: S608
        connection.close()
    assert stayed == ["_alembic_tmp_t"]
    assert counts == [5, 0]
    assert "_alembic_tmp_t already exists" in said
    (finding,) = (each for each in middle(walked(passage, revision)) if each.code == "not-repeatable")
    assert "_alembic_tmp_t is left" in finding.says[0]
    assert finding.fix == "Before the second try: DROP TABLE _alembic_tmp_t."


def test_the_driver_of_sqlite_takes_a_drop_back(tmp_path: Path) -> None:
    """By hand, without Alembic: CREATE TABLE is there at once, and from the first INSERT on nothing is."""
    file = tmp_path / "t.db"
    made = sqlite3.connect(file)
    made.executescript("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (2)")
    made.close()
    cut = sqlite3.connect(file)
    cut.execute("CREATE TABLE _alembic_tmp_t (id INTEGER PRIMARY KEY)")
    cut.execute("INSERT INTO _alembic_tmp_t SELECT id FROM t")
    cut.execute("DROP TABLE t")
    cut.close()
    after = sqlite3.connect(file)
    assert after.execute("SELECT COUNT(*) FROM t").fetchone() == (2,)
    assert after.execute("SELECT COUNT(*) FROM _alembic_tmp_t").fetchone() == (0,)
    after.close()


@pytest.mark.parametrize(
    ("change", "columns"), [(_AUTOCOMMIT, ["a"]), (_BY_HAND, ["a", "b"])], ids=["autocommit_block", "COMMIT"]
)
def test_what_is_committed_on_the_way_stays_on_postgresql(
    change: tuple[str, str], columns: list[str], tmp_path: Path, servers: Found
) -> None:
    """A block in autocommit keeps what was before it; after a COMMIT by hand the driver begins no transaction."""
    with at_the_second(tmp_path, change, available(servers, "postgresql")) as (found, revision):
        first, *_, last = cuts(found, revision)
        assert first.stayed == []
        assert first.same_end
        assert last.after == last.of
        assert [line for line in last.stayed if "column" in line] == [f"+ column t.{name} INTEGER" for name in columns]
        assert last.again
        assert last.again.failure
        assert last.again.failure.error == "DuplicateColumn"
        stayed, said = typed_again(found, last)
    assert stayed == columns
    assert said.startswith("DuplicateColumn: ")


@pytest.mark.parametrize("name", ["sqlite", "mysql", "mariadb"])
def test_a_check_for_the_first_thing_hides_the_second(name: str, tmp_path: Path, servers: Found) -> None:
    """Where only the first table is looked for, the second upgrade passes, and the other table is never made."""
    with at_the_second(tmp_path, _FIRST_LOOKED_FOR, available(servers, name)) as (found, revision):
        passage = passage_of(found, revision)
        first = passage.cuts[0]
        assert first.stayed == ["+ table u"]
        assert first.again
        assert first.again.failure is None
        assert not first.same_end
        stayed, said = typed_again(found, first)
        assert (stayed, said) == (["u"], "")
        assert "v" not in found.read().schema
    (finding,) = (each for each in middle(walked(passage, revision)) if each.code == "not-repeatable")
    assert "it passes, and the rest is never made" in finding.says[0]


@pytest.mark.parametrize("name", ["sqlite", "mysql", "mariadb"])
def test_a_check_for_each_thing_mends_it(name: str, tmp_path: Path, servers: Found) -> None:
    """Where each table is looked for, the upgrade can be typed again, and nothing is said."""
    with at_the_second(tmp_path, _EACH_LOOKED_FOR, available(servers, name)) as (found, revision):
        passage = passage_of(found, revision)
        assert [cut.same_end for cut in passage.cuts] == [True, True]
        assert typed_again(found, passage.cuts[0]) == (["u"], "")
        assert {"u", "v"} <= found.read().schema.keys()
    assert not [each for each in middle(walked(passage, revision)) if each.code == "not-repeatable"]


def walked(passage: Passage, revision: Revision) -> Walked:
    """A walk that saw nothing else, on an engine without transactional DDL."""
    return Walked(
        lanes=[LaneRecord("sqlite", "sqlite", "SQLite", transactional_ddl=False)],
        revisions=[revision],
        passages={revision.revision: {"sqlite": passage}},
    )
