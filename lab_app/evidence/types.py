"""The types of what is observed: statements, errors, a schema, rows, and what became of them.

They are parts of the JSON document itself, so that a report reads what the observer wrote and nothing is
converted on the way. Times are milliseconds; a missing thing is ``None``, never left out. A field that is
``NotRequired`` is there only where the engine says more than the other fields hold: few tables need one.
"""

from typing import Literal, NotRequired, TypedDict

#: A value as JSON has it, or one key that names the type JSON lacks: {"decimal": "1.50"},
#: {"datetime": "2024-01-02 03:04:05"}, {"date": …}, {"time": …}, {"bytes": "00ff"}, {"other": "repr"}.
Value = None | bool | int | float | str | dict[str, str]


class Statement(TypedDict):
    """One statement that went to the engine. ``step`` is the command it belongs to (``flask db upgrade``).

    ``rows`` is there where the driver says that a statement found no row to change: 0.
    """

    sql: str
    parameters: str | None
    ms: float
    error: str | None
    step: str
    rows: NotRequired[int]


ErrorRecord = TypedDict("ErrorRecord", {"class": str, "code": str | None, "message": str})


class Column(TypedDict):
    """``type`` is the engine's own name for it, upper case; ``default`` is the server's, as text.

    ``options`` is what else the engine says of it, by name: identity, invisible, compression.
    """

    type: str
    nullable: bool
    default: str | None
    autoincrement: bool
    computed: str | None
    comment: str | None
    options: NotRequired[dict[str, str]]


class ForeignKey(TypedDict):
    """``options`` are those that were said: ondelete, onupdate, deferrable."""

    name: str | None
    columns: list[str]
    refers_to: str
    refers_columns: list[str]
    options: dict[str, str]


class Unique(TypedDict):
    """A unique constraint; the engine's index below it is not listed again.

    ``clause`` is the rest of the engine's own definition: NULLS NOT DISTINCT, DEFERRABLE, ON CONFLICT REPLACE.
    """

    name: str | None
    columns: list[str]
    clause: NotRequired[str]


class Check(TypedDict):
    """A CHECK, its text levelled so that one engine writes one condition one way."""

    name: str | None
    text: str


class Index(TypedDict):
    """``columns`` holds expressions too, as the engine prints them; ``clause`` the rest: USING gin, INCLUDE (name)."""

    name: str | None
    columns: list[str]
    unique: bool
    where: str | None
    clause: NotRequired[str]


class Definition(TypedDict):
    """What hangs on a table and no other field models, in the engine's own words.

    ``kind`` is the engine's noun for it (trigger, rule, policy, exclude), ``text`` its definition without the name,
    in the spelling in which it is compared.
    """

    kind: str
    name: str | None
    text: str


#: What a database holds under a name. A type is an enum of PostgreSQL, with its words in ``checks``.
Kind = Literal[
    "table", "view", "type", "domain", "sequence", "function", "procedure", "aggregate", "event", "extension",
    "schema", "collation", "publication", "materialized view", "event trigger", "server", "foreign-data wrapper",
    "operator", "operator class", "operator family", "cast", "conversion", "language", "transform",
    "text search dictionary", "text search configuration",
    "package", "package body", "library",
]  # fmt: skip


class Table(TypedDict):
    """One table, or whatever else the database holds under a name. Columns keep the order of the table.

    ``definition`` is the engine's own line for what is no plain table: a view's SELECT, a function's body. ``options``
    is what the engine says of the whole table, by name: engine, charset, fillfactor, STRICT. ``others`` hangs on it.
    ``primary_key_clause`` is like a unique constraint's. ``schema`` is set where it is not the default one, and
    then the key of the table in the ``Schema`` is ``schema.table``.
    """

    kind: Kind
    schema: NotRequired[str]
    definition: NotRequired[str]
    options: NotRequired[dict[str, str]]
    others: NotRequired[list[Definition]]
    primary_key_clause: NotRequired[str]
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

    Up to ROWS_SHOWN of them are kept in ``rows``; ``count`` is how many there are. ``digest`` stands for all of them
    where there are more.
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


class Unmet(TypedDict):
    """Something that the scenario declares and that is not so, where nothing that was there has suffered.

    ``row`` names the row by its key, or by all that is declared of it. ``wanted`` and ``found`` are of its
    ``column``; a row that is missing or still there has none of the three.
    """

    how: Literal["value", "missing", "still there"]
    row: dict[str, Value]
    column: str | None
    wanted: Value
    found: Value


class Survival(TypedDict):
    """What became of one table's rows. ``how`` is ``values`` or ``digest``.

    ``changed`` counts rows (for a digest: 1 if anything differs); ``changes`` holds the first of them.
    ``as_declared`` counts the rows that changed, came or went as the scenario declares, if any did; ``unmet`` holds
    the first of what is declared and is not so.
    """

    table: str
    how: Literal["values", "digest"]
    before: int
    after: int
    lost: int
    changed: int
    changes: list[ValueChange]
    as_declared: NotRequired[int]
    unmet: NotRequired[list[Unmet]]


class FirstQuery(TypedDict):
    """The application's first SELECT through the new models, after the attempt."""

    sql: str
    error: ErrorRecord | None
