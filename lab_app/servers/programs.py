"""Server programs: how each makes a data folder, and how it serves it to this machine only, durability off."""

import os
import re
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lab_app.engines import MARIADB, MYSQL, POSTGRESQL, Engine

#: The account that the lab uses on a server of its own.
ACCOUNT = "lab"


@dataclass(frozen=True)
class Program:
    """One version of a server program. ``users`` are whom it runs as under root, the best first.

    ``initialise`` and ``serve`` give command lines for a folder that holds ``password``, ``start.sql`` and ``data``;
    ``start_sql`` is what that file says.
    """

    engine: Engine
    version: str
    path: Path
    users: tuple[str, ...]
    stop: signal.Signals
    initialise: Callable[[Path, Path], list[str]]
    serve: Callable[[Path, int], list[str]]
    start_sql: str = ""


def postgres(path: Path) -> Program:
    """Describe PostgreSQL, whose ``initdb`` lies beside the server program."""

    def initialise(folder: Path, data: Path) -> list[str]:
        rules = ["--username", ACCOUNT, f"--pwfile={folder / 'password'}", "--auth=scram-sha-256"]
        return [str(path.with_name("initdb")), f"--pgdata={data}", *rules, "--encoding=UTF8", "--locale=C", "--no-sync"]

    def serve(folder: Path, port: int) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "wal_level": "minimal",
            "max_wal_senders": "0",
        }
        return [str(path), "-D", str(folder / "data"), *(f"--{name}={value}" for name, value in settings.items())]

    users = ("postgres", "nobody")
    return Program(POSTGRESQL, version_of(path), path, users, signal.SIGINT, initialise, serve)


def mariadb(path: Path, installer: Path) -> Program:
    """Describe MariaDB, whose data folder is made by a program of its own."""

    def initialise(_folder: Path, data: Path) -> list[str]:
        rules = ["--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"]
        return [str(installer), "--no-defaults", f"--datadir={data}", *rules, *_SMALL]

    return Program(
        MARIADB, version_of(path), path, ("mysql", "nobody"), signal.SIGTERM, initialise, _serve(path), _START
    )


def mysql(path: Path) -> Program:
    """Describe MySQL, which makes its data folder itself."""

    def initialise(_folder: Path, data: Path) -> list[str]:
        return [str(path), "--no-defaults", "--initialize-insecure", f"--datadir={data}", *_SMALL]

    return Program(MYSQL, version_of(path), path, ("mysql", "nobody"), signal.SIGTERM, initialise, _serve(path), _START)


def words_of(path: Path) -> str:
    """Return what ``--version`` prints; empty when the program cannot be run."""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout


def version_of(path: Path) -> str:
    """Return the version that a program says it is, digits and dots."""
    found = re.search(r"(\d+(\.\d+)+)", words_of(path))
    return found[0] if found else "unknown"


def search_path(*more: str) -> list[Path]:
    """List the folders of ``PATH``, then those of each pattern, the highest number first."""
    named = [Path(folder) for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if folder]
    for pattern in more:
        named += sorted(Path("/").glob(pattern.lstrip("/")), key=_numbers, reverse=True)
    return named


def _numbers(folder: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(folder))]


# loose: a server that does not know the option, in another version or family, goes on without it.
_SMALL = (
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--innodb-buffer-pool-size=64M",
    "--loose-innodb-flush-method=nosync",
    "--loose-innodb-log-file-size=16M",
)
_SERVING = (
    "--bind-address=127.0.0.1",
    "--socket=lab.sock",
    "--pid-file=lab.pid",
    "--skip-name-resolve",
    "--skip-log-bin",
    "--performance-schema=OFF",
    "--innodb-stats-persistent=OFF",
    "--innodb-adaptive-hash-index=OFF",
    "--key-buffer-size=8M",
    "--innodb-buffer-pool-dump-at-shutdown=0",
    "--innodb-buffer-pool-load-at-startup=0",
    "--loose-aria-pagecache-buffer-size=8M",
    "--loose-mysqlx=OFF",
)


def _serve(path: Path) -> Callable[[Path, int], list[str]]:
    def serve(folder: Path, port: int) -> list[str]:
        data = folder / "data"
        # In a shared /tmp a server that starts removes the temporary tables of one that runs, which then crashes.
        place = [f"--datadir={data}", f"--tmpdir={data}", f"--port={port}", f"--init-file={folder / 'start.sql'}"]
        return [str(path), "--no-defaults", *place, *_SERVING, *_SMALL]

    return serve


# Run before the first connection is taken, so that root is never open with the empty password it begins with.
_START = """\
CREATE USER IF NOT EXISTS 'lab'@'127.0.0.1';
ALTER USER 'lab'@'127.0.0.1' IDENTIFIED BY '{password}';
GRANT ALL ON *.* TO 'lab'@'127.0.0.1' WITH GRANT OPTION;
ALTER USER 'root'@'localhost' IDENTIFIED BY '{password}';
DROP USER IF EXISTS 'root'@'127.0.0.1', 'root'@'::1';
"""
