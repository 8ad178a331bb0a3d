"""What a revision's source says without being run: which lines an engine will refuse, and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab_app.check.answers import Answer, Sent
from lab_app.check.evidence import LaneRecord, Passage, Revision, Walked
from lab_app.check.findings.find import find
from lab_app.check.findings.reading import explaining, remarks

REVISION = """
from alembic import op
import sqlalchemy as sa
from app.models import Student
from sqlalchemy.dialects import postgresql


def upgrade():
    {line}


def downgrade():
    pass
"""


@pytest.mark.fast
@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ('op.alter_column("student", "name", new_column_name="called")', False),
        ('op.alter_column("student", "name", new_column_name="called", nullable=True)', True),
    ],
)
def test_a_column_gets_another_name_in_place(line: str, wanted: bool, tmp_path: Path) -> None:
    """SQLite has a statement for that, and for nothing else."""
    (tmp_path / "x.py").write_text(REVISION.replace("from app.models import Student", "").format(line=line))
    assert ("no-batch-on-sqlite" in {each.code for each in remarks(str(tmp_path / "x.py"))}) == wanted


@pytest.mark.fast
def test_what_an_engine_that_is_not_up_will_refuse_is_told_once(tmp_path: Path) -> None:
    """As a note, with the first line and how many more there are; of a failure in the middle, too."""
    line = 'op.execute("PRAGMA user_version = 1")'
    text = REVISION.replace("from app.models import Student", "").format(line=line)
    for name in ("1", "2"):
        (tmp_path / f"{name}.py").write_text(text)
    change = Sent("CREATE TABLE x", None, True, 1, None, 1.0)
    passage = Passage(up=Answer(None, statements=(change, change)))
    walked = Walked(
        revisions=[Revision(name, (), (), "", str(tmp_path / f"{name}.py")) for name in ("1", "2")],
        passages={"1": {"sqlite": passage}},
        absent=[
            LaneRecord("postgresql", "postgresql", "PostgreSQL", transactional_ddl=True),
            LaneRecord("mysql", "mysql", "MySQL", transactional_ddl=False),
        ],
    )
    foreign, half = find(walked)
    assert (foreign["code"], foreign["severity"], foreign["revision"]) == ("foreign-sql", "note", "1")
    assert foreign["engines"] == ["postgresql", "mysql"]
    said = "PostgreSQL and MySQL: predicted from the source, not run. So is 1 more."
    assert foreign["detail"].splitlines()[0] == said
    assert (half["code"], half["severity"], half["engines"]) == ("half-applied", "note", ["mysql"])
    walked.absent = []
    assert find(walked) == []


@pytest.mark.fast
@pytest.mark.parametrize(
    ("line", "code", "engines"),
    [
        ('op.alter_column("student", "name", nullable=False)', "no-batch-on-sqlite", ("sqlite",)),
        ('op.drop_constraint(None, "student")', "unnamed-constraint", ("sqlite", "postgresql", "mysql", "mariadb")),
        ('op.create_index("i", "t", ["c"], postgresql_concurrently=True)', "concurrently-in-transaction",
         ("postgresql",)),
        ('op.execute("UPDATE t SET a = b::text")', "foreign-sql", ("sqlite", "mysql", "mariadb")),
        ('op.execute(sa.text("ALTER TABLE `t` ENGINE=InnoDB"))', "foreign-sql", ("sqlite", "postgresql")),
        ('op.execute("PRAGMA foreign_keys=OFF")', "foreign-sql", ("postgresql", "mysql", "mariadb")),
    ],
)  # fmt: skip
def test_a_line_is_explained(line: str, code: str, engines: tuple[str, ...], tmp_path: Path) -> None:
    """A line that some engines refuse has a remark that names them, and no other engine is told it."""
    file = _written(tmp_path, line)
    found = [each for each in remarks(file) if each.code == code]
    assert [each.engines for each in found] == [engines]
    for engine in ("sqlite", "postgresql", "mysql", "mariadb"):
        told = explaining(file, 9, engine)
        assert (told is not None and told.code == code) or engine not in engines


@pytest.mark.fast
@pytest.mark.parametrize(
    "line",
    [
        'with op.batch_alter_table("t") as batch: batch.alter_column("c", nullable=False)',
        'if op.get_bind().dialect.name == "postgresql": op.execute("UPDATE t SET a = b::text")',
        'with op.get_context().autocommit_block(): op.create_index("i", "t", ["c"], postgresql_concurrently=True)',
        'op.drop_constraint("uq_t_c", "t") if op.get_context().dialect.name != "sqlite" else None',
        'op.execute("UPDATE t SET a = 1")',
    ],
)
def test_what_is_asked_first_needs_no_remark(line: str, tmp_path: Path) -> None:
    """A line in batch mode, in an autocommit block or behind a question for the engine has no remark."""
    assert not remarks(_written(tmp_path, line))


@pytest.mark.fast
def test_a_module_of_the_project_is_told_from_a_library(tmp_path: Path) -> None:
    """Models are those of a package beside the migrations, not SQLAlchemy's dialects."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("")
    [found] = remarks(_written(tmp_path, "pass"))
    assert (found.code, found.line) == ("live-model-imported", 4)


