"""The engines, once for the whole test run, and what every test needs of them."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from availability import ENGINE_NAMES, Found
from background import MIXED, Run, started, waits
from browser import Visits, browser_of_this_computer
from commands import alone as alone_in
from commands import with_servers
from databases import scratch_database
from marks import mark
from recall import RECALL
from sqlalchemy.pool import NullPool
from web_server import Site, served

from lab_app.cleanup import guard
from lab_app.engines import BY_NAME, ENGINES
from lab_app.servers import Server, Servers

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def _hand_on_no_ignored_signals() -> None:
    """Keep what this process ignores (under nohup, in a background job) from its children.

    A program that is started inherits that a signal is ignored, and not that something is done about it: the labs
    that tests end with Ctrl-C would not hear it.
    """
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


_hand_on_no_ignored_signals()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Every test says what it needs before -m chooses; those that wait for a long run come last, in random order."""
    for test in items:
        mark(test)
    yield
    items.sort(key=waits)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell the check's recall, where any of its projects was tried."""
    if recall := terminalreporter.config.stash.get(RECALL, None):
        terminalreporter.write_line(str(recall))


@pytest.fixture(scope="session")
def servers() -> Iterator[Found]:
    """Every engine that this machine can give, started once."""
    with guard(), Servers(ENGINES) as started:
        yield {engine.name: started.wait(engine.name) for engine in ENGINES}


@pytest.fixture(scope="session")
def lab_environment(servers: Found) -> dict[str, str]:
    """The variables that hand these servers to a command of the lab."""
    return {
        server.engine.url_variable: server.url(server.engine.maintenance_database)
        for server in servers.values()
        if isinstance(server, Server) and server.engine.needs_server
    }


@pytest.fixture(scope="session")
def catalogue_run(lab_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Every scenario on every engine, in the order of the catalogue."""
    folder = tmp_path_factory.mktemp("catalogue")
    with started(folder, with_servers(folder / "home", lab_environment), "--all") as run:
        yield run


@pytest.fixture(scope="session")
def mixed_run(lab_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Some of the scenarios on every engine, in another order."""
    folder = tmp_path_factory.mktemp("mixed")
    with started(folder, with_servers(folder / "home", lab_environment), *MIXED) as run:
        yield run


@pytest.fixture(scope="session", autouse=True)
def long_runs(request: pytest.FixtureRequest) -> None:
    """What takes long begins with the first test, if any of the chosen ones waits for it."""
    if any(waits(test) for test in request.session.items):
        request.getfixturevalue("catalogue_run")
        request.getfixturevalue("mixed_run")


@pytest.fixture
def environment(lab_environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The environment of a command: the servers of this test run, and a lab folder of its own."""
    return with_servers(tmp_path / "home", lab_environment)


@pytest.fixture
def alone(tmp_path: Path) -> dict[str, str]:
    """The environment of a command that has SQLite alone, and a lab folder of its own."""
    return alone_in(tmp_path / "home")


@pytest.fixture(params=ENGINE_NAMES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each engine in turn."""
    return str(request.param)


@pytest.fixture
def database_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty scratch database on that engine; for SQLite no server is started."""
    found = request.getfixturevalue("servers") if BY_NAME[engine_name].needs_server else {}
    with scratch_database(engine_name, found, tmp_path) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[sa.Engine]:
    """A SQLAlchemy engine on an empty scratch database."""
    engine = sa.create_engine(database_url, poolclass=NullPool)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole test run."""
    with browser_of_this_computer() as found:
        yield found


@pytest.fixture(scope="session")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A web server that has the recorded results alone; a module whose tests run something has one of its own."""
    with served(tmp_path_factory.mktemp("site") / "home") as found:
        yield found


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visits]:
    """Opens pages of the site, and sees that nothing was wrong with any of them."""
    with Visits(browser, site) as visits:
        yield visits
