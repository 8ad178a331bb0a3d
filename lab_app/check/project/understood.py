"""What was understood of a project: who runs it, what is its application, where its migrations are."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

_MYSQL = ("pymysql", "mysqldb", "mysqlconnector", "mariadbconnector")
#: Drivers of the backends that need one, the lab's own first: how SQLAlchemy calls them.
DRIVERS = {"postgresql": ("psycopg2", "psycopg", "pg8000"), "mysql": _MYSQL, "mariadb": _MYSQL}
#: The module of each.
MODULES = {"mysqldb": "MySQLdb", "mysqlconnector": "mysql.connector", "mariadbconnector": "mariadb"}
#: How other drivers are told what ``ssl_disabled`` tells PyMySQL.
_WITHOUT_TLS = {"mysqldb": {"ssl_mode": "DISABLED"}, "mysqlconnector": {"ssl_disabled": "true"}}
#: Variables of the lab's own process that are none of the project's business.
_OURS = ("LAB_", "WERKZEUG_", "VIRTUAL_ENV", "PYTHONHOME")


@dataclass(frozen=True)
class Understood:
    """A project and how it is run; ``found`` tells where each part was found, for the first line of the output.

    ``app`` is an import path of Flask's, ``group`` that of a FlaskGroup, ``ini`` a file of Alembic's: one of the three.
    ``variables`` are environment variables of the person's, in which ``{url}`` and its parts stand for the address.
    ``settings`` are of the application's configuration. ``allowed`` are hosts and ports that it may connect to.
    ``drivers`` are those that the environment has, by the names that SQLAlchemy gives them.
    ``others`` are applications that were found, too. ``seconds`` are what loading, and each step, may take.
    ``ignored`` are columns, ``TABLE.COLUMN``, whose values are made anew each time: nothing is said of them.
    """

    folder: Path
    interpreter: str
    python: str
    versions: Mapping[str, str]
    drivers: frozenset[str]
    app: str | None = None
    group: str | None = None
    ini: str | None = None
    directory: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    allowed: tuple[tuple[str, int], ...] = ()
    found: Mapping[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    seconds: float | None = None
    ignored: frozenset[str] = frozenset()

    def told(self, url: str, cache: Path, put: Iterable[str] = ()) -> dict[str, Any]:
        """Return the probe's first message, for a scratch database at an address.

        ``put`` are further variables that hold the address: those in which the application was seen to look for it.
        """
        return {
            "folder": str(self.folder),
            "environment": {
                **dict.fromkeys(put, self.address(url)),
                **{name: self._filled(value, url) for name, value in self.variables.items()},
            },
            "url": self.address(url),
            "settings": dict(self.settings),
            "allowed": list(self.allowed),
            "cache": str(cache),
            "app": self.app,
            "group": self.group,
            "directory": self.directory,
            "ini": self.ini,
        }

    def environment(self, url: str) -> dict[str, str]:
        """Return the environment of the probe's process: the person's own, without what is the lab's."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        own |= {name: self._filled(value, url) for name, value in self.variables.items()}
        return {**own, "FLASK_RUN_FROM_CLI": "true", "PYTHONFAULTHANDLER": "", "PYTHONUNBUFFERED": "1"}

    def address(self, url: str) -> str:
        """Return a scratch database's address with a driver that the project's environment has.

        It has no percent sign of the lab's: ``set_main_option`` of an env.py would take it for the beginning of a name.
        """
        made = make_url(url)
        driver = self.driver(made.get_backend_name())
        if driver is None:
            return url
        query: Mapping[str, Any] = {name: value for name, value in made.query.items() if name != "options"}
        if driver not in ("psycopg2", "pymysql", "psycopg"):
            query = _WITHOUT_TLS.get(driver, {}) if "ssl_disabled" in query else {}
        return made.set(drivername=f"{made.get_backend_name()}+{driver}", query=query).render_as_string(False)

    def driver(self, backend: str) -> str | None:
        """Return the first driver for a backend that the environment has; None where it has or needs none."""
        return next((name for name in DRIVERS.get(backend, ()) if name in self.drivers), None)

    def _filled(self, value: str, url: str) -> str:
        """Put the address, or a part of it, where a variable of the person's has a place for it."""
        made = make_url(self.address(url))
        parts = {
            "url": made.render_as_string(False),
            "driver": made.drivername,
            "host": made.host or "",
            "port": str(made.port or ""),
            "user": made.username or "",
            "password": str(made.password or ""),
            "database": made.database or "",
        }
        for name, part in parts.items():
            value = value.replace("{" + name + "}", part)
        return value
