"""The revision that makes the tables of some models on one engine, as the text of ``upgrade()`` and ``downgrade()``.

``flask db migrate`` writes what a comparison with a database finds, and passes over what it cannot reflect there:
an expression index on SQLite and MySQL, a sequence, the foreign key of a cycle, an enum that two tables share. Here
nothing is compared and nothing is connected: what ``create_all()`` sends on the engine's dialect is the list, and
each of its statements becomes the operation that ``flask db migrate`` would write. A sequence, a domain and a shared
enum are sent as SQL, which is what a person adds to the file by hand.

What the models' own DDL events send is left out: it is sent for ``create_all()`` alone, and no migration holds it.
A scenario that wants it before its attempts says so in ``prepare``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa
from alembic.autogenerate import render, render_python_code
from alembic.migration import MigrationContext
from alembic.operations import ops
from sqlalchemy.dialects.postgresql import DOMAIN
from sqlalchemy.dialects.postgresql.named_types import CreateDomainType, CreateEnumType
from sqlalchemy.engine.mock import MockConnection
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateSequence, CreateTable

from lab_app.engines import Engine

#: What stands for a type that the models' own file defines: a revision file cannot import it.
_OWN_TYPE = "type({name!r}, (sa.types.UserDefinedType,), {{'get_col_spec': lambda self, **_: {spec!r}}})()"
#: A type's schema and name.
_Name = tuple[str | None, str]
#: A colon that text() would take for a parameter.
_PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w)")


@dataclass
class BaselineText:
    """The text of a revision's two functions for one database, and the imports that both need."""

    upgrade: str
    downgrade: str
    imports: set[str] = field(default_factory=set)


def dialect_of(engine: Engine) -> sa.Dialect:
    """Return an engine's dialect, as it is when nothing is connected.

    Its parameters have names: those of psycopg2 and PyMySQL make a ``%`` in a CHECK two, and Alembic writes both.
    """
    dialect: sa.Dialect = sa.make_url(f"{engine.driver}://").get_dialect()(paramstyle="named")  # type: ignore[call-arg]
    # SQLAlchemy asks the server for its version before it believes this.
    dialect.supports_sequences = bool(engine.sequences)
    return dialect


def baseline_text(metadata: sa.MetaData, dialect: sa.Dialect) -> BaselineText:
    """Write the revision that makes these tables on this dialect, from an empty database."""
    sent = sent_by_create_all(metadata, dialect, metadata.tables.values())
    writer = _Writer(dialect, _types_apart(metadata, dialect, sent))
    made = [operation for element in sent for operation in writer.operations(element)]
    upgrade, downgrade = ops.UpgradeOps(_by_table(made)), ops.DowngradeOps([])
    downgrade.ops = _by_table([way_back for each in reversed(made) for way_back in _reversed(each)])
    return BaselineText(writer.text(upgrade), writer.text(downgrade), writer.imports)


def sent_by_create_all(metadata: sa.MetaData, dialect: sa.Dialect, tables: Iterable[sa.Table]) -> list[Any]:
    """Return what create_all() sends for these tables to a database of this dialect that lacks them."""
    sent: list[Any] = []
    paper: Any = MockConnection(dialect, lambda element, *_more, **_options: sent.append(element))
    keys: list[Any] = [key for table in metadata.tables.values() for key in table.foreign_key_constraints]
    rules = [key._create_rule for key in keys]
    # In the order in which Alembic takes them: by name, as far as foreign keys allow.
    metadata.create_all(paper, sorted(tables, key=lambda table: table.key), checkfirst=False)
    # A key that is added later is never written into its table again, on no dialect.
    for key, rule in zip(keys, rules, strict=True):
        key._create_rule = rule
    return sent


def _reversed(operation: ops.MigrateOperation) -> Iterator[ops.MigrateOperation]:
    """Yield the way back: what was sent as SQL goes with its table, or stays, as it does in most projects."""
    if not isinstance(operation, ops.ExecuteSQLOp):
        yield operation.reverse()


def _by_table(operations: list[ops.MigrateOperation]) -> list[ops.MigrateOperation]:
    """Put each index into its table's block, as autogenerate does, so that it is written in batch mode."""
    found: list[ops.MigrateOperation] = []
    for each in operations:
        if not isinstance(each, ops.CreateIndexOp | ops.DropIndexOp):
            found.append(each)
            continue
        name, last = str(each.table_name), found[-1] if found else None
        if not (isinstance(last, ops.ModifyTableOps) and (last.table_name, last.schema) == (name, each.schema)):
            found.append(last := ops.ModifyTableOps(name, [], schema=each.schema))
        last.ops.append(each)
    return found


def _named(type_: Any) -> _Name:
    return getattr(type_, "schema", None), str(getattr(type_, "name", None))


