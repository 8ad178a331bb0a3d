"""The app under study: its migrations on every engine, its address, and where its pages are served."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask_migrate.cli import db

from lab_app import create_app
from lab_app.address import with_driver
from lab_app.errors import LabError
from lab_app.web.serve import serve

COLUMNS = ("id", "name", "email", "course", "age")
ADA = (1, "Ada", "ada@example.org", "Mathematics")
ZOE = (2, "Zoë", "", None)


def bare(database_url: str) -> str:
    """The address without its driver, as a person writes it."""
    scheme, separator, rest = database_url.partition("://")
    return scheme.partition("+")[0] + separator + rest


def flask_db(database_url: str, *arguments: str) -> str:
    """Run `flask --app lab_app db …` as a person does; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "lab_app", "db", *arguments],
        env=os.environ | {"DATABASE_URL": bare(database_url)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def students(database: sa.Engine) -> list[tuple[object, ...]]:
    """Every row of the table by its key."""
    with database.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text("SELECT * FROM student ORDER BY id"))]


def in_process(database_url: str, *arguments: str) -> None:
    """The same command on a fresh app without another process; it must end well."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", bare(database_url))
        result = create_app().test_cli_runner().invoke(db, arguments)
    assert result.exit_code == 0, result.output


def revision(database: sa.Engine) -> str:
    """Where the database says that it is."""
    with database.connect() as connection:
        return str(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one())


def test_the_same_files_migrate_every_engine_and_keep_the_rows(database: sa.Engine, database_url: str) -> None:
    """Upgrade, check, one step down and up again: the models agree, and each row is there with its values."""
    in_process(database_url, "upgrade")
    in_process(database_url, "check")
    insert = sa.text("INSERT INTO student (id, name, email, course, age) VALUES (:id, :name, :email, :course, :age)")
    with database.begin() as connection:
        connection.execute(insert, [dict(zip(COLUMNS, row, strict=True)) for row in ((*ADA, 36), (*ZOE, None))])
    assert students(database) == [(*ADA, 36), (*ZOE, None)]

    in_process(database_url, "downgrade")
    assert revision(database) == "0001"
    assert students(database) == [ADA, ZOE]

    in_process(database_url, "upgrade")
    assert revision(database) == "0002"
    assert students(database) == [(*ADA, None), (*ZOE, None)]


@pytest.mark.slow
def test_a_shell_has_the_same_commands(tmp_path: Path) -> None:
    """What a person types in a shell upgrades, finds nothing more to do, and says where the database is."""
    address = f"sqlite:///{tmp_path}/app.db"
    flask_db(address, "upgrade")
    assert flask_db(address, "check") == "No new upgrade operations detected.\n"
    assert flask_db(address, "current") == "0002 (head)\n"


def test_the_history_is_two_revisions() -> None:
    """`flask db history` tells the app's story, the newest first, without a connection."""
    assert flask_db("sqlite://", "history") == "0001 -> 0002 (head), add age\n<base> -> 0001, create student\n"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("postgresql://u:p@h/d", "postgresql+psycopg2://u:p@h/d"),
        ("postgres://u:p@h/d", "postgresql+psycopg2://u:p@h/d"),
        ("mysql://u:p@h/d?charset=utf8mb4", "mysql+pymysql://u:p@h/d?charset=utf8mb4"),
        ("mariadb://u:p@h/d", "mariadb+pymysql://u:p@h/d"),
        ("postgresql+psycopg://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("sqlite:///lab.db", "sqlite:///lab.db"),
    ],
)
def test_an_address_names_its_driver(written: str, meant: str) -> None:
    """A bare name gets the lab's driver; a driver that is named stays."""
    assert with_driver(written) == meant


def test_the_database_is_the_environments_or_an_sqlite_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """DATABASE_URL is taken when it is set and not empty; otherwise it is a file in the instance folder."""
    monkeypatch.setenv("DATABASE_URL", "postgres://u:p@127.0.0.1:1/d")
    assert create_app().config["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg2://u:p@127.0.0.1:1/d"
    monkeypatch.setenv("DATABASE_URL", "")
    assert create_app().config["SQLALCHEMY_DATABASE_URI"] == "sqlite:///lab.db"


def test_importing_the_package_is_light_and_writes_nothing(tmp_path: Path) -> None:
    """The import that every `flask` command pays for brings in no database library and leaves no file."""
    heavy = {"alembic", "flask_migrate", "flask_sqlalchemy", "rich", "sqlalchemy"}
    code = f"import sys, lab_app, lab_app.cli; print(*{heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "\n", "")
    assert list(tmp_path.iterdir()) == []


def loaded(code: str, environment: dict[str, str], *names: str) -> set[str]:
    """Which of these packages Python has loaded at its exit, after some code."""
    at_exit = f"import atexit, sys; atexit.register(lambda: print('loaded', *{{*{names}}} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", f"{at_exit}; {code}"], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split()[1:])


def test_the_pages_load_nothing_that_draws_or_runs() -> None:
    """The web server stays small: no terminal library and no database library is in its memory."""
    heavy = ("rich", "sqlalchemy", "alembic", "lab_app.runner", "lab_app.servers", "testcontainers", "docker")
    assert loaded("import lab_app.web.site", {**os.environ}, "lab_app.web", *heavy) == {"lab_app.web"}


def test_a_migration_of_the_app_loads_no_page_and_no_rich(tmp_path: Path) -> None:
    """`flask --app lab_app db upgrade` pays for Alembic alone, not for the lab around the app."""
    code = "from flask.cli import main; sys.argv = ['flask', '--app', 'lab_app', 'db', 'upgrade']; main()"
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path}/app.db"}
    assert loaded(code, environment, "alembic", "rich", "lab_app.web", "lab_app.runner") == {"alembic"}
    assert (tmp_path / "app.db").stat().st_size


def test_a_taken_port_is_told_in_one_line() -> None:
    """Serving where somebody else listens names the port, and what to type."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(LabError) as caught:
            serve(port=port)
    assert str(caught.value) == f"Port {port} on 127.0.0.1 is taken. Take another one: LAB_WEB_PORT=8090 flask lab web"


@pytest.mark.parametrize("port", ["80a", "-1", "0", "65536", "８０"])
def test_a_port_that_is_none_is_told_in_one_line(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """LAB_WEB_PORT is checked before anything listens."""
    monkeypatch.setenv("LAB_WEB_PORT", port)
    with pytest.raises(LabError) as caught:
        serve()
    assert str(caught.value) == (f"{port!r} is no port. Type a number from 1 to 65535: LAB_WEB_PORT=8090 flask lab web")


def test_a_host_that_is_not_this_computers_is_told_in_one_line() -> None:
    """An address of somebody else's (192.0.2.0/24 is nobody's) cannot be listened on."""
    with pytest.raises(LabError, match=r"^Nothing can listen on 192\.0\.2\.1:8090: .*flask lab web$"):
        serve("192.0.2.1", 8090)
