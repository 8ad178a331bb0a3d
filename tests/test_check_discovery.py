"""How a project is found by its files alone: its application, its migrations, its alembic.ini, its interpreter."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lab_app.check.lane import ADDRESS
from lab_app.check.project.applications import applications, undecided
from lab_app.check.project.files import beside, migrations
from lab_app.check.project.understand import Told, understand
from lab_app.errors import LabError

FACTORY = "from flask import Flask\nfrom flask_migrate import Migrate\ndef create_app():\n    Migrate(Flask('x'), db)\n"
INI = "[alembic]\n"


def write(folder: Path, **files: str) -> Path:
    """Write files by their paths, in which two underscores are a slash."""
    for name, said in files.items():
        put(folder, name.replace("__", "/") + ".py", said)
    return folder


def put(folder: Path, path: str, said: str) -> Path:
    """Write one file and return the folder."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(said)
    return folder


def env_py(folder: Path, flask: bool = True) -> Path:
    """Write a folder of migrations."""
    put(folder, "env.py", "current_app\nrun_migrations\n" if flask else "run_migrations\n")
    (folder / "versions").mkdir()
    return folder


def understood(folder: Path, **more: str) -> object:
    """What is understood of a folder, with this interpreter."""
    return understand(Told(folder, python=sys.executable, **more))  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _no_flask_app(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FLASK_APP", raising=False)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (".flaskenv", "FLASK_APP=shop:make\n"),
        (".env", 'export FLASK_APP="shop:make"\n'),
        ("Dockerfile", "ENV FLASK_APP shop:make\n"),
        ("Dockerfile.prod", 'CMD ["flask", "run"]\nENV FLASK_APP=shop:make\n'),
        ("docker-compose.yml", "environment:\n  FLASK_APP: shop:make\n"),
        ("compose.yaml", "environment:\n  - FLASK_APP=shop:make\n"),
        (".github/workflows/ci.yml", "run: flask --app shop:make db upgrade\n"),
        ("Makefile", "up:\n\tflask -A shop:make db upgrade\n"),
        ("Procfile", "release: FLASK_APP=shop:make flask db upgrade\n"),
        ("README.md", "Type `export FLASK_APP=shop:make`.\n"),
        ("Procfile", "web: gunicorn -w 4 shop:make\n"),
    ],
)
def test_a_file_that_names_the_application_is_read(tmp_path: Path, file: str, said: str) -> None:
    """Whoever runs the project has written down what it is called."""
    write(tmp_path, shop="import flask\n")
    first, *_ = applications(put(tmp_path, file, said))
    assert first.path == "shop:make"
    assert file in first.found


def test_the_surest_file_comes_first(tmp_path: Path) -> None:
    """.flaskenv is believed before a README."""
    write(tmp_path, one="", other="")
    put(tmp_path, "README.md", "FLASK_APP=other\n")
    put(tmp_path, ".flaskenv", "FLASK_APP=one\n")
    assert [each.path for each in applications(tmp_path)] == ["one", "other"]


def test_a_candidate_that_is_named_twice_comes_first(tmp_path: Path) -> None:
    """Two files that agree are surer than one."""
    write(tmp_path, one="", other="")
    put(tmp_path, ".flaskenv", "FLASK_APP=one\n")
    put(tmp_path, "Dockerfile", "ENV FLASK_APP=other\n")
    put(tmp_path, "compose.yaml", "FLASK_APP: other\n")
    assert applications(tmp_path)[0].path == "other"


@pytest.mark.parametrize(
    ("file", "named", "path"),
    [
        ("backend/Dockerfile", "app.py", "backend/app.py"),
        ("backend/Dockerfile", "/srv/code/app.py", "backend/app.py"),
        ("backend/.flaskenv", "app:make", "backend/app.py:make"),
    ],
)
def test_a_name_is_looked_for_beside_the_file_that_has_it(tmp_path: Path, file: str, named: str, path: str) -> None:
    """In a container the project's folder is another one."""
    write(tmp_path, backend__app="")
    assert applications(put(tmp_path, file, f"FLASK_APP={named}\n"))[0].path == path


