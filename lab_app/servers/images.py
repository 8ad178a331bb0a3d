"""What the official images take: the account, and the flags for a server that may lose its data."""

from dataclasses import dataclass

from lab_app.engines import MARIADB, MYSQL, POSTGRESQL, Engine


@dataclass(frozen=True)
class Image:
    """One engine's official image. ``environment`` is what it needs beside the password."""

    user: str
    password_variable: str
    environment: dict[str, str]
    flags: tuple[str, ...]


_MYSQL_FLAGS = (
    "--skip-log-bin",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    # Statistics of tables that live for a tenth of a second are worth nothing, and cost a write for each.
    "--innodb-stats-persistent=OFF",
    "--innodb-adaptive-hash-index=OFF",
)

#: Only durability is given up; no flag changes what a statement does.
IMAGES: dict[Engine, Image] = {
    POSTGRESQL: Image(
        user="postgres",
        password_variable="POSTGRES_PASSWORD",  # noqa: S106 - the name of a variable
        environment={"POSTGRES_INITDB_ARGS": "--no-sync"},
        flags=("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"),
    ),
    MYSQL: Image(
        user="root",
        password_variable="MYSQL_ROOT_PASSWORD",  # noqa: S106
        environment={},
        flags=(*_MYSQL_FLAGS, "--mysqlx=OFF", "--performance-schema=OFF"),
    ),
    MARIADB: Image(
        user="root",
        password_variable="MARIADB_ROOT_PASSWORD",  # noqa: S106
        environment={},
        flags=_MYSQL_FLAGS,
    ),
}
