"""What is asked of every PostgreSQL database, in one statement: tables and what most of them have.

Each part of it is one JSON list. An object that somebody made has an OID of 16384 or more, and the catalogues have an
index on that; so whatever else there is costs one look into each catalogue, and is read only where there is some.
https://www.postgresql.org/docs/current/catalogs.html
"""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

#: The first OID of what is made after the cluster was.
MADE = 16384

_RELATIONS = f"""
SELECT json_agg(json_build_array(
    c.oid::int8, n.nspname, c.relname, c.relkind, obj_description(c.oid, 'pg_class'), c.relpersistence, c.reloptions,
    c.relrowsecurity, c.relforcerowsecurity, c.relreplident, c.relispartition, c.relispopulated,
    (SELECT amname FROM pg_am WHERE oid = c.relam AND amname <> 'heap'), c.reloftype::regtype,
    (SELECT spcname FROM pg_tablespace WHERE oid = c.reltablespace),
    (SELECT reloptions FROM pg_class WHERE oid = c.reltoastrelid)
))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid >= {MADE} AND c.relkind IN ('r', 'p', 'f', 'v', 'm') AND n.nspname !~ '^pg_'
"""  # noqa: S608

_COLUMNS = f"""
SELECT json_agg(json_build_array(
    a.attrelid::int8, a.attname, format_type(a.atttypid, a.atttypmod),
    CASE WHEN t.typtype = 'e' THEN t.oid::int8 END,
    CASE WHEN a.attcollation <> t.typcollation THEN (SELECT collname FROM pg_collation WHERE oid = a.attcollation) END,
    a.attnotnull,
    CASE WHEN a.atthasdef THEN (
        SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = a.attrelid AND adnum = a.attnum
    ) END, a.attidentity, a.attgenerated, col_description(a.attrelid, a.attnum),
    CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END, a.attcompression, a.attstattarget, a.attoptions,
    a.attfdwoptions
) ORDER BY a.attrelid, a.attnum)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid >= {MADE} AND a.attnum > 0 AND NOT a.attisdropped
"""  # noqa: S608

_CONSTRAINTS = f"""
SELECT json_agg(json_build_array(
    k.oid::int8, k.conrelid::int8, k.conname, k.contype, pg_get_constraintdef(k.oid), k.confrelid::int8,
    k.conparentid::int8, k.conindid::int8
) ORDER BY k.conname)
FROM pg_constraint k WHERE k.oid >= {MADE} AND k.conrelid <> 0 AND k.contype <> 't'
"""  # noqa: S608

_INDEXES = f"""
SELECT json_agg(json_build_array(
    x.indexrelid::int8, x.indrelid::int8, c.relname, pg_get_indexdef(x.indexrelid), x.indisunique, x.indisvalid,
    x.indisreplident, x.indisclustered
) ORDER BY c.relname)
FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid AND c.relnamespace <> 'pg_toast'::regnamespace
WHERE x.indexrelid >= {MADE}
"""  # noqa: S608

#: An enum is a type with a life of its own: it stays when the last table that used it is dropped.
_ENUMS = f"""
SELECT json_agg(json_build_array(
    t.oid::int8, n.nspname, t.typname,
    (SELECT string_agg(quote_literal(enumlabel), ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid)
))
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.oid >= {MADE} AND t.typtype = 'e'
"""  # noqa: S608

_SEQUENCES = f"""
SELECT json_agg(json_build_array(
    s.seqrelid::int8, n.nspname, c.relname, c.relpersistence, format_type(s.seqtypid, NULL), s.seqstart,
    s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle, d.refobjid::int8,
    (SELECT attname FROM pg_attribute WHERE attrelid = d.refobjid AND attnum = d.refobjsubid), d.deptype,
    'nextval(' || quote_literal(s.seqrelid::regclass) || '::regclass)', s.seqrelid::regclass::text
))
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.objsubid = 0
    AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
WHERE s.seqrelid >= {MADE} AND n.nspname !~ '^pg_'
"""  # noqa: S608

