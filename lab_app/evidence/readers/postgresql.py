"""What PostgreSQL knows of a database: its catalogues, and the definitions that it prints itself.

One question tells of tables, columns, keys and indexes; a second one is asked where there is more, and a third where
a default is of another type than its column. Owners and grants are left out, and so are the settings of the database
and of roles: they belong to the server's people. Nothing is written.
"""

from typing import Any

from sqlalchemy.engine import Connection

from lab_app.evidence.readers import empty_table
from lab_app.evidence.readers import postgresql_definitions as definitions
from lab_app.evidence.readers.postgresql_catalogue import Catalogue, read_catalogue
from lab_app.evidence.readers.postgresql_columns import Columns, sequence
from lab_app.evidence.readers.postgresql_constraints import add_constraint, comment, index, of_its_index
from lab_app.evidence.readers.postgresql_expressions import Scope
from lab_app.evidence.types import Check, Kind, Schema, Table

_KINDS: dict[str, Kind] = {"v": "view", "m": "materialized view"}
_PERSISTENCE = {"u": "UNLOGGED", "t": "TEMPORARY"}
#: Primary keys, unique and exclusion constraints: each has an index below it.
_WITH_INDEX = {"p", "u", "x"}
_REPLICA = {"n": "NOTHING", "f": "FULL"}


def read(connection: Connection) -> Schema:
    """Read every schema that is not the server's own, the default one's things under their plain names."""
    catalogue = read_catalogue(connection)
    rare = definitions.read_rare(connection, catalogue)
    reading = _Reading(catalogue, rare)
    schema = reading.schema()
    reading.columns.ask(connection)
    return schema


class _Reading:
    """Puts a schema together; tables are found by their OID meanwhile."""

    def __init__(self, catalogue: Catalogue, rare: definitions.Rare) -> None:
        self.catalogue, self.rare = catalogue, rare
        self.columns = Columns(catalogue)
        hidden = definitions.members(rare, "pg_class")
        self._relations = {row[0]: row for row in catalogue.relations if row[0] not in hidden}
        self._tables = {oid: self._table(row) for oid, row in self._relations.items()}
        self._keys = {row[0]: catalogue.key(row[1], row[2]) for row in catalogue.relations}
        self._scopes: dict[int, Scope] = {oid: {} for oid in self._tables}

    def schema(self) -> Schema:
        """Return everything, the tables first: they keep their names where something else has the same."""
        self._add_columns()
        self._add_constraints()
        self._add_indexes()
        definitions.add_to_tables(self._tables, self._scopes, self.rare)
        schema = {self._keys[oid]: table for oid, table in self._tables.items()}
        self._add_types(schema)
        hidden = definitions.members(self.rare, "pg_class")
        for row in self.catalogue.sequences:
            if row[0] not in hidden and row[0] not in self.columns.sequences:
                note = self.rare.comments.get(("pg_class", row[0]))
                definitions.add(schema, self.catalogue.key(*row[1:3]), sequence(row, self._keys.get(row[11]), note))
        definitions.add_things(schema, self.catalogue, self.rare)
        return schema

    def _table(self, row: list[Any]) -> Table:
        """Make a table, or a view of either kind, with what is said of it as a whole."""
        _, namespace, _, kind, note, persistence, options, secured, forced, replica, _, populated, *physical = row
        method, of_type, tablespace, toast = physical
        table = empty_table(_KINDS.get(kind, "table"), note)
        if namespace != self.catalogue.default_schema:
            table["schema"] = namespace
        said = {
            "persistence": _PERSISTENCE.get(persistence),
            "row security": ("FORCED" if forced else "ENABLED")
            if secured
            else ("FORCED, DISABLED" if forced else None),
            "replica identity": _REPLICA.get(replica) if kind in "rp" else None,
            "populated": None if populated else "no",
            "access method": method,
            "of type": None if of_type == "-" else of_type,
            "tablespace": tablespace,
        }
        said |= dict(option.split("=", 1) for option in options or [])
        said |= {f"toast.{name}": value for name, _, value in (option.partition("=") for option in toast or [])}
        if found := {name: value for name, value in said.items() if value}:
            table["options"] = found
        return table

    def _add_columns(self) -> None:
        for row in self.catalogue.columns:
            if row[0] in self._tables:
                self._scopes[row[0]] |= {row[1]: row[2]}  # type: ignore[operator]
        for row in self.catalogue.columns:
            if row[0] in self._tables:
                self._tables[row[0]]["columns"][row[1]] = self.columns.column(row, self._scopes[row[0]])

    def _add_constraints(self) -> None:
        relations = {row[0]: row[1] for row in self.catalogue.constraints}
        indexes = {row[0]: row[3] for row in self.catalogue.indexes}
        for oid, relation, name, kind, text, target, parent, below in self.catalogue.constraints:
            # A foreign key to a partitioned table has one like it to each of the partitions, on the same table.
            if relation in self._tables and relations.get(parent) != relation:
                more = comment(self.rare.comments.get(("pg_constraint", oid)))
                if kind in _WITH_INDEX:
                    more = of_its_index(indexes[below], self.rare.comments.get(("pg_class", below))) + more
                add_constraint(
                    self._tables[relation], name, kind, text, self._keys.get(target), self._scopes[relation], more
                )

    def _add_indexes(self) -> None:
        of_keys = {row[7] for row in self.catalogue.constraints if row[3] in _WITH_INDEX}
        for oid, relation, name, text, unique, valid, identity, clustered in self.catalogue.indexes:
            if relation not in self._tables:
                continue
            table = self._tables[relation]
            note = comment(self.rare.comments.get(("pg_class", oid)))
            found = index(name, text, unique, self._scopes[relation], ("" if valid else " INVALID") + note)
            if oid not in of_keys:
                table["indexes"].append(found)
            for option in ["replica identity"] * identity + ["cluster on"] * clustered:
                table.setdefault("options", {})[option] = f"({', '.join(found['columns'])})"

    def _add_types(self, schema: Schema) -> None:
        hidden = definitions.members(self.rare, "pg_type")
        for oid, namespace, name, words in self.catalogue.enums:
            if oid not in hidden:
                entry = empty_table("type", self.rare.comments.get(("pg_type", oid)))
                entry["checks"].append(Check(name=None, text=words or ""))
                schema[self.catalogue.key(namespace, name)] = entry
