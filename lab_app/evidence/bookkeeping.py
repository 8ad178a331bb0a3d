"""Alembic's own bookkeeping: the table in which it notes the revision, which is no part of anybody's schema."""

import re

VERSION_TABLE = "alembic_version"
#: What Alembic sends, letter for letter: a person who writes to the table writes otherwise.
_SENT = "|".join(
    (
        r"CREATE TABLE <table> \( ?version_num VARCHAR\(\d+\)(?: NOT NULL)?"
        r"(?:, CONSTRAINT \w+ PRIMARY KEY \(version_num\))? ?\)",
        r"INSERT INTO <table> \(version_num\) VALUES \(<text>\)(?: RETURNING (?:<table>\.)?version_num)?",
        r"UPDATE <table> SET version_num=<text> WHERE <table>\.version_num = <text>",
        r"DELETE FROM <table>(?: WHERE <table>\.version_num = <text>)?",
        r"SELECT <table>\.version_num FROM <table>",
        r"DESCRIBE <table>",
    )
)
#: The table as each dialect spells it, with a schema before it or without one (version_table_schema).
_TABLE = r"""(?:(?:[\w$]+|"(?:[^"]|"")+"|`(?:[^`]|``)+`|\[[^\]]+\])\.)?["`\[]?""" + VERSION_TABLE + r"""["`\]]?"""
_BOOKKEEPING = re.compile(_SENT.replace("<table>", _TABLE).replace("<text>", "'(?:[^']|'')*'"))


def is_bookkeeping(sql: str) -> bool:
    """Tell whether a statement is one that Alembic itself sends to read or write its version table."""
    return VERSION_TABLE in sql and bool(_BOOKKEEPING.fullmatch(" ".join(sql.split()).removesuffix(";")))
