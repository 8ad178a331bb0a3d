"""Locks that are waited for a few seconds only: in a scratch database nobody but the project itself can hold one."""

_SECONDS = 2
#: Seconds that a statement may take on PostgreSQL; the step itself has a limit, too.
_STATEMENT_SECONDS = 60


def install():
    """Tell every connection that the project makes from now on."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    event.listen(Engine, "connect", _tell)


def _tell(connection, _record):
    driver = type(connection).__module__.partition(".")[0]
    if driver == "sqlite3":
        _execute(connection, f"PRAGMA busy_timeout = {_SECONDS * 1000}")
    elif driver.startswith("psycopg"):
        # In the address it would be percent-encoded, and many an env.py breaks on a percent sign.
        _execute(connection, f"SET lock_timeout = '{_SECONDS}s'; SET statement_timeout = '{_STATEMENT_SECONDS}s'")
        connection.commit()
    elif driver in ("pymysql", "MySQLdb", "mysql", "mariadb"):
        _execute(connection, f"SET SESSION innodb_lock_wait_timeout = {_SECONDS}, lock_wait_timeout = {_SECONDS}")


def _execute(connection, sql):
    cursor = connection.cursor()
    try:
        cursor.execute(sql)
    finally:
        cursor.close()