@pytest.mark.fast
@pytest.mark.parametrize("names", ["Role", "ROLES", "Role, ROLES"])
def test_words_of_the_project_are_no_models(names: str, tmp_path: Path) -> None:
    """An enum and a constant ask for no columns, whatever their module is called."""
    package = tmp_path / "app" / "models"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("from .roles import ROLES, Role\n")
    (package / "roles.py").write_text("class Role(str, Enum):\n    OWNER = 'owner'\n\nROLES = ['owner']\n")
    assert not remarks(_written(tmp_path, "pass", imported=names))


@pytest.mark.fast
def test_an_installed_package_is_known_by_its_name(tmp_path: Path) -> None:
    """A package whose migrations were installed elsewhere than its modules has its name in their path."""
    [found] = remarks(_written(tmp_path / "app", "pass"))
    assert found.code == "live-model-imported"


@pytest.mark.fast
@pytest.mark.parametrize("where", ["site-packages/app", "site-packages/shop/migrations/app", "migrations/app"])
def test_a_library_and_what_was_written_for_revisions_are_not_the_models(where: str, tmp_path: Path) -> None:
    """Installed side by side, every library lies beside the migrations; a copy with env.py does not change."""
    base = tmp_path / where.removesuffix("app").removesuffix("migrations/")
    (tmp_path / where).mkdir(parents=True)
    (tmp_path / where / "__init__.py").write_text("")
    (tmp_path / where / "models.py").write_text("class Student(Base): pass\n")
    file = _written(base, "pass")
    (base / "migrations" / "env.py").write_text("")
    assert not remarks(file)


@pytest.mark.fast
def test_a_batch_is_explained_at_the_line_where_it_is_sent(tmp_path: Path) -> None:
    """SQLAlchemy refuses at the ``with``; the line that is to blame stands inside of it."""
    file = _written(tmp_path, 'with op.batch_alter_table("t") as batch:\n        batch.drop_constraint(None)')
    told = explaining(file, 9, "postgresql")
    assert told is not None
    assert told.code == "unnamed-constraint"


@pytest.mark.fast
def test_a_line_is_told_with_its_table(tmp_path: Path) -> None:
    """A constraint without a name is still one of a table that the line names."""
    [found] = [each for each in remarks(_written(tmp_path, 'op.drop_constraint(None, "permission")'))
               if each.code == "no-batch-on-sqlite"]  # fmt: skip
    assert found.fix.startswith('with op.batch_alter_table("permission")')


def _written(folder: Path, line: str, imported: str = "Student") -> str:
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    file = versions / "0001.py"
    file.write_text(REVISION.format(line=line).replace("import Student", f"import {imported}"))
    return str(file)
