"""Models that hold what only one dialect renders, each with the engines that can hold it."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql

ALL = ("sqlite", "postgresql", "mysql", "mariadb")
SERVERS = ALL[1:]
MY = ("mysql", "mariadb")
NOW = "CURRENT_TIMESTAMP(3)"


class Feature(NamedTuple):
    """A models function, and the engines that take it."""

    models: Callable[[Any], None]
    engines: tuple[str, ...]


FEATURES: dict[str, Feature] = {}


def feature(engines: tuple[str, ...] = ALL) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Add a models function under its own name."""

    def add(models: Callable[[Any], None]) -> Callable[[Any], None]:
        FEATURES[models.__name__] = Feature(models, engines)
        return models

    return add


def key() -> sa.Column[int]:
    """The key that every table has."""
    return sa.Column("id", sa.Integer, primary_key=True)


class Colour(enum.Enum):
    """The words of an enum that Python has."""

    RED = "r"
    BLUE = "b"


class Lower(sa.types.TypeDecorator[str]):
    """A text that Python lowers."""

    impl = sa.String(20)
    cache_ok = True


class Point(sa.types.UserDefinedType[str]):
    """A type that only its own text names."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return the type in SQL."""
        return "POINT"


@feature(("sqlite", "postgresql", "mysql"))
def expression_index(db: Any) -> None:
    """An index on what a function returns."""
    table = db.Table("student", key(), sa.Column("email", sa.String(50)))
    sa.Index("ix_lower", sa.func.lower(table.c.email), unique=True)


@feature()
def descending_index(db: Any) -> None:
    """An index that goes down."""
    table = db.Table("student", key(), sa.Column("a", sa.Integer), sa.Column("b", sa.Integer))
    sa.Index("ix_two", table.c.a.desc(), table.c.b)


