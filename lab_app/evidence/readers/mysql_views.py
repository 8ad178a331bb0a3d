"""Views and sequences: what has columns or a position of its own, and is no table.

A view is its SELECT as the engine prints it, and the columns that it has now.
"""

from lab_app.evidence.normalise import closing
from lab_app.evidence.readers import empty_table
from lab_app.evidence.readers.mysql_column import type_text
from lab_app.evidence.readers.mysql_show import Shown
from lab_app.evidence.readers.mysql_text import is_name, plain, tokens, written
from lab_app.evidence.types import Column, Schema, Table

_VIEW_COLUMNS = (
    "SELECT table_name, column_name, column_type, is_nullable, NULLIF(collation_name, %s) "
    "FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name IN ({names}) "
    "ORDER BY table_name, ordinal_position"
)


def add_views(schema: Schema, names: list[str], shown: Shown) -> None:
    """Add the views, with the columns that they have now; a view of a table that is gone has none."""
    for name in names:
        schema[name] = _view(shown.show("VIEW", name)[1], shown.database)
    question = _VIEW_COLUMNS.format(names=", ".join(["%s"] * len(names)))
    rows = shown.connection.exec_driver_sql(question, (shown.usual_collation, *names))
    for view, name, type_, nullable, collation in rows:
        # A default is that of the table below, and is told there.
        schema[view]["columns"][name] = Column(
            type=type_text(tokens(type_)) + (f" COLLATE {collation}" if collation else ""),
            nullable=nullable == "YES",
            default=None,
            autoincrement=False,
            computed=None,
            comment=None,
        )


def _view(sql: str, database: str) -> Table:
    """Read CREATE ALGORITHM=… DEFINER=… SQL SECURITY … VIEW name (columns) AS …."""
    parts = tokens(sql, database)
    table = empty_table("view")
    options = {}
    if (algorithm := parts[parts.index("ALGORITHM") + 2]) != "UNDEFINED":
        options["algorithm"] = algorithm
    at = parts.index("VIEW")
    security = parts.index("SECURITY", 0, at)
    if parts[security + 1] != "DEFINER":
        options["security"] = parts[security + 1]
    if options:
        table["options"] = options
    kind = parts[security + 2 : at]
    rest = parts[at + 2 :]
    names: list[str] = []
    if rest[0] == "(":
        end = closing(rest, 0)
        names = [part for part in rest[1:end] if part != ","]
        rest = rest[end + 1 :]
    table["definition"] = written([*kind, *_named(rest[1:], names)])
    return table


def _named(select: list[str], names: list[str]) -> list[str]:
    """Put the names of a view's columns, which may stand before the SELECT, into its list."""
    if not names:
        return select
    renamed, depth, left = list(select), 0, list(names)
    for place, part in enumerate(select):
        depth += (part == "(") - (part == ")")
        after = select[place + 1] if place + 1 < len(select) else ""
        alias = place and select[place - 1].upper() == "AS" and is_name(part) and after in (",", "from", "")
        if alias and left and not depth:
            renamed[place] = left.pop(0)
    return renamed if not left else ["(", *names, ")", "AS", *select]


def add_sequences(schema: Schema, names: list[str], shown: Shown) -> None:
    """Add MariaDB's sequences; the position of one is no part of what SHOW CREATE prints."""
    for name in names:
        parts = tokens(shown.show("SEQUENCE", name)[1])[3:]
        table = empty_table("sequence")
        for option in ("ENGINE", "COMMENT"):
            if option in parts:
                at = parts.index(option)
                value = plain(parts[at + 2])
                del parts[at : at + 3]
                if option == "ENGINE":
                    table["options"] = {"engine": value}
                else:
                    table["comment"] = value or None
        table["definition"] = written(parts).replace("- ", "-")
        schema[name] = table
