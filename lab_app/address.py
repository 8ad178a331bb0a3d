"""Database addresses, with the driver always spelt out."""

from lab_app.engines import ENGINES, POSTGRESQL

#: What people write, and hosts hand out, to what SQLAlchemy is told.
DRIVERS = {engine.name: engine.driver for engine in ENGINES} | {"postgres": POSTGRESQL.driver}

#: What means something else in the path of an address.
_ENCODED = str.maketrans({"%": "%25", "?": "%3F", "#": "%23"})


def with_driver(url: str) -> str:
    """Return the address with the lab's driver for its engine; one that names a driver stays as it is.

    Bare names do not mean what they used to: since SQLAlchemy 2.1 ``postgresql://`` is psycopg 3,
    ``postgres://`` is nothing, and ``mysql://`` has always been MySQLdb.
    """
    scheme, separator, rest = url.partition("://")
    return DRIVERS.get(scheme, scheme) + separator + rest


def of_file(path: str) -> str:
    """Return the SQLAlchemy address of an SQLite file, whatever its path holds."""
    # SQLAlchemy decodes it, and to it a question mark begins the options.
    return f"sqlite:///{path.translate(_ENCODED)}"
