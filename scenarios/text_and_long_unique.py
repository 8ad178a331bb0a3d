"""A unique constraint on a text without a length.

SQLite and PostgreSQL put one on a Text column as on any other. MySQL refuses: its indexes hold at most 3072 bytes of a
value, and it wants to be told how many. MariaDB agrees, by keeping a hash of the value instead of the value. A
plain index MariaDB shortens to the first 768 characters without a word.

A String that is too long meets the same limit. utf8mb4 counts 4 bytes for each character, so 768 characters fit and
769 do not. On PostgreSQL the limit is met by values and not by definitions: an index entry has at most a third of a
page, and a text of 2900 characters that does not compress stops CREATE INDEX, or later the INSERT.

Give a column that is unique a length of at most 768. For texts that must stay long, make a digest of them unique:
hashlib.sha256(text.encode()).hexdigest() in a String(64).
"""

import random
import string

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, half_applied, refused

scenario = Scenario(
    title="A unique constraint or an index on long text",
    question="Can a Text column be unique?",
    level="intermediate",
    lesson=[
        "MySQL indexes no text without a length.",
        "768 characters of utf8mb4 are the most that InnoDB indexes.",
        "For longer texts, index a digest.",
    ],
    reference="https://dev.mysql.com/doc/refman/9.7/en/column-indexes.html",
    hints=[
        "Which engines ask how long the indexed value is?",
        "InnoDB indexes 3072 bytes: 768 characters of up to 4 bytes. PostgreSQL: 2704 bytes, after compression.",
        "String(255), then unique; or a String(64) with the SHA-256 of the text, and that unique.",
    ],
)

#: A text that does not compress, the same in each run.
LONG = "".join(random.Random(7).choices(string.ascii_letters + string.digits, k=2900))  # noqa: S311


def notes(db, *more, slug=None, index=None):
    """The note table, with what is meant to be unique or indexed."""
    columns = {
        "id": sa.Column(sa.Integer, primary_key=True),
        "slug": slug if slug is not None else sa.Column(sa.Text()),
        "body": sa.Column(sa.Text()),
    }
    table = {"__table_args__": (index,)} if index is not None else {}
    return type("Note", (db.Model,), columns | {column.name: column for column in more} | table)


@scenario.before
def before(db):
    notes(db)


@scenario.after
def short_and_unique(db):
    notes(db, slug=sa.Column(sa.String(255), unique=True))


def text_unique(db):
    # No model can say on MySQL what the migration tries.
    notes(db, slug=sa.Column(sa.Text().with_variant(sa.String(255), "mysql"), unique=True))


def just_too_long(db):
    notes(db, slug=sa.Column(sa.String(769).with_variant(sa.String(768), "mysql"), unique=True))


def body_indexed(db):
    notes(db, index=sa.Index("ix_note_body", "body", mysql_length=255, mariadb_length=255))


def digest_unique(db):
    notes(db, sa.Column("digest", sa.String(64), unique=True))


scenario.rows(
    "note",
    dict(id=1, slug="intro", body="Hello"),
    dict(id=2, slug="zoë-łukasiewicz", body=LONG),
    dict(id=3, slug="", body=""),
    dict(id=4, slug=None, body=None),
)


@scenario.attempt(
    "Unique on Text",
    after=text_unique,
    sqlite=done("any text can be a key"),
    postgresql=done("any text can be a key"),
    mysql=refused("asks how long the key is", "1170"),
    mariadb=done("unique by a hash of it"),
)
def unique_text(lab):
    @lab.revision("slug is unique")
    def upgrade():
        with op.batch_alter_table("note") as batch:
            batch.create_unique_constraint("uq_note_slug", ["slug"])

    lab.upgrade()


@scenario.attempt(
    "Unique on String(769)",
    after=just_too_long,
    sqlite=done("lengths are never checked"),
    postgresql=done("these values are short enough"),
    mysql=half_applied("769 times 4 exceeds 3072 bytes", "1071"),
    mariadb=done("unique by a hash of it"),
)
def unique_769(lab):
    @lab.revision("slug is unique")
    def upgrade():
        with op.batch_alter_table("note") as batch:
            batch.alter_column("slug", existing_type=sa.Text(), type_=sa.String(769))
        with op.batch_alter_table("note") as batch:
            batch.create_unique_constraint("uq_note_slug", ["slug"])

    lab.upgrade()


@scenario.attempt(
    "Index the long text, with a length for MySQL",
    after=body_indexed,
    sqlite=done("any text can be a key"),
    postgresql=refused("one value is over 2704 bytes", "ProgramLimitExceeded"),
    mysql=done("the first 255 characters are indexed"),
    mariadb=done("the first 255 characters are indexed"),
)
def index_body(lab):
    @lab.revision("index the body")
    def upgrade():
        op.create_index("ix_note_body", "note", ["body"], mysql_length=255, mariadb_length=255)

    lab.upgrade()


@scenario.attempt("A length first, then unique", everywhere=done("255 characters fit every index"), better=True)
def length_first(lab):
    @lab.revision("slug is short and unique")
    def upgrade():
        with op.batch_alter_table("note") as batch:
            batch.alter_column("slug", existing_type=sa.Text(), type_=sa.String(255))
        with op.batch_alter_table("note") as batch:
            batch.create_unique_constraint("uq_note_slug", ["slug"])

    lab.upgrade()


@scenario.attempt(
    "A digest of the long text, unique",
    after=digest_unique,
    everywhere=done("64 characters stand for any text"),
    better=True,
)
def unique_digest(lab):
    @lab.revision("no body twice")
    def upgrade():
        import hashlib

        op.add_column("note", sa.Column("digest", sa.String(64)))
        note = sa.table("note", sa.column("id"), sa.column("body"), sa.column("digest"))
        connection = op.get_bind()
        for row in connection.execute(sa.select(note.c.id, note.c.body).where(note.c.body.is_not(None))).all():
            digest = hashlib.sha256(row.body.encode()).hexdigest()
            connection.execute(sa.update(note).where(note.c.id == row.id).values(digest=digest))
        with op.batch_alter_table("note") as batch:
            batch.create_unique_constraint("uq_note_digest", ["digest"])

    lab.upgrade()
