"""What cannot be meant is told in one line, within seconds, and the other engines still run."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator

import pytest
from commands import lab

pytestmark = pytest.mark.slow


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


URLS = {
    "no URL at all": ("nonsense", "LAB_MYSQL_URL does not parse"),
    "a bare scheme": ("mysql://root@127.0.0.1:1/", "mysql+pymysql://"),
    "another driver": ("mysql+mysqldb://root@127.0.0.1:1/", "mysql+pymysql://"),
    "another engine": ("postgresql+psycopg2://root@127.0.0.1:1/", "mysql+pymysql://"),
    "a port that is none": ("mysql+pymysql://root:secret-word@127.0.0.1:port/", "LAB_MYSQL_URL does not parse"),
    "a closed port": ("mysql+pymysql://root:secret-word@127.0.0.1:1/", "127.0.0.1:1"),
    "a host that does not exist": ("mysql+pymysql://root:secret-word@no-such-host.invalid/", "no-such-host.invalid"),
    "a port that never answers": ("mysql+pymysql://root:secret-word@127.0.0.1:{silent}/", "127.0.0.1:{silent}"),
}


@pytest.mark.parametrize(("url", "named"), URLS.values(), ids=URLS.keys())
def test_an_unusable_address_costs_its_engine_alone(
    alone: dict[str, str], silent_port: int, url: str, named: str
) -> None:
    """The cell says why and what to type; SQLite runs; the password is nowhere; no traceback."""
    del alone["LAB_SERVERS"]  # an address that is given is the only place that is looked at, whatever else there is
    alone["LAB_MYSQL_URL"] = url.format(silent=silent_port)
    words = ["run", "add_age", "--attempt", "migrate", "--engine", "sqlite", "--engine", "mysql", "--format", "json"]

    began = time.monotonic()
    result = lab(*words, environment=alone)
    took = time.monotonic() - began
    sqlite, mysql = json.loads(result.stdout)["cells"]

    assert (sqlite["outcome"], mysql["outcome"]) == ("done", "not run")
    assert named.format(silent=silent_port) in mysql["reason"] + mysql["fix"]
    assert "\n" not in mysql["reason"]
    assert mysql["fix"]
    assert "secret-word" not in result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    # The promise is five seconds for the address; the run around it takes a little more.
    assert took < 15


def test_a_source_that_does_not_exist(alone: dict[str, str]) -> None:
    """LAB_SERVERS names sources; another word is told with the words there are."""
    result = lab("run", "add_age", environment={**alone, "LAB_SERVERS": "cloud"})

    assert result.returncode == 2
    assert result.stderr.startswith("LAB_SERVERS has no source called 'cloud': type one or more of given,compose")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("home", ["/proc/nowhere", "/dev/full", "/etc/hostname/lab"])
def test_a_folder_that_cannot_be_written(alone: dict[str, str], home: str) -> None:
    """A full, read-only or impossible LAB_HOME is told in one line."""
    result = lab("run", "add_age", "--engine", "sqlite", environment={**alone, "LAB_HOME": home})

    assert result.returncode == 2
    assert result.stderr.startswith(f"{home} ")
    assert "LAB_HOME" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("rows", ["0", "-1", "abc", "1.5", "", "1e3", "٣"])
def test_a_number_of_rows_that_is_none(alone: dict[str, str], rows: str) -> None:
    """ROWS must be a whole number from 1; anything else is told in one line."""
    result = lab("run", "add_age", "--rows", rows, environment=alone)

    assert result.returncode == 2
    assert result.stderr == f"ROWS={rows} is no number of rows. Type a whole number from 1, such as ROWS=1000.\n"


def test_an_unknown_scenario_brings_the_nearest_name(alone: dict[str, str]) -> None:
    """Exit status 2, one line, no traceback."""
    result = lab("run", "add_agee", environment=alone)

    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith("There is no scenario 'add_agee'. Nearest: add_age")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("engine", ["oracle", "postgres"])
def test_an_unknown_engine(alone: dict[str, str], engine: str) -> None:
    """The engines that exist are named."""
    result = lab("run", "add_age", "--engine", engine, environment=alone)

    assert result.returncode == 2
    assert result.stderr.startswith(f"There is no engine '{engine}'. Type one of ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("command", [["run", "add_age"], ["servers"]], ids=["run", "servers"])
@pytest.mark.parametrize("option", ["--on", "--engine"])
@pytest.mark.parametrize(("word", "line"), [("postgresql:abc", "'abc' is not a version"), ("mysql:", "No version")])
def test_a_version_that_is_not_one(
    alone: dict[str, str], command: list[str], option: str, word: str, line: str
) -> None:
    """What follows the colon of an engine must be a version; both spellings of the option say so in one line."""
    result = lab(*command, option, word, environment=alone)

    assert result.returncode == 2
    assert result.stderr.startswith(line)
    assert result.stderr.count("\n") == 1


def test_an_unknown_attempt(alone: dict[str, str]) -> None:
    """The attempts of the scenario are named."""
    result = lab("run", "add_age", "--engine", "sqlite", "--attempt", "magic", environment=alone)

    assert result.returncode == 2
    assert result.stderr.splitlines()[-1] == "There is no attempt magic. Type one of create_all, migrate, round_trip."


def test_an_output_file_that_cannot_be_written(alone: dict[str, str]) -> None:
    """A full or read-only place is told in one line."""
    words = ["run", "add_age", "--engine", "sqlite", "--quiet", "--out", "/proc/none/x.json"]
    result = lab(*words, environment=alone)

    assert result.returncode == 2
    assert result.stderr.startswith("/proc/none/x.json cannot be written: ")
    assert result.stderr.count("\n") == 1