def test_a_name_of_a_file_that_is_not_there_is_no_candidate(tmp_path: Path) -> None:
    """What a README of another project says does not keep the check from what is there."""
    put(write(tmp_path, shop=FACTORY), "README.md", "FLASK_APP=hello.py\n")
    assert [each.path for each in applications(tmp_path)] == ["shop:create_app"]


@pytest.mark.parametrize(
    ("path", "said", "found", "group"),
    [
        ("shop/__init__.py", FACTORY, "shop:create_app", False),
        ("src/shop/__init__.py", FACTORY, "src/shop/__init__.py:create_app", False),
        ("run.py", "from flask import Flask\nfrom flask_migrate import Migrate\napp = Flask(__name__)\nMigrate(app)\n",
         "run:app", False),
        ("manage.py", "cli = FlaskGroup(create_app=make)\n", "manage:cli", True),
        ("manage.py", "@click.group(cls=FlaskGroup, create_app=make)\ndef cli():\n    pass\n", "manage:cli", True),
        ("wsgi.py", "from flask import Flask\napp = Flask(__name__)\n", "wsgi.py", False),
        ("shop/web.py", "from flask import Flask\ndef create_app():\n    Flask()\n", "shop.web:create_app", False),
    ],
)  # fmt: skip
def test_an_application_is_found_by_what_makes_it(
    tmp_path: Path, path: str, said: str, found: str, group: bool
) -> None:
    """Where no file names it: a Migrate object with a factory, a FlaskGroup, the files that Flask looks for."""
    first = applications(put(tmp_path, path, said))[0]
    assert (first.path, first.group) == (found, group)


def test_an_environment_and_tests_are_not_looked_through(tmp_path: Path) -> None:
    """Flask-Migrate's own code makes a Migrate object, too."""
    put(tmp_path, "myenv/pyvenv.cfg", "")
    for folder in ("myenv/lib", "tests", "node_modules/x"):
        put(tmp_path, f"{folder}/factory.py", FACTORY)
    assert applications(tmp_path) == []


def test_several_applications_are_told_with_what_to_type(tmp_path: Path) -> None:
    """Where nothing speaks for one of them, none is taken."""
    write(tmp_path, admin=FACTORY, shop=FACTORY)
    assert [each.path for each in undecided(applications(tmp_path))] == ["admin:create_app", "shop:create_app"]
    with pytest.raises(LabError, match=r"^Several modules may be the application: admin:create_app, shop:create_app\. "
                       r"Type --app admin:create_app, or another\.$"):  # fmt: skip
        understood(tmp_path)


def test_nothing_is_told_with_what_to_type(tmp_path: Path) -> None:
    """An empty folder, and one with migrations alone, are told apart."""
    with pytest.raises(LabError, match=r"neither a Flask application nor an alembic\.ini in .*Type --app"):
        understood(tmp_path)
    env_py(tmp_path / "migrations")
    with pytest.raises(
        LabError, match=r"There are migrations in migrations, and no application was found\. Type --app"
    ):
        understood(tmp_path)


def test_an_ini_is_taken_where_there_is_no_flask(tmp_path: Path) -> None:
    """Plain Alembic needs no option; a Flask application in the folder goes before it."""
    env_py(tmp_path / "alembic", flask=False)
    put(tmp_path, "alembic.ini", "[alembic]\nscript_location = alembic\n")
    found = understood(tmp_path)
    assert (found.ini, found.app, found.directory) == (str(tmp_path / "alembic.ini"), None, None)
    write(tmp_path, shop=FACTORY)
    assert understood(tmp_path).app == "shop:create_app"


