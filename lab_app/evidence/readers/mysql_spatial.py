"""MariaDB's spatial reference systems, which SHOW CREATE TABLE does not print.

information_schema.geometry_columns has them. It leaves the name of the column empty, and lists a table's columns in
their order. https://mariadb.com/docs/server/reference/system-tables/information-schema/information-schema-tables/information-schema-geometry_columns-table
"""

from itertools import groupby
from operator import itemgetter

from sqlalchemy.engine import Connection

from lab_app.evidence.types import Column, Schema, Table

_SYSTEMS = (
    "SELECT f_table_name, srid FROM information_schema.geometry_columns WHERE f_table_schema = DATABASE()"
)  # fmt: skip
_TYPES = {
    "GEOMETRY", "POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION",
}  # fmt: skip


def add_reference_systems(schema: Schema, connection: Connection) -> None:
    """Add the reference system of each spatial column that has one; without spatial columns nothing is asked."""
    if not any(map(_spatial, schema.values())):
        return
    rows = sorted(connection.exec_driver_sql(_SYSTEMS), key=itemgetter(0))  # stable: a table's columns keep their order
    for name, systems in groupby(rows, itemgetter(0)):
        for column, (_, system) in zip(_spatial(schema[name]), systems, strict=False):
            if system:
                column.setdefault("options", {})["srid"] = str(system)


def _spatial(table: Table) -> list[Column]:
    return [column for column in table["columns"].values() if column["type"] in _TYPES]