@feature()
def defaults(db: Any) -> None:
    """Defaults that dialects spell differently."""
    db.Table(
        "student",
        key(),
        sa.Column("a", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.Column("b", sa.Boolean, server_default=sa.true()),
        sa.Column("c", sa.DateTime, server_default=sa.func.now()),
        sa.Column("d", sa.String(20), server_default="it's 100% x:y"),
        sa.Column("e", sa.Integer, server_default=sa.text("42")),
        sa.Column("f", sa.Date, server_default="2024-02-29"),
    )


@feature()
def checks(db: Any) -> None:
    """Conditions with signs that drivers take for their own."""
    db.Table(
        "student",
        key(),
        sa.Column("a", sa.Integer),
        sa.CheckConstraint("a % 2 = 0", name="even"),
        sa.Column("b", sa.String(20)),
        sa.CheckConstraint("b LIKE '%@%' AND b <> 'x:y'", name="address"),
        sa.Column("c", sa.Boolean(create_constraint=True, name="c")),
    )


@feature(("sqlite", "postgresql", "mysql"))  # MariaDB takes no name there, and the convention wants one
def checks_on_columns(db: Any) -> None:
    """A condition that hangs on its column."""
    db.Table("student", key(), sa.Column("a", sa.Integer, sa.CheckConstraint("a > 0", name="positive")))


@feature()
def comments(db: Any) -> None:
    """Comments of a table and a column."""
    db.Table("student", key(), sa.Column("a", sa.Integer, comment="what's 5% \\ x"), comment="people: all")


@feature()
def enums(db: Any) -> None:
    """Enums of each kind."""
    db.Table(
        "student",
        key(),
        sa.Column("colour", sa.Enum(Colour, name="colour"), server_default="RED"),
        sa.Column("level", sa.Enum("junior", "it's", name="level", native_enum=False, create_constraint=True)),
        sa.Column("grade", sa.Enum("a", "b", name="grade", create_constraint=True)),
    )


@feature()
def shared_enum(db: Any) -> None:
    """One enum in two tables."""
    level = sa.Enum("junior", "senior", name="level")
    db.Table("student", key(), sa.Column("level", level, nullable=False))
    db.Table("teacher", key(), sa.Column("level", sa.Enum("junior", "senior", name="level"), server_default="junior"))


@feature()
def generated(db: Any) -> None:
    """A column that is computed and stored."""
    db.Table(
        "student",
        key(),
        sa.Column("a", sa.Integer),
        sa.Column("twice", sa.Integer, sa.Computed("a * 2", persisted=True)),
    )


@feature(("sqlite", *MY))
def generated_virtual(db: Any) -> None:
    """A column that is computed when it is read."""
    db.Table("student", key(), sa.Column("a", sa.Integer), sa.Column("b", sa.Integer, sa.Computed("a + 1", False)))


@feature(("postgresql",))
def identity(db: Any) -> None:
    """A key that the standard's way numbers."""
    db.Table("student", sa.Column("id", sa.Integer, sa.Identity(always=True, start=10, increment=5), primary_key=True))


@feature()
def foreign_keys(db: Any) -> None:
    """References with actions, to two columns, and to the table itself."""
    db.Table("zebra", key(), sa.Column("n", sa.Integer), sa.Column("m", sa.Integer), sa.UniqueConstraint("n", "m"))
    db.Table(
        "apple",
        key(),
        sa.Column("zebra_id", sa.ForeignKey("zebra.id", ondelete="CASCADE", onupdate="SET NULL"), index=True),
        sa.Column("n", sa.Integer),
        sa.Column("m", sa.Integer),
        sa.Column("parent_id", sa.ForeignKey("apple.id")),
        sa.ForeignKeyConstraint(["n", "m"], ["zebra.n", "zebra.m"], name="pair"),
    )


@feature()
def circular_foreign_keys(db: Any) -> None:
    """Two tables that point at each other."""
    db.Table("course", key(), sa.Column("head_id", sa.ForeignKey("student.id", name="head")))
    db.Table("student", key(), sa.Column("course_id", sa.ForeignKey("course.id", name="attends")))


@feature()
def use_alter(db: Any) -> None:
    """The same, with the one to add later named."""
    db.Table("course", key(), sa.Column("head_id", sa.ForeignKey("student.id", name="head", use_alter=True)))
    db.Table("student", key(), sa.Column("course_id", sa.ForeignKey("course.id", name="attends")))


@feature(("postgresql", "sqlite"))
def deferrable(db: Any) -> None:
    """A reference that waits for the end of the transaction."""
    db.Table("course", key())
    db.Table(
        "student", key(), sa.Column("c", sa.ForeignKey("course.id", deferrable=True, initially="DEFERRED", name="f"))
    )


@feature()
def unique_and_names(db: Any) -> None:
    """Unique columns, and names that need quotes."""
    db.Table(
        "Mixed Case%",
        key(),
        sa.Column("order", sa.Integer, unique=True),
        sa.Column("Name", sa.String(20), index=True),
        sa.Column("a:b", sa.String(20)),
        sa.UniqueConstraint("Name", "order", name="both"),
    )


@feature(("postgresql",))
def long_names(db: Any) -> None:
    """Names that the convention makes longer than PostgreSQL takes."""
    db.Table("a_table_whose_name_is_rather_long", key(), sa.Column("and_a_column_whose_name_is_too", sa.Integer))
    db.Table(
        "another_table_with_a_long_name",
        key(),
        sa.Column("a_reference_that_is_long", sa.ForeignKey("a_table_whose_name_is_rather_long.id"), index=True),
    )


@feature()
def own_types(db: Any) -> None:
    """Types around SQLAlchemy's, of the models' own file."""

    class Local(sa.types.TypeDecorator[Any]):
        impl = sa.JSON
        cache_ok = True

    class Short(sa.String):
        pass

    db.Table("student", key(), sa.Column("a", Lower()), sa.Column("b", Local()), sa.Column("c", Short(7)))


@feature(("postgresql", *MY))
def own_type_by_text(db: Any) -> None:
    """A type of the models' own file that only names itself."""
    db.Table("student", key(), sa.Column("a", Point()))


@feature()
def common_types(db: Any) -> None:
    """The types that every engine has."""
    kinds: list[Any] = [
        sa.SmallInteger, sa.BigInteger, sa.Numeric(10, 2), sa.Float, sa.Double, sa.String(5), sa.Text, sa.Unicode(9),
        sa.Date, sa.Time, sa.DateTime(timezone=True), sa.Interval, sa.LargeBinary, sa.Boolean, sa.JSON, sa.Uuid,
        sa.CHAR(3), sa.String(20).with_variant(postgresql.CITEXT(), "oracle"),
    ]  # fmt: skip
    db.Table("student", key(), *(sa.Column(f"c{number}", kind) for number, kind in enumerate(kinds)))


@feature()
def collations(db: Any) -> None:
    """A collation of each engine."""
    native = sa.String(20, "NOCASE").with_variant(sa.String(20, "C"), "postgresql")
    db.Table("student", key(), sa.Column("a", native.with_variant(sa.String(20, "utf8mb4_bin"), *MY)))


@feature(("sqlite",))
def sqlite_options(db: Any) -> None:
    """What a table and an index of SQLite can say."""
    db.Table("student", key(), sa.Column("a", sa.Integer, unique=True), sqlite_autoincrement=True)
    table = db.Table("course", key(), sa.Column("a", sa.Text), sqlite_with_rowid=False, sqlite_strict=True)
    sa.Index("ix_part", table.c.a, sqlite_where=table.c.a != "")


@feature(("sqlite",))
def sqlite_on_conflict(db: Any) -> None:
    """A unique constraint that says what to do."""
    db.Table(
        "student",
        key(),
        sa.Column("a", sa.Integer),
        sa.UniqueConstraint("a", sqlite_on_conflict="REPLACE"),
    )


@feature(("postgresql",))
def postgresql_types(db: Any) -> None:
    """Types of PostgreSQL alone."""
    kinds: list[Any] = [
        postgresql.ARRAY(sa.Integer), postgresql.ARRAY(sa.String(5), dimensions=2), postgresql.JSONB, postgresql.UUID,
        postgresql.INET, postgresql.TSVECTOR, postgresql.INT4RANGE, postgresql.BYTEA, postgresql.INTERVAL(fields="DAY"),
        postgresql.TIMESTAMP(precision=3), postgresql.BIT(3), postgresql.MONEY,
        sa.ARRAY(sa.Enum("a", "b", name="letter")),
        sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
    ]  # fmt: skip
    db.Table(
        "student",
        key(),
        *(sa.Column(f"c{number}", kind) for number, kind in enumerate(kinds)),
        sa.Column("tags", postgresql.JSONB, server_default=sa.text("'{}'::jsonb")),
        sa.Column("made", sa.Uuid, server_default=sa.text("gen_random_uuid()")),
    )


@feature(("postgresql",))
def postgresql_shared_types(db: Any) -> None:
    """Types with a life of their own in two tables."""
    letter = sa.Enum("a", "b", name="letter")
    positive = postgresql.DOMAIN("positive", sa.Integer, check=sa.text("VALUE > 0"))
    db.Table("student", key(), sa.Column("all", sa.ARRAY(letter)), sa.Column("n", positive))
    db.Table("course", key(), sa.Column("one", letter), sa.Column("n", positive))


@feature(("postgresql",))
def postgresql_indexes(db: Any) -> None:
    """What an index of PostgreSQL can say."""
    table = db.Table(
        "student",
        key(),
        sa.Column("a", sa.Integer),
        sa.Column("b", sa.Text),
        sa.Column("j", postgresql.JSONB),
        sa.UniqueConstraint("a", postgresql_nulls_not_distinct=True, postgresql_include=["b"]),
    )
    sa.Index("ix_where", table.c.a, postgresql_where=table.c.b != "x%", unique=True)
    sa.Index("ix_gin", table.c.j, postgresql_using="gin", postgresql_ops={"j": "jsonb_path_ops"})
    sa.Index("ix_include", table.c.a, postgresql_include=["b"], postgresql_with={"fillfactor": 50})
    sa.Index("ix_nulls", table.c.a.desc().nulls_last())
    sa.Index("ix_words", sa.func.to_tsvector(sa.literal_column("'english'"), table.c.b), postgresql_using="gin")


@feature(("postgresql",))
def postgresql_exclude(db: Any) -> None:
    """A constraint that keeps ranges apart."""
    db.Table(
        "student",
        key(),
        sa.Column("during", postgresql.TSRANGE),
        postgresql.ExcludeConstraint(("during", "&&"), name="apart", using="gist"),
    )


@feature(("postgresql",))
def postgresql_tables(db: Any) -> None:
    """What a table of PostgreSQL can say."""
    db.Table("student", key(), sa.Column("a", sa.Integer), postgresql_with={"fillfactor": 70})
    db.Table("log", sa.Column("day", sa.Date), postgresql_partition_by="RANGE (day)")


@feature(("postgresql", "mariadb"))
def sequences(db: Any) -> None:
    """A sequence of its own, and one of a key."""
    alone = sa.Sequence("alone", start=5, metadata=db.metadata)
    db.Table(
        "student",
        sa.Column("id", sa.Integer, sa.Sequence("student_numbers"), primary_key=True),
        sa.Column("n", sa.BigInteger, server_default=alone.next_value()),
    )


@feature(("postgresql",))
def other_schemas(db: Any) -> None:
    """A table and a type in another schema."""
    db.Table("student", key())
    db.Table(
        "log",
        key(),
        sa.Column("student_id", sa.ForeignKey("student.id"), index=True),
        sa.Column("kind", sa.Enum("in", "out", name="kind", schema="audit")),
        schema="audit",
        comment="elsewhere",
    )


@feature(MY)
def mysql_options(db: Any) -> None:
    """What tables, columns and indexes of MySQL and MariaDB can say."""
    table = db.Table(
        "student",
        key(),
        sa.Column("a", mysql.TEXT),
        sa.Column("b", mysql.INTEGER(unsigned=True)),
        sa.Column("c", mysql.VARCHAR(20, charset="latin1")),
        sa.Column("d", mysql.TIMESTAMP(fsp=3), server_default=sa.text(f"{NOW} ON UPDATE {NOW}")),
        sa.Column("e", mysql.ENUM("x", "it's")),
        sa.Column("f", mysql.SET("x", "y")),
        sa.Column("g", mysql.LONGTEXT),
        mysql_engine="MyISAM", mysql_default_charset="utf8mb3", mysql_row_format="DYNAMIC",
        mariadb_engine="MyISAM", mariadb_default_charset="utf8mb3", mariadb_row_format="DYNAMIC",
    )  # fmt: skip
    sa.Index("ix_length", table.c.a, mysql_length=10, mariadb_length=10)
    sa.Index("ix_words", table.c.a, mysql_prefix="FULLTEXT", mariadb_prefix="FULLTEXT")
    sa.Index("ix_using", table.c.b, mysql_using="btree", mariadb_using="btree")


@feature(("mysql",))
def mysql_json_index(db: Any) -> None:
    """An index on a value in JSON."""
    table = db.Table("student", key(), sa.Column("j", sa.JSON))
    sa.Index("ix_json", sa.text("(CAST(j->>'$.n' AS UNSIGNED))"), _table=table)
