"""An index is a plain one, because a revision leaves out what makes it special.

The text of a post gets a FULLTEXT index on MySQL and MariaDB, and one that carries the author on PostgreSQL (INCLUDE),
so that a list is read from the index alone. A plain index of that name is there already. flask db migrate compares the
columns of the two, sees no difference, and writes nothing. Somebody writes a revision from memory, op.create_index()
with a name and a column, and everything succeeds. MATCH … AGAINST fails later with 1191, and the list is slow.

Autogenerate writes the options of an index that is new. Of one that is there it compares the columns and whether it is
unique: FULLTEXT and INCLUDE are options, and each dialect has its own.

Write the options into the revision, drop the index before you create it, and look at the result, not at the revision:
SHOW CREATE TABLE, \\d post.
"""

import sqlalchemy as sa
from alembic import op

from lab_app.scenario import Scenario, done, drifted, ignored

scenario = Scenario(
    title="FULLTEXT and INCLUDE are left out of an index",
    question="An index gets a new option in the model. Does flask db migrate notice?",
    level="advanced",
    lesson=[
        "flask db migrate",
        "Autogenerate compares an index's columns, not its options.",
    ],
    reference="https://alembic.sqlalchemy.org/en/latest/autogenerate.html#what-does-autogenerate-detect-and-what-does-it-not-detect",
    hints=[
        "Is the index that is there the one that the model names?",
        "Autogenerate looks at columns and unique. FULLTEXT and INCLUDE are neither.",
        "Drop the index, and create it with mysql_prefix and postgresql_include.",
    ],
)

SPECIAL = {"mysql_prefix": "FULLTEXT", "mariadb_prefix": "FULLTEXT", "postgresql_include": ["author"]}


def posts(db, on_body=None, on_title=None):
    """The post table, with a plain index on its text, or what options say; and one on its title."""

    class Post(db.Model):
        id = sa.Column(sa.Integer, primary_key=True)
        title = sa.Column(sa.String(100))
        author = sa.Column(sa.String(40))
        body = sa.Column(sa.String(200))
        __table_args__ = (
            sa.Index("ix_post_body", "body", **(on_body or {})),
            *([sa.Index("ix_post_title", "title", **on_title)] if on_title else []),
        )


@scenario.before
def before(db):
    posts(db)


@scenario.after
def a_special_index(db):
    posts(db, on_body=SPECIAL)


def a_new_index(db):
    posts(db, on_title=SPECIAL)


scenario.rows(
    "post",
    dict(id=1, title="First", author="Ada", body="alpha beta"),
    dict(id=2, title="", author="Zoë", body=""),
    dict(id=3, title=None, author=None, body=None),
)


@scenario.attempt(
    "flask db migrate, for an index that is there",
    sqlite=done("the model asks for a plain one"),
    everywhere=ignored("options are not compared"),
)
def autogenerate(lab):
    lab.migrate("a better index")
    lab.upgrade()


@scenario.attempt(
    "flask db migrate, for a new index",
    after=a_new_index,
    everywhere=done("the options are in the revision"),
)
def autogenerate_new(lab):
    lab.migrate("an index on the title")
    lab.upgrade()


@scenario.attempt(
    "A new index, from memory",
    after=a_new_index,
    sqlite=done("the model asks for a plain one"),
    everywhere=drifted("it is a plain index"),
)
def from_memory(lab):
    @lab.revision("an index on the title")
    def upgrade():
        op.create_index("ix_post_title", "post", ["title"])

    lab.upgrade()


@scenario.attempt("Drop it and create it with its options", everywhere=done("each dialect takes its own"), better=True)
def with_options(lab):
    @lab.revision("a better index")
    def upgrade():
        op.drop_index("ix_post_body", "post")
        op.create_index(
            "ix_post_body",
            "post",
            ["body"],
            mysql_prefix="FULLTEXT",
            mariadb_prefix="FULLTEXT",
            postgresql_include=["author"],
        )

    lab.upgrade()