def test_an_ini_without_a_folder_gets_the_one_that_is_there(tmp_path: Path) -> None:
    """Only where nothing tells which of several it is, -d is asked for."""
    put(tmp_path, "alembic.ini", INI)
    env_py(tmp_path / "db" / "changes", flask=False)
    assert understood(tmp_path).directory == str(tmp_path / "db" / "changes")
    env_py(tmp_path / "other", flask=False)
    with pytest.raises(LabError, match=r"names no folder of migrations: other, db/changes\. Type -d"):
        understood(tmp_path)


def test_the_ini_of_flask_migrate_is_not_taken_for_a_plain_one(tmp_path: Path) -> None:
    """It lies in the migrations folder, beside an env.py that asks the current application."""
    put(env_py(tmp_path / "migrations"), "alembic.ini", INI)
    with pytest.raises(LabError, match="no application was found"):
        understood(tmp_path)


def test_several_inis_are_told_with_what_to_type(tmp_path: Path) -> None:
    """Two services of one repository have one each."""
    for name in ("billing", "users"):
        put(tmp_path, f"{name}/alembic.ini", INI)
    with pytest.raises(LabError, match=r"several files for Alembic: billing/alembic\.ini, users/alembic\.ini\. "
                       r"Type --alembic billing/alembic\.ini, or another"):  # fmt: skip
        understood(tmp_path)


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"ini": "nowhere.ini"}, "There is no nowhere.ini in"),
        ({"app": "shop", "directory": "nowhere"}, "There is no nowhere in"),
        ({"app": "shop", "directory": "empty"}, "There is no env.py in empty. Type -d and the migrations folder."),
        ({"python": "nopython"}, "nopython does not run as a Python interpreter"),
    ],
)
def test_a_path_that_is_none_is_told(tmp_path: Path, options: dict[str, str], line: str) -> None:
    """It stands in the line, with the option to type."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(LabError) as told:
        understand(Told(tmp_path, **{"python": sys.executable, **options}))  # type: ignore[arg-type]
    assert str(told.value).startswith(line)


def test_paths_are_seen_from_the_projects_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are its own; the folder in which the command is typed comes second."""
    env_py(tmp_path / "shop" / "changes")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    found = understood(tmp_path / "shop", app="shop", directory="changes")
    assert found.directory == str(tmp_path / "shop" / "changes")


def test_migrations_of_flask_come_before_plain_ones(tmp_path: Path) -> None:
    """A project may keep those of a library, too."""
    env_py(tmp_path / "a", flask=False)
    env_py(tmp_path / "z" / "deep")
    assert migrations(tmp_path) == [tmp_path / "z" / "deep", tmp_path / "a"]


def test_a_newer_python_is_asked_for_by_the_projects_own_word(tmp_path: Path) -> None:
    """pyproject.toml says what the project needs, before anything of it is loaded."""
    put(write(tmp_path, shop=FACTORY), "pyproject.toml", '[project]\nrequires-python = ">=3.99"\n')
    with pytest.raises(LabError, match=r"and the project's pyproject\.toml requires >=3\.99\. Type --python"):
        understood(tmp_path)


@pytest.mark.parametrize(
    "template", ["config.example.py", "config.py.dist", "config_sample.py", "example.config.py", "config.py-template"]
)
def test_a_template_is_known_by_its_name(tmp_path: Path, template: str) -> None:
    """However a project calls it; another file beside it is none."""
    put(tmp_path, "example_data.py", "")
    assert beside(tmp_path / "config.py") is None
    put(tmp_path, template, "")
    assert beside(tmp_path / "config.py") == tmp_path / template


@pytest.mark.fast
@pytest.mark.parametrize(
    ("name", "asks"),
    [("DATABASE_URL", True), ("MYAPP_POSTGRES_URI", True), ("PG_DSN", True), ("DSN", True), ("SENTRY_DSN", False)],
)
def test_a_variable_that_asks_for_a_database_is_known_by_its_name(name: str, asks: bool) -> None:
    """The scratch database's address is put into it; what reports errors to Sentry has one of another kind."""
    assert bool(ADDRESS.search(name)) is asks
