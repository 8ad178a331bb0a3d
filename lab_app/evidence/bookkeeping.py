"""Alembic's own bookkeeping: the table in which it notes the revision, which is no part of anybody's schema."""

import re

VERSION_TABLE = "alembic_version"
_MENTIONED = re.compile(rf"\b{VERSION_TABLE}\b")


def is_bookkeeping(sql: str) -> bool:
    """Tell whether a statement reads or writes Alembic's version table."""
    return bool(_MENTIONED.search(sql))
