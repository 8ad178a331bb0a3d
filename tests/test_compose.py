"""compose.yaml: what it declares, and a real start of all of it."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from availability import strict
from browser import Visits, expect
from pages import words
from web_server import Site

from lab_app.document.keep import recorded
from lab_app.document.types import Cell
from lab_app.engines import ENGINES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent
SERVERS = {engine.name: engine for engine in ENGINES if engine.needs_server}
PORTS = ("LAB_POSTGRESQL_PORT", "LAB_MYSQL_PORT", "LAB_MARIADB_PORT", "LAB_WEB_PORT")


def docker(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the docker command in the checkout."""
    return subprocess.run(
        ["docker", *arguments], cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=600
    )


def docker_answers() -> bool:
    """Whether there is an engine, and Compose."""
    try:
        return all(docker(*asked).returncode == 0 for asked in (["info"], ["compose", "version"]))
    except FileNotFoundError:
        return False


pytestmark = pytest.mark.docker


@pytest.fixture(scope="module", autouse=True)
def docker_engine() -> None:
    """What every test here needs; without it they are skipped with the reason, or fail when strict."""
    if not docker_answers():
        (pytest.fail if strict() else pytest.skip)("no Docker engine with Compose answers; start one")


def services(**environment: str) -> dict[str, dict[str, Any]]:
    """The services as Compose itself reads the file, with no .env."""
    done = docker("compose", "--env-file", os.devnull, "config", "--format", "json", **environment)
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)["services"]
    return found


def ports(found: dict[str, dict[str, Any]]) -> dict[str, list[tuple[str, str, int]]]:
    """The ports of each service: on which address, which there, which inside."""
    return {
        name: [(port["host_ip"], port["published"], port["target"]) for port in service["ports"]]
        for name, service in found.items()
    }


def test_the_servers_are_the_engines_images() -> None:
    """Each engine that needs a server has a service of its name, with the image that the engine names."""
    found = services()
    assert {name: found[name]["image"] for name in SERVERS} == {name: engine.image for name, engine in SERVERS.items()}
    assert set(found) == {*SERVERS, "app"}


def test_ports_are_this_computers_own_and_not_the_usual_ones() -> None:
    """Nobody else reaches them, and they start beside servers that are there already; .env moves them."""
    assert ports(services(**dict.fromkeys(PORTS, ""))) == {
        "postgresql": [("127.0.0.1", "55432", 5432)],
        "mysql": [("127.0.0.1", "53306", 3306)],
        "mariadb": [("127.0.0.1", "53307", 3306)],
        "app": [("127.0.0.1", "8080", 8080)],
    }
    moved = ports(services(**{name: str(20001 + place) for place, name in enumerate(PORTS)}))
    assert [
        published for service in ("postgresql", "mysql", "mariadb", "app") for _, published, _ in moved[service]
    ] == [
        "20001",
        "20002",
        "20003",
        "20004",
    ]


def test_the_example_settings_are_the_defaults() -> None:
    """.env.example, copied as it is, changes nothing."""
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    example = dict(line.split("=") for line in lines if line and not line.startswith("#"))
    assert set(example) == {*PORTS, "LAB_RUN"}
    assert services(**example) == services(**dict.fromkeys(example, ""))
    assert ports(services(**example)) == ports(services(**dict.fromkeys(PORTS, "")))


def test_servers_keep_their_data_in_memory_and_are_asked_a_query() -> None:
    """The data folder of each image is a tmpfs, and ready means that a query over TCP was answered."""
    found = services()
    data = {"postgresql": "/var/lib/postgresql", "mysql": "/var/lib/mysql", "mariadb": "/var/lib/mysql"}
    assert {name: found[name]["tmpfs"] for name in SERVERS} == {name: [folder] for name, folder in data.items()}
    for name in SERVERS:
        [shell, query] = found[name]["healthcheck"]["test"]
        assert shell == "CMD-SHELL"
        assert "-h 127.0.0.1" in query, name
        assert query.endswith("'SELECT 1'"), name
    assert {name: needed["condition"] for name, needed in found["app"]["depends_on"].items()} == dict.fromkeys(
        SERVERS, "service_healthy"
    )


