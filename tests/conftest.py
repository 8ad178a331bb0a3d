"""The engines, once for the whole test run, and what every test needs of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from availability import ENGINE_NAMES, Found, available
from browser import Site, Visits, browser_of_this_computer, served
from commands import REPOSITORY
from playwright.sync_api import Browser
from sqlalchemy.pool import NullPool

from lab_app.cleanup import guard
from lab_app.engines import ENGINES
from lab_app.servers import Server, Servers, scratch


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


@pytest.fixture
def environment(lab_environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """The environment of a command: the servers of this test run, and a lab folder of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LAB_", "FLASK_"))}
    return {**kept, **lab_environment, "LAB_HOME": str(tmp_path / "home"), "PYTHONPATH": str(REPOSITORY)}


@pytest.fixture(params=ENGINE_NAMES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each engine in turn."""
    return str(request.param)


@pytest.fixture
def database_url(engine_name: str, servers: Found, tmp_path: Path) -> Iterator[str]:
    """The address of an empty scratch database on that engine."""
    server = available(servers, engine_name)
    if not server.engine.needs_server:
        yield server.url(f"{tmp_path}/app.db")
        return
    name = scratch.new_name()
    admin = sa.create_engine(
        server.url(server.engine.maintenance_database), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    with admin.connect() as connection:
        scratch.create(connection.exec_driver_sql, server.engine, name)
        try:
            yield server.url(name)
        finally:
            scratch.drop(connection.exec_driver_sql, server.engine, name)


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
