"""The versions that a result depends on."""

import platform
from importlib.metadata import version

_PACKAGES = ("alembic", "sqlalchemy", "flask", "flask-migrate", "flask-sqlalchemy", "psycopg2-binary", "pymysql")


def versions() -> dict[str, str]:
    """Return Python's version and those of the packages between a scenario and the engine."""
    return {"python": platform.python_version(), **{package: version(package) for package in _PACKAGES}}
