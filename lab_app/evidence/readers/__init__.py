"""Where each engine keeps its own description of a database, and how that is read.

The catalogues are asked in plain SQL and not through SQLAlchemy's Inspector, which costs 40 ms on a
fresh PostgreSQL connection and does not see what lessons are about: types as SQLite's author wrote
them, expression indexes on SQLite and MySQL, a column's CHECK and JSON on MariaDB.
"""

from lab_app.evidence.types import Kind, Table


def empty_table(kind: Kind, comment: str | None = None) -> Table:
    """Make a table, or whatever else has a name, of which nothing is known yet."""
    return Table(
        kind=kind, columns={}, primary_key=[], unique=[], foreign_keys=[], checks=[], indexes=[], comment=comment
    )
