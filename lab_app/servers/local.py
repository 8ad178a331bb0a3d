"""Server programs that are installed on this machine; what already runs here is never connected to."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from lab_app.engines import MARIADB, MYSQL, POSTGRESQL, Engine
from lab_app.servers.private import start
from lab_app.servers.programs import Program, mariadb, mysql, postgres, search_path, words_of
from lab_app.servers.search import NoServer, Search
from lab_app.servers.server import Server

_HOMEBREW = ("/opt/homebrew/opt", "/usr/local/opt", "/home/linuxbrew/.linuxbrew/opt")
#: Where packages put server programs that are not in everybody's PATH.
_POSTGRES_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", *(f"{opt}/postgresql*/bin" for opt in _HOMEBREW))
_MYSQL_FOLDERS = ("/usr/sbin", "/usr/local/sbin", "/usr/libexec", *(f"{opt}/m[ay]*/bin" for opt in _HOMEBREW))


def find(search: Search) -> Server:
    """Start a server of the newest program found for this engine, in the version that is wanted.

    Raises:
        NoServer: there is none, or it does not start.
    """
    others: list[str] = []
    for program in programs(search.engine):
        if search.wanted.accepts(program.version):
            return start(program, search)
        others.append(program.version)
    _, names = _FINDERS[search.engine]
    if not others:
        raise NoServer(f"there is no {names} on this machine")
    installed = " and ".join(dict.fromkeys(others))
    raise NoServer(f"this machine's {search.engine.title} is {installed}, not {search.wanted.version}")


def programs(engine: Engine) -> Iterator[Program]:
    """Yield the engine's programs on this machine, as far as it can be told the newest first."""
    finder, _ = _FINDERS[engine]
    return finder()


def _postgres() -> Iterator[Program]:
    for path in _programs("postgres", _POSTGRES_FOLDERS):
        if os.access(path.with_name("initdb"), os.X_OK):
            yield postgres(path)


def _mariadb() -> Iterator[Program]:
    for path in (*_programs("mariadbd", _MYSQL_FOLDERS), *_programs("mysqld", _MYSQL_FOLDERS)):
        installer = next(_programs("mariadb-install-db", (str(path.parent), f"{path.parents[1]}/*bin")), None)
        if installer and "MariaDB" in words_of(path):
            yield mariadb(path, installer)


def _mysql() -> Iterator[Program]:
    for path in _programs("mysqld", _MYSQL_FOLDERS):
        # Debian's MariaDB calls itself mysqld, too.
        if "MariaDB" not in words_of(path):
            yield mysql(path)


def _programs(name: str, folders: tuple[str, ...]) -> Iterator[Path]:
    for folder in search_path(*folders):
        if os.access(folder / name, os.X_OK):
            # The real place: a link in PATH has no initdb beside it.
            yield (folder / name).resolve()


_FINDERS: dict[Engine, tuple[Callable[[], Iterator[Program]], str]] = {
    POSTGRESQL: (_postgres, "postgres with an initdb"),
    MYSQL: (_mysql, "mysqld"),
    MARIADB: (_mariadb, "mariadbd with a mariadb-install-db"),
}
