"""What PostgreSQL knows of a database: its catalogues, and the definitions that it prints itself.

One question tells of tables, columns, keys and indexes; a second one is asked where there is more, and a third where
a default is of another type than its column. Owners and grants are left out, and so are the settings of the database
and of roles: they belong to the server's people. Nothing is written.
"""

from sqlalchemy.engine import Connection

from lab_app.evidence.readers import empty_table
from lab_app.evidence.readers import postgresql_definitions as definitions
from lab_app.evidence.readers.postgresql_catalogue import Catalogue, Relation, read_catalogue
from lab_app.evidence.readers.postgresql_columns import Columns, sequence
from lab_app.evidence.readers.postgresql_constraints import add_constraint, comment, index, of_its_index
from lab_app.evidence.types import Check, Kind, Schema, Table

_KINDS: dict[str, Kind] = {"v": "view", "m": "materialized view"}
_PERSISTENCE = {"u": "UNLOGGED", "t": "TEMPORARY"}
#: Primary keys, unique and exclusion constraints: each has an index below it.
_WITH_INDEX = {"p", "u", "x"}
#: Row security by whether it is enabled, and whether it is forced on the owner too.
_SECURITY = {(True, False): "ENABLED", (True, True): "FORCED", (False, True): "FORCED, DISABLED"}
_REPLICA = {"n": "NOTHING", "f": "FULL"}


def read(connection: Connection, known: Schema) -> Schema:
    """Read every schema that is not the server's own, the default one's things under their plain names.

    Of tables that are known nothing is read, unless there is more than tables and what most of them have.
    """
    catalogue = read_catalogue(connection)
    rare = definitions.read_rare(connection, catalogue)
    kept = {} if catalogue.rare else _kept(catalogue, known)
    reading = _Reading(catalogue.without(kept), rare)
    schema = reading.schema() | {known_as: known[known_as] for known_as in kept.values()}
    reading.columns.ask(connection)
    return schema


def _kept(catalogue: Catalogue, known: Schema) -> dict[int, str]:
    """Return the tables that are there and known, by their OIDs."""
    keys = {oid: catalogue.key(one.schema, one.name) for oid, one in catalogue.relations.items() if one.is_table}
    return {oid: key for oid, key in keys.items() if key in known}


