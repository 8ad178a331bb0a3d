"""A column of PostgreSQL, and the sequences behind columns and beside them."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from lab_app.evidence.normalise import type_text, unquoted
from lab_app.evidence.readers import empty_table
from lab_app.evidence.readers.postgresql_catalogue import Catalogue, Relation, Sequence
from lab_app.evidence.readers.postgresql_constraints import comment
from lab_app.evidence.readers.postgresql_expressions import Scope, condition, default
from lab_app.evidence.types import Column, Table

#: format_type() spells the standard's long names; a person types the short ones.
_SHORT = (("character varying", "varchar"), ("character(", "char("), (" without time zone", ""))
_IDENTITY = {"a": "ALWAYS", "d": "BY DEFAULT"}
_STORAGE = {"p": "PLAIN", "e": "EXTERNAL", "m": "MAIN", "x": "EXTENDED"}
_COMPRESSION = {"p": "pglz", "l": "lz4"}
#: Debian's 15.20 notes with each column where in the write-ahead log it was made; nobody sets it, nor can reset it.
_OWN_NOTE = "pg_attver="
_LARGEST = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}


@dataclass
class Columns:
    """Makes columns, and remembers the defaults of which only the engine knows what they come to."""

    catalogue: Catalogue
    asked: list[tuple[Column, str, str]] = field(default_factory=list)
    #: The OIDs of the sequences that are a column's own, as SERIAL and IDENTITY make them.
    sequences: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._words = {oid: words or "" for oid, _, _, words in self.catalogue.enums}
        self._names = {oid: self.catalogue.key(schema, name) for oid, schema, name, _ in self.catalogue.enums}
        self._alike = Counter(self._words.values())
        self._owned = {(one.table, one.column): one for one in self.catalogue.sequences if one.table}

    def column(self, row: list[Any], scope: Scope) -> Column:
        """Make a column of a row of the catalogue."""
        oid, number, _, type_, enum, collation, not_null, identity, generated, *options = row
        shown = f"ENUM({self._words[enum]})" if enum in self._words else type_text(_short(type_))
        text = self.catalogue.defaults.get((oid, number), "")
        sequence = self._owned.get((oid, number))
        serial = sequence is not None and sequence.default == text
        value, asked = (None, False) if serial or generated or not text else default(text, type_, shown)
        found = Column(
            type=shown + (f" COLLATE {unquoted(collation)}" if collation else ""),
            nullable=not not_null,
            default=value,
            autoincrement=bool(identity) or text.startswith("nextval("),
            computed=f"{condition(text, scope)} {'STORED' if generated == 's' else 'VIRTUAL'}" if generated else None,
            comment=self.catalogue.comment("pg_class", oid, number),
        )
        if asked:
            self.asked.append((found, text, type_))
        more = _options(*options) if any(options) else {}
        if identity:
            more["identity"] = _IDENTITY[identity]
        if sequence and (serial or identity):
            self.sequences.add(sequence.oid)
            said = _sequence(sequence, type_) + comment(self.catalogue.comment("pg_class", sequence.oid))
            more |= {"sequence": said.strip()} if said else {}
        if enum in self._words and self._alike[self._words[enum]] > 1:
            more["type name"] = self._names[enum]
        if more:
            found["options"] = more
        return found

    def ask(self, connection: Connection) -> None:
        """Let the engine turn each default into the type of its column: ``'{}'::json`` of a JSONB, say.

        It is one SELECT, which changes nothing. What the engine will not turn (a domain refuses it) stays as it is.
        """
        answers = _answers(connection, [f"(({text})::{type_})::text" for _, text, type_ in self.asked])
        for (column, _, _), answer in zip(self.asked, answers, strict=True):
            if answer is not None:
                column["default"] = "'" + answer.replace("'", "''") + "'"


def _answers(connection: Connection, values: list[str]) -> list[str | None]:
    """Ask for values, all at once, and one by one where one of them is an error; that one is None."""
    if not values:
        return []
    # Outside of a transaction an error spoils nothing, and there is no savepoint either.
    inside = not getattr(connection.connection, "autocommit", False)
    if inside:
        connection.exec_driver_sql("SAVEPOINT lab_defaults")
    try:
        # With a parameter, so that every driver reads %% as one sign.
        found = connection.exec_driver_sql(f"SELECT {', '.join(values).replace('%', '%%')}, %s", (1,)).one()
        answers = list(found)[:-1]
    except DBAPIError:
        if inside:
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT lab_defaults")
        answers = [None] if len(values) == 1 else [one for value in values for one in _answers(connection, [value])]
    if inside:
        connection.exec_driver_sql("RELEASE SAVEPOINT lab_defaults")
    return answers


def sequence(one: Sequence, relation: Relation, owner: str | None, note: str | None) -> Table:
    """Make an entry for a sequence that is no column's own."""
    entry = empty_table("sequence", note)
    parts = ["UNLOGGED" if relation.persistence == "u" else "", _sequence(one, "bigint")]
    parts += [f"OWNED BY {owner}" if owner else ""]
    if text := " ".join(part for part in parts if part):
        entry["definition"] = text
    return entry


def _sequence(one: Sequence, of: str) -> str:
    """Tell of a sequence what is not the default for the type of its column; its position is not told."""
    _, type_, start, increment, smallest, largest, cache, cycle, *_ = one
    up = increment > 0
    first, last = (1, _LARGEST[type_]) if up else (-_LARGEST[type_] - 1, -1)
    parts = [
        f"AS {type_}" if type_ != (of if of in _LARGEST else "bigint") else "",
        f"START {start}" if start != (smallest if up else largest) else "",
        f"INCREMENT {increment}" if increment != 1 else "",
        f"MINVALUE {smallest}" if smallest != first else "",
        f"MAXVALUE {largest}" if largest != last else "",
        f"CACHE {cache}" if cache != 1 else "",
        "CYCLE" if cycle else "",
    ]
    return " ".join(part for part in parts if part)


def _options(
    storage: str | None, compression: str, statistics: int | None, options: list[str] | None, foreign: list[str] | None
) -> dict[str, str]:
    found = {
        "storage": _STORAGE.get(storage or "", storage),
        "compression": _COMPRESSION.get(compression, compression),
        "statistics": None if statistics in (None, -1) else str(statistics),
        "options": ", ".join(sorted(one for one in (options or []) + (foreign or []) if not one.startswith(_OWN_NOTE))),
    }
    return {name: value for name, value in found.items() if value}


def _short(type_: str) -> str:
    for long, short in _SHORT:
        type_ = type_.replace(long, short)
    return type_