#: What few databases have: is there any? The names are those of the questions in postgresql_rare.
_RARE = {
    "extensions": "SELECT FROM pg_extension WHERE oid >= {made}",
    "schemas": "SELECT FROM pg_namespace WHERE oid >= {made} AND nspname !~ '^pg_'",
    "types": "SELECT FROM pg_type t WHERE oid >= {made} AND (typtype IN ('d', 'r') OR (typtype = 'b' AND typelem = 0) "
    "OR (typtype = 'c' AND (SELECT relkind FROM pg_class WHERE oid = t.typrelid) = 'c'))",
    "functions": "SELECT FROM pg_proc WHERE oid >= {made}",
    "triggers": "SELECT FROM pg_trigger WHERE oid >= {made} AND (NOT tgisinternal OR tgenabled <> 'O')",
    "rules": "SELECT FROM pg_rewrite WHERE oid >= {made} AND rulename <> '_RETURN'",
    "policies": "SELECT FROM pg_policy",
    "statistics": "SELECT FROM pg_statistic_ext",
    "inheritance": "SELECT FROM pg_inherits",
    "comments": "SELECT FROM pg_description WHERE objoid >= {made} AND NOT (classoid = 'pg_class'::regclass AND "
    "objoid IN (SELECT oid FROM pg_class WHERE relkind IN ('r', 'p', 'f', 'v', 'm')))",
    "servers": "SELECT FROM pg_foreign_server",
    "event_triggers": "SELECT FROM pg_event_trigger",
    "publications": "SELECT FROM pg_publication",
    "operators": "SELECT FROM pg_operator WHERE oid >= {made}",
    "casts": "SELECT FROM pg_cast WHERE oid >= {made}",
    "collations": "SELECT FROM pg_collation WHERE oid >= {made}",
    "dictionaries": "SELECT FROM pg_ts_dict WHERE oid >= {made}",
    "configurations": "SELECT FROM pg_ts_config WHERE oid >= {made}",
    "families": "SELECT FROM pg_opfamily WHERE oid >= {made}",
    "languages": "SELECT FROM pg_language WHERE oid >= {made}",
    "conversions": "SELECT FROM pg_conversion WHERE oid >= {made}",
    "transforms": "SELECT FROM pg_transform",
}
_PARTS = (_RELATIONS, _COLUMNS, _CONSTRAINTS, _INDEXES, _ENUMS, _SEQUENCES)
_THERE_IS = ", ".join(f"'{name}', EXISTS ({sql.format(made=MADE)})" for name, sql in _RARE.items())
#: As text, because the driver may be set to read JSON or not to.
_QUESTION = (
    f"SELECT current_schema(), {', '.join(f'({part})::text' for part in _PARTS)}, json_build_object({_THERE_IS})::text"
)


@dataclass(frozen=True)
class Catalogue:
    """The answer, a list for each part of the question; ``rare`` names what else there is to be asked."""

    default_schema: str
    relations: list[Any]
    columns: list[Any]
    constraints: list[Any]
    indexes: list[Any]
    enums: list[Any]
    sequences: list[Any]
    rare: set[str]

    def key(self, schema: str | None, name: str) -> str:
        """Return the name under which something is kept: with its schema, where that is not the default one."""
        return name if schema in (None, self.default_schema) else f"{schema}.{name}"


def read_catalogue(connection: Connection) -> Catalogue:
    """Ask the database what it holds."""
    schema, *parts, rare = connection.exec_driver_sql(_QUESTION).one()
    relations, columns, constraints, indexes, enums, sequences = (json.loads(part) if part else [] for part in parts)
    there = {name for name, there_is in json.loads(rare).items() if there_is}
    return Catalogue(schema, relations, columns, constraints, indexes, enums, sequences, there)