@dataclass(frozen=True)
class Project:
    """The compose project while it is up."""

    name: str
    settings: dict[str, str]
    first_run: str = ""  # what the page says of the run that the lab itself begins, as soon as that is over

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.settings['LAB_WEB_PORT']}"

    def compose(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a Compose command on it."""
        return docker("compose", "-p", self.name, *arguments, **self.settings)


@pytest.fixture(scope="module")
def project() -> Iterator[Project]:
    """Everything in compose.yaml, started under a name and on ports of its own; nothing of it stays."""
    project = Project(f"lab_{secrets.token_hex(4)}", free_ports() | {"LAB_RUN": "add_age"})
    try:
        started = project.compose("up", "--wait", "--build")
        assert started.returncode == 0, started.stderr[-4000:] + project.compose("logs", "--tail", "40").stdout
        yield replace(project, first_run=first_run(project.address))
    finally:
        project.compose("down", "-v", "--rmi", "local")
    label = f"label=com.docker.compose.project={project.name}"
    left = [docker(kind, "ls", "--quiet", "--filter", label).stdout for kind in ("container", "network", "volume")]
    assert left == ["", "", ""]


def first_run(address: str) -> str:
    """The text of the page about the first run when it says how many cells ran; a minute is enough."""
    deadline = time.monotonic() + 60
    while "cells ran" not in (page := words(read(f"{address}/run"))) and time.monotonic() < deadline:
        time.sleep(0.5)
    return page


def free_ports() -> dict[str, str]:
    """One free port for each setting."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in PORTS]
        return {name: str(each.getsockname()[1]) for name, each in zip(PORTS, sockets, strict=True)}


def test_one_command_runs_the_lab_and_serves_the_page(project: Project) -> None:
    """After `docker compose up` the page is there, and shows soon what each of the four engines did just now."""
    assert "started by the lab itself, when it started" in project.first_run
    assert f"All {3 * len(ENGINES)} cells ran." in project.first_run
    assert "run on this machine" in words(read(f"{project.address}/"))
    found = words(read(f"{project.address}/servers"))
    assert [engine.title for engine in ENGINES if f"{engine.title} ✓ up" not in found] == []


def test_a_run_from_the_page_goes_through_all_four(browser: Browser, project: Project) -> None:
    """In the browser: the matrix, a scenario, Run again here, and each engine has run all of its cells."""
    with Visits(browser, Site(project.address, 0, Path())) as visit:
        page = visit("/?q=create_all")
        page.locator("#create_all .story a, #create_all th a").first.click()
        page.get_by_role("button", name="Run again here").click()
        expect(page.get_by_text("cells ran.")).to_be_visible(timeout=60_000)
        cells = len(recorded_cells("create_all"))
        expect(page.get_by_text(f"All {cells} cells ran.")).to_be_visible()
        page.get_by_role("link", name="All evidence of create_all").click()
        expect(page.locator(".origin")).to_contain_text("run on this machine")
        assert page.locator(".targets li.not-run").count() == 0


def test_the_app_under_study_migrates_on_a_server_of_compose(browser: Browser, project: Project) -> None:
    """On MySQL it fails in MySQL's words, and answers after the button was pressed."""
    with Visits(browser, Site(project.address, 0, Path())) as visit:
        page = visit("/students")
        page.get_by_role("button", name="Open on MySQL").click()
        heading = page.get_by_role("heading", level=1)
        expect(heading).to_contain_text("Unknown column 'student.age'", timeout=60_000)
        page.get_by_role("button", name="Upgrade").click()
        expect(heading).to_contain_text("The app answers: 4 students")


def recorded_cells(name: str) -> list[Cell]:
    """The cells that a scenario has in the record."""
    found = recorded()
    assert found
    return [cell for cell in found["cells"] if cell["scenario"] == name]


def read(address: str) -> str:
    """A page's text."""
    with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - it is http, from compose.yaml
        return str(answer.read().decode())


def test_the_app_has_no_rights_that_it_does_not_need(project: Project) -> None:
    """Its container runs as an ordinary user on a file system that is read-only but for /tmp."""
    assert project.compose("exec", "-T", "app", "id", "-u").stdout == "10001\n"
    assert "Read-only file system" in project.compose("exec", "-T", "app", "touch", "/opt/lab/x").stderr
