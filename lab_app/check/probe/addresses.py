"""One key for one database, whoever names it: SQLAlchemy's URL, a driver's arguments, a file."""

import os
import re

_PORTS = {"postgresql": 5432, "mysql": 3306}
#: A database that every server has: who connects to it means the server.
MAINTENANCE = ("", "postgres", "template1", "mysql", "information_schema")
MEMORY = ("", ":memory:")


def of_url(url):
    """Return the key of an address: the backend, and a file, or host, port and database."""
    from sqlalchemy.engine import make_url

    found = make_url(url)
    backend = backend_of(found)
    if backend == "sqlite":
        return of_file(found.database or "")
    port = int(found.port or _PORTS.get(backend, 0))
    return (backend, found.host or "", port, found.database or "")


def backend_of(url):
    """Return the backend of an address; MariaDB's protocol is MySQL's."""
    from sqlalchemy.engine import make_url

    name = make_url(url).get_backend_name()
    return "mysql" if name == "mariadb" else name


def of_file(name):
    """Return the key of a file that sqlite3 opens, ``file:`` addresses too."""
    text = os.fsdecode(name) if isinstance(name, bytes) else str(name)
    path = re.sub(r"^file:(//)?", "", text).split("?")[0]
    if path in MEMORY or "mode=memory" in text:
        return ("sqlite", ":memory:")
    return ("sqlite", os.path.abspath(path))


def of_postgresql(arguments, named):
    """Return the key of what is given to a PostgreSQL driver's connect()."""
    given = dict(named)
    text = arguments[0] if arguments else given.get("dsn") or given.get("conninfo")
    if text and "://" in str(text):
        return of_url(str(text).replace("postgres://", "postgresql://"))
    if text:
        given.update(re.findall(r"(\w+)\s*=\s*'?([^'\s]*)'?", str(text)))
    database = given.get("dbname") or given.get("database") or ""
    return ("postgresql", given.get("host") or "", int(given.get("port") or 5432), database)


def of_mysql(arguments, named):
    """Return the key of what is given to a MySQL or MariaDB driver's connect()."""
    host = named.get("host") or (arguments[0] if arguments else "") or ""
    database = named.get("database") or named.get("db") or (arguments[3] if len(arguments) > 3 else "") or ""
    return ("mysql", host, int(named.get("port") or 3306), database)
