"""What is asked of every PostgreSQL database, in one statement: tables and what most of them have.

Each part of it is one JSON list. An object that somebody made has an OID of 16384 or more, and the catalogues have an
index on that; so whatever else there is costs one look into each catalogue, and is read only where there is some.
https://www.postgresql.org/docs/current/catalogs.html
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection

from lab_app.evidence.normalise import unquoted

#: The first OID of what is made after the cluster was.
MADE = 16384
#: The access method that tables have.
HEAP = 2

#: Everything that has a row in pg_class: tables and views, their indexes, sequences, composite types, TOAST tables.
_RELATIONS = f"""
SELECT json_agg(json_build_array(
    oid::int8, relnamespace::regnamespace, relname, relkind, relpersistence, reloptions, relrowsecurity,
    relforcerowsecurity, relreplident, relispartition, relispopulated, reloftype::regtype, reltoastrelid::int8,
    relhassubclass, relam, reltablespace <> 0
))
FROM pg_class WHERE oid >= {MADE}
"""  # noqa: S608

_COLUMNS = f"""
SELECT json_agg(json_build_array(
    a.attrelid::int8, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),
    CASE WHEN t.typtype = 'e' THEN t.oid::int8 END,
    CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation END,
    a.attnotnull, a.attidentity, a.attgenerated,
    CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END, a.attcompression, a.attstattarget, a.attoptions,
    a.attfdwoptions
) ORDER BY a.attrelid, a.attnum)
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid >= {MADE} AND a.attnum > 0 AND NOT a.attisdropped
"""  # noqa: S608

_DEFAULTS = f"""
SELECT json_agg(json_build_array(adrelid::int8, adnum, pg_get_expr(adbin, adrelid))) FROM pg_attrdef WHERE oid >= {MADE}
"""  # noqa: S608

_CONSTRAINTS = f"""
SELECT json_agg(json_build_array(
    oid::int8, conrelid::int8, conname, contype, pg_get_constraintdef(oid), confrelid::int8, conparentid::int8,
    conindid::int8
) ORDER BY conname)
FROM pg_constraint WHERE oid >= {MADE} AND conrelid <> 0 AND contype <> 't'
"""  # noqa: S608

#: A primary key is told by its constraint, and what is called primary of a TOAST table by nobody.
_INDEXES = f"""
SELECT json_agg(json_build_array(
    indexrelid::int8, indrelid::int8, CASE WHEN NOT indisprimary THEN pg_get_indexdef(indexrelid) END, indisunique,
    indisvalid, indisreplident, indisclustered
))
FROM pg_index WHERE indexrelid >= {MADE}
"""  # noqa: S608

#: An enum is a type with a life of its own: it stays when the last table that used it is dropped.
_ENUMS = f"""
SELECT json_agg(json_build_array(
    oid::int8, typnamespace::regnamespace, typname,
    (SELECT string_agg(quote_literal(enumlabel), ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid)
))
FROM pg_type t WHERE oid >= {MADE} AND typtype = 'e'
"""  # noqa: S608

_SEQUENCES = f"""
SELECT json_agg(json_build_array(
    s.seqrelid::int8, format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
    s.seqcycle, d.refobjid::int8, d.refobjsubid, 'nextval(' || quote_literal(s.seqrelid::regclass) || '::regclass)'
))
FROM pg_sequence s
LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.objsubid = 0
    AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
WHERE s.seqrelid >= {MADE}
"""  # noqa: S608

_COMMENTS = f"""
SELECT json_agg(json_build_array(classoid::regclass, objoid::int8, objsubid, description))
FROM pg_description WHERE objoid >= {MADE}
"""  # noqa: S608

#: What few databases have, by the catalogue that holds it. Its entries depend on something, be it on their schema,
#: so that one look at pg_depend tells of all of them; a new connection would pay for each catalogue that it opens.
_BY_CATALOGUE = {
    "pg_extension": "extensions",
    "pg_proc": "functions",
    "pg_rewrite": "rules",
    "pg_policy": "policies",
    "pg_statistic_ext": "statistics",
    "pg_foreign_server": "servers",
    "pg_event_trigger": "event_triggers",
    "pg_operator": "operators",
    "pg_collation": "collations",
    "pg_ts_dict": "dictionaries",
    "pg_ts_config": "configurations",
    "pg_opfamily": "families",
    "pg_language": "languages",
    "pg_conversion": "conversions",
    "pg_transform": "transforms",
}
_DEPENDENT = f"SELECT json_agg(DISTINCT classid::regclass::text) FROM pg_depend WHERE objid >= {MADE}"  # noqa: S608
#: What may depend on nothing, or is mostly something else.
_RARE = {
    "schemas": "pg_namespace WHERE oid >= {made} AND nspname !~ '^pg_' AND nspname <> current_schema()",
    "types": "pg_type WHERE oid >= {made} AND (typtype IN ('d', 'r', 'p') OR (typtype = 'b' AND typelem = 0))",
    "triggers": "pg_trigger WHERE oid >= {made} AND (NOT tgisinternal OR tgenabled <> 'O')",
    "publications": "pg_publication",
    "wrappers": "pg_foreign_data_wrapper WHERE oid >= {made}",
    "casts": "pg_cast WHERE oid >= {made}",
}
_THERE_IS = ", ".join(f"'{name}', EXISTS (SELECT FROM {which.format(made=MADE)})" for name, which in _RARE.items())
_PARTS = (_RELATIONS, _COLUMNS, _DEFAULTS, _CONSTRAINTS, _INDEXES, _ENUMS, _SEQUENCES, _COMMENTS, _DEPENDENT)
#: As text, because the driver may be set to read JSON or not to.
_QUESTION = (
    f"SELECT current_schema(), {', '.join(f'({part})::text' for part in _PARTS)}, json_build_object({_THERE_IS})::text"
)


class Relation(NamedTuple):
    """A row of pg_class."""

    oid: int
    schema: str
    name: str
    kind: str
    persistence: str
    options: list[str] | None
    secured: bool
    forced: bool
    replica: str
    partition: bool
    populated: bool
    of_type: str
    toast: int
    parent: bool
    method: int | str
    elsewhere: bool

    @property
    def is_table(self) -> bool:
        """Tell whether it has columns that a query names, and a schema that is nobody's own."""
        return self.kind in "rpfvm" and not self.schema.startswith("pg_")


class Sequence(NamedTuple):
    """A row of pg_sequence, with the column that owns it, and the default that takes its next value."""

    oid: int
    type: str
    start: int
    increment: int
    smallest: int
    largest: int
    cache: int
    cycle: bool
    table: int | None
    column: int | None
    default: str


@dataclass(frozen=True)
class Catalogue:
    """The answer, a list for each part of the question; ``rare`` names what else there is to be asked."""

    default_schema: str
    relations: dict[int, Relation]
    columns: list[Any]
    defaults: dict[tuple[int, int], str]
    constraints: list[Any]
    indexes: list[Any]
    enums: list[Any]
    sequences: list[Sequence]
    #: By the catalogue's name, the OID, and the number of the column.
    comments: dict[tuple[str, int, int], str]
    rare: set[str]
    #: Tables of which nothing is said here, because it is known.
    described: frozenset[int] = frozenset()

    def key(self, schema: str | None, name: str) -> str:
        """Return the name under which something is kept: with its schema, where that is not the default one."""
        return name if schema in (None, self.default_schema) else f"{schema}.{name}"

    def comment(self, catalogue: str, oid: int, column: int = 0) -> str | None:
        """Return the comment on something."""
        return self.comments.get((catalogue, oid, column))

    def without(self, tables: Collection[int]) -> "Catalogue":
        """Return the same without what there is to say of some tables; that they are there is known."""
        if not tables:
            return self
        return replace(
            self,
            columns=[row for row in self.columns if row[0] not in tables],
            constraints=[row for row in self.constraints if row[1] not in tables],
            indexes=[row for row in self.indexes if row[1] not in tables],
            sequences=[one for one in self.sequences if one.table not in tables],
            described=frozenset(tables),
        )


def read_catalogue(connection: Connection) -> Catalogue:
    """Ask the database what it holds."""
    schema, *parts, rare = connection.exec_driver_sql(_QUESTION).one()
    rows, columns, defaults, constraints, indexes, enums, sequences, comments, dependent = (
        json.loads(part) if part else [] for part in parts
    )
    relations = {row[0]: Relation(row[0], unquoted(row[1]), *row[2:]) for row in rows}
    there = {name for name, there_is in json.loads(rare).items() if there_is}
    there |= {_BY_CATALOGUE[name] for name in dependent if name in _BY_CATALOGUE}
    return Catalogue(
        schema,
        relations,
        columns,
        {(oid, number): text for oid, number, text in defaults},
        constraints,
        indexes,
        [[oid, unquoted(namespace), *rest] for oid, namespace, *rest in enums],
        [Sequence(*row) for row in sequences],
        {(catalogue, oid, number): text for catalogue, oid, number, text in comments},
        there | {name for relation in relations.values() for name in _implied(relation)},
    )


def _implied(relation: Relation) -> Iterator[str]:
    """Yield what a relation says there is: partitions, inheritance, views, tables kept elsewhere."""
    if relation.kind == "c":
        yield "types"
    if relation.kind in "vm":
        yield "views"
    if relation.kind == "p":
        yield "partitions"
    if relation.kind in "rpf" and (relation.partition or relation.parent):
        yield "inheritance"
    if relation.kind in "rpm" and (relation.elsewhere or int(relation.method) not in (0, HEAP)):
        yield "storage"
