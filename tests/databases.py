"""Empty scratch databases for tests, on every engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from availability import Found, available
from sqlalchemy.pool import NullPool

from lab_app.engines import BY_NAME
from lab_app.servers import scratch


@contextmanager
def scratch_database(engine_name: str, servers: Found, folder: Path) -> Iterator[str]:
    """The address of an empty database on an engine, gone afterwards; for SQLite a file in the folder."""
    if not BY_NAME[engine_name].needs_server:
        file = folder / "app.db"
        yield f"sqlite:///{file}"
        file.unlink(missing_ok=True)
        return
    server = available(servers, engine_name)
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