def _types_apart(metadata: sa.MetaData, dialect: sa.Dialect, sent: list[Any]) -> set[_Name]:
    """Return the types that are made before all tables, and not by the create_table() that uses one.

    Those are the enums that several tables share, which each of them would make anew, and every domain, which
    Alembic cannot write.
    """
    domains = {_named(each.element) for each in sent if isinstance(each, CreateDomainType)}
    enums = {_named(each.element) for each in sent if isinstance(each, CreateEnumType)}
    uses = Counter(name for table in metadata.tables.values() for name in {*_types_of(table, dialect)} & enums)
    return domains | {name for name, count in uses.items() if count > 1}


def _types_of(table: sa.Table, dialect: sa.Dialect) -> Iterator[_Name]:
    for column in table.columns:
        native: Any = _native(column.type, dialect)
        yield _named(_native(native.item_type, dialect) if isinstance(native, sa.ARRAY) else native)


def _native(type_: Any, dialect: sa.Dialect) -> Any:
    """Return what the dialect makes of a type, without the Python around it."""
    native = type_.dialect_impl(dialect)
    return native.impl_instance if isinstance(native, sa.TypeDecorator) else native


class _Writer:
    """Renders operations for one dialect, and collects what their file must import."""

    def __init__(self, dialect: sa.Dialect, apart: set[_Name]) -> None:
        self.imports: set[str] = set()
        self._dialect = dialect
        self._apart = apart
        self._context = MigrationContext.configure(dialect=dialect)

    def operations(self, element: Any) -> Iterator[ops.MigrateOperation]:
        """Yield the operation that does what a statement of create_all() does; none where another one does it."""
        match element:
            case CreateTable():
                yield self._table(element)
            case CreateIndex():
                yield ops.CreateIndexOp.from_index(element.element)
            case AddConstraint() if isinstance(element.element, sa.ForeignKeyConstraint):
                yield ops.CreateForeignKeyOp.from_constraint(element.element)
            case CreateSequence() | CreateDomainType():
                yield self._sql(element)
            case CreateEnumType() if _named(element.element) in self._apart:
                yield self._sql(element)

    def text(self, operations: ops.UpgradeOps | ops.DowngradeOps) -> str:
        """Return the body of a function."""
        return render_python_code(
            operations, render_as_batch=True, render_item=self._item, migration_context=self._context
        )

    def _sql(self, element: Any) -> ops.ExecuteSQLOp:
        text = str(element.compile(dialect=self._dialect)).strip()
        return ops.ExecuteSQLOp(_PARAMETER.sub(r"\\:", text))

    def _table(self, element: Any) -> ops.CreateTableOp:
        """Return the operation with the foreign keys that create_all() has in the table: not those of a cycle."""
        table, inline = element.element, element.include_foreign_key_constraints
        made = ops.CreateTableOp.from_table(table)
        if inline is not None:
            later = table.foreign_key_constraints - set(inline)
            made.columns = [part for part in made.columns if part not in later]
        made.columns = [self._column(part) for part in made.columns]
        # Alembic passes over a CHECK that hangs on its column.
        made.columns += [check for column in table.columns for check in _checks(column)]
        made.info = {}  # it says nothing to the engine, and may hold what no file can
        return made

    def _column(self, part: Any) -> Any:
        """Return a column that a sequence numbers as one that nothing numbers: Alembic leaves the sequence out."""
        default = part.default if isinstance(part, sa.Column) else None
        if not isinstance(default, sa.Sequence) or default.optional or not self._dialect.supports_sequences:
            return part
        plain = part._copy()
        plain.autoincrement = False
        return plain

    def _item(self, kind: str, item: Any, context: Any) -> str | Literal[False]:
        """Render a type that a revision file cannot name as Alembic would; anything else is Alembic's own."""
        self.imports = context.imports
        if kind != "type":
            return False
        native = _native(item, self._dialect)
        if _named(native) in self._apart:
            return self._type_apart(native, context)
        if not _is_own(item):
            return False
        if isinstance(item, sa.TypeDecorator):
            return _written(item.load_dialect_impl(self._dialect), context)
        return _OWN_TYPE.format(name=type(item).__name__, spec=item.compile(dialect=self._dialect))

    def _type_apart(self, native: Any, context: Any) -> str:
        self.imports.add(f"from sqlalchemy.dialects import {self._dialect.name}")
        if isinstance(native, DOMAIN):
            parts = [repr(native.name), _written(native.data_type, context)]
        else:
            parts = [*map(repr, native.enums), f"name={native.name!r}"]
        parts += [f"schema={native.schema!r}"] if native.schema else []
        return f"{self._dialect.name}.{type(native).__name__}({', '.join(parts)}, create_type=False)"


def _written(type_: Any, context: Any) -> str:
    text: str = render._repr_type(type_, context)
    return text


def _checks(column: sa.Column[Any]) -> Iterator[sa.CheckConstraint]:
    for check in column.constraints:
        if isinstance(check, sa.CheckConstraint):
            yield sa.CheckConstraint(check.sqltext, name=check.name)


def _is_own(type_: Any) -> bool:
    return not type(type_).__module__.startswith("sqlalchemy.")
