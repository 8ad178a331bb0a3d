"""How a table that was read is named in SQL."""

from sqlalchemy.engine import Connection

from lab_app.evidence.types import Table


def quoted(connection: Connection, name: str, table: Table) -> str:
    """Return the name of a table of a schema as SQL has it, with its own schema where that is not the default one."""
    quote = connection.dialect.identifier_preparer.quote
    schema = table.get("schema")
    return f"{quote(schema)}.{quote(name.removeprefix(f'{schema}.'))}" if schema else quote(name)