class _Reading:
    """Puts a schema together; tables are found by their OID meanwhile."""

    def __init__(self, catalogue: Catalogue, rare: definitions.Rare) -> None:
        self.catalogue, self.rare = catalogue, rare
        self.columns = Columns(catalogue)
        self._hidden = {*definitions.members(rare, "pg_class")}
        others = self._hidden | catalogue.described
        tables = {oid: one for oid, one in catalogue.relations.items() if one.is_table and oid not in others}
        self._tables = {oid: self._table(relation) for oid, relation in tables.items()}
        self._keys = {oid: catalogue.key(one.schema, one.name) for oid, one in catalogue.relations.items()}
        self._scopes: dict[int, dict[str, str]] = {oid: {} for oid in tables}
        self._statistics: dict[int, str] = {}
        self._names: dict[tuple[int | None, int | None], str] = {}

    def schema(self) -> Schema:
        """Return everything, the tables first: they keep their names where something else has the same."""
        self._add_columns()
        self._add_constraints()
        self._add_indexes()
        definitions.add_to_tables(self._tables, self._scopes, self.rare)
        schema = {self._keys[oid]: table for oid, table in self._tables.items()}
        self._add_types(schema)
        self._add_sequences(schema)
        definitions.add_things(schema, self.catalogue, self.rare)
        return schema

    def _table(self, relation: Relation) -> Table:
        """Make a table, or a view of either kind, with what is said of it as a whole."""
        table = empty_table(_KINDS.get(relation.kind, "table"), self.catalogue.comment("pg_class", relation.oid))
        if relation.schema != self.catalogue.default_schema:
            table["schema"] = relation.schema
        toast = self.catalogue.relations.get(relation.toast)
        options = (relation.options or []) + [f"toast.{option}" for option in (toast and toast.options) or []]
        said = dict(option.split("=", 1) for option in options)
        if relation.persistence in _PERSISTENCE:
            said["persistence"] = _PERSISTENCE[relation.persistence]
        if relation.secured or relation.forced:
            said["row security"] = _SECURITY[relation.secured, relation.forced]
        if relation.kind in "rp" and relation.replica in _REPLICA:
            said["replica identity"] = _REPLICA[relation.replica]
        if not relation.populated:
            said["populated"] = "no"
        if relation.of_type != "-":
            said["of type"] = relation.of_type
        if said:
            table["options"] = said
        return table

    def _add_columns(self) -> None:
        rows = [row for row in self.catalogue.columns if row[0] in self._tables]
        for oid, number, name, type_, *_ in rows:
            self._scopes[oid][name] = type_
            self._names[oid, number] = name
        self._statistics = {
            row[0]: f" STATISTICS {row[11]}"
            for row in self.catalogue.columns
            if row[0] not in self._tables and row[11] not in (None, -1, 0)
        }
        for row in rows:
            self._tables[row[0]]["columns"][row[2]] = self.columns.column(row, self._scopes[row[0]])

    def _add_constraints(self) -> None:
        relations = {row[0]: row[1] for row in self.catalogue.constraints}
        for oid, relation, name, kind, text, target, parent, below in self.catalogue.constraints:
            # A foreign key to a partitioned table has one like it to each of the partitions, on the same table.
            if relation not in self._tables or relations.get(parent) == relation:
                continue
            more = comment(self.catalogue.comment("pg_constraint", oid))
            if kind in _WITH_INDEX:
                options = self.catalogue.relations[below].options
                more = of_its_index(options, self.catalogue.comment("pg_class", below)) + more
            scope = self._scopes[relation]
            add_constraint(self._tables[relation], name, kind, text, self._keys.get(target), scope, more)

    def _add_indexes(self) -> None:
        of_keys = {row[7] for row in self.catalogue.constraints if row[3] in _WITH_INDEX}
        for oid, relation, text, unique, valid, identity, clustered in self.catalogue.indexes:
            table = self._tables.get(relation)
            if table is None or (oid in of_keys and not identity and not clustered):
                continue
            columns = table["primary_key"]
            if text:
                more = ("" if valid else " INVALID") + self._statistics.get(oid, "")
                more += comment(self.catalogue.comment("pg_class", oid))
                found = index(self.catalogue.relations[oid].name, text, unique, self._scopes[relation], more)
                columns = found["columns"]
                if oid not in of_keys:
                    table["indexes"].append(found)
            for option in ["replica identity"] * identity + ["cluster on"] * clustered:
                table.setdefault("options", {})[option] = f"({', '.join(columns)})"
        for table in self._tables.values():
            table["indexes"].sort(key=lambda index: index["name"] or "")

    def _add_types(self, schema: Schema) -> None:
        hidden = definitions.members(self.rare, "pg_type")
        for oid, namespace, name, words in self.catalogue.enums:
            if oid not in hidden:
                entry = empty_table("type", self.catalogue.comment("pg_type", oid))
                entry["checks"].append(Check(name=None, text=words or ""))
                schema[self.catalogue.key(namespace, name)] = entry

    def _add_sequences(self, schema: Schema) -> None:
        """Add the sequences that are no column's own."""
        for one in self.catalogue.sequences:
            relation = self.catalogue.relations[one.oid]
            if one.oid in self._hidden | self.columns.sequences or relation.schema.startswith("pg_"):
                continue
            column = self._names.get((one.table, one.column))
            owner = f"{self._keys[one.table]}.{column}" if one.table and column else None
            entry = sequence(one, relation, owner, self.catalogue.comment("pg_class", one.oid))
            definitions.add(schema, self._keys[one.oid], entry)
