"""The types of what is observed: statements, errors, a schema, rows, and what became of them.

They are parts of the JSON document itself, so that a report reads what the observer wrote and nothing is
converted on the way. Times are milliseconds; a missing thing is ``None``, never left out.
"""

from typing import Literal, TypedDict

#: A value as JSON has it, or one key that names the type JSON lacks: {"decimal": "1.50"},
#: {"datetime": "2024-01-02 03:04:05"}, {"date": …}, {"time": …}, {"bytes": "00ff"}, {"other": "repr"}.
Value = None | bool | int | float | str | dict[str, str]


class Statement(TypedDict):
    """One statement that went to the engine. ``step`` is the command it belongs to (``flask db upgrade``)."""

    sql: str
    parameters: str | None
    ms: float
    error: str | None
    step: str


ErrorRecord = TypedDict("ErrorRecord", {"class": str, "code": str | None, "message": str})


class Column(TypedDict):
    """``type`` is the engine's own name for it, upper case; ``default`` is the server's, as text."""

    type: str
    nullable: bool
    default: str | None
    autoincrement: bool
    computed: str | None
    comment: str | None


class ForeignKey(TypedDict):
    """``options`` are those that were said: ondelete, onupdate, deferrable."""

    name: str | None
    columns: list[str]
    refers_to: str
    refers_columns: list[str]
    options: dict[str, str]


class Unique(TypedDict):
    """A unique constraint; the engine's index below it is not listed again."""

    name: str | None
    columns: list[str]


class Check(TypedDict):
    """A CHECK, its text levelled so that one engine writes one condition one way."""

    name: str | None
    text: str


class Index(TypedDict):
    """``columns`` holds expressions too, as the engine prints them."""

    name: str | None
    columns: list[str]
    unique: bool
    where: str | None


class Table(TypedDict):
    """One table, view, or PostgreSQL enum type (its words are in ``checks``). Columns keep the order of the table."""

    kind: Literal["table", "view", "type"]
    columns: dict[str, Column]
    primary_key: list[str]
    unique: list[Unique]
    foreign_keys: list[ForeignKey]
    checks: list[Check]
    indexes: list[Index]
    comment: str | None


Schema = dict[str, Table]


class TableRows(TypedDict):
    """The rows of one table in the order of its key.

    Up to ROWS_SHOWN of them are kept in ``rows``; ``count`` is how many there are. ``digest`` is set where the
    table was too long to compare value by value.
    """

    columns: list[str]
    key: list[str]
    rows: list[list[Value]]
    count: int
    digest: str | None


Rows = dict[str, TableRows]


class ValueChange(TypedDict):
    """One value that should have survived: the row's key, the column, before and now."""

    key: list[Value]
    column: str
    before: Value
    after: Value


class Survival(TypedDict):
    """What became of one table's rows. ``how`` is ``values`` or ``digest``.

    ``changed`` counts rows (for a digest: 1 if anything differs); ``changes`` holds the first of them.
    """

    table: str
    how: Literal["values", "digest"]
    before: int
    after: int
    lost: int
    changed: int
    changes: list[ValueChange]


class FirstQuery(TypedDict):
    """The application's first SELECT through the new models, after the attempt."""

    sql: str
    error: ErrorRecord | None
