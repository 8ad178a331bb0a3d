"""What SHOW CREATE TABLE says, as a table: the engine's own definition, taken apart without a remainder.

AUTO_INCREMENT is left out: it is a position, which every INSERT moves.
"""

from collections.abc import Callable
from dataclasses import dataclass

from lab_app.evidence.normalise import closing, groups
from lab_app.evidence.readers import empty_table
from lab_app.evidence.readers.mysql_column import ReadColumn, read_column
from lab_app.evidence.readers.mysql_keys import add_key, check, foreign_key
from lab_app.evidence.readers.mysql_text import is_name, plain, tokens, written
from lab_app.evidence.types import Check, Definition, Table

#: Options that say nothing: a position, what is read from another place, and what is so anyway.
_LEFT_OUT = {"AUTO_INCREMENT", "CHARSET", "COLLATE", "ROW_FORMAT", "COMMENT"}
_NOTHING = {("ENCRYPTION", "N"), ("ENCRYPTION", "n")}
_USUAL_ROW_FORMAT = {"InnoDB": "DYNAMIC", "Aria": "PAGE"}


@dataclass(frozen=True)
class Known:
    """What is known of a table beside its definition, and of the engine.

    ``usual_collation`` is not mentioned. ``collation_of`` tells a charset's own. ``json_is_text`` is MariaDB's JSON.
    """

    database: str
    row_format: str
    collation: str
    usual_collation: str
    collation_of: Callable[[str], str]
    json_is_text: bool


def read_table(sql: str, known: Known) -> Table:
    """Read a table from what SHOW CREATE TABLE prints."""
    parts = tokens(sql, known.database)
    start = parts.index("(")
    end = closing(parts, start)
    entries = groups(parts[start + 1 : end])
    options, comment = _options(parts[end + 1 :], known)
    table = empty_table("table", comment)
    table["options"] = options
    # A period is named by keys, and stands before them.
    for entry in entries:
        if is_name(entry[0]):
            _add_column(table, read_column(entry), known)
        else:
            _add(table, entry, options["engine"])
    if known.json_is_text:
        _fold_json(table)
    return table


def _add_column(table: Table, read: ReadColumn, known: Known) -> None:
    table["columns"][read.name] = read.column
    if read.check:
        table["checks"].append(Check(name=None, text=read.check))
    if not read.characters:
        return
    collation = read.collation or (known.collation_of(read.charset) if read.charset else known.collation)
    if collation != known.usual_collation:
        read.column["type"] += f" COLLATE {collation}"


def _add(table: Table, entry: list[str], engine: str) -> None:
    name = None
    if entry[0] == "CONSTRAINT":
        name = plain(entry[1]) if is_name(entry[1]) else None
        entry = entry[2 if name else 1 :]
    match entry[0]:
        case "FOREIGN":
            table["foreign_keys"].append(foreign_key(entry, name))
        case "CHECK":
            table["checks"].append(check(entry, name))
        case "PERIOD":
            period = Definition(kind="period", name=plain(entry[2]), text=written(entry[3:]))
            table.setdefault("others", []).append(period)
        case _:
            add_key(table, entry, engine)


def _fold_json(table: Table) -> None:
    """Call MariaDB's JSON by its name again: it is LONGTEXT with a collation and a CHECK of its own.

    https://mariadb.com/docs/server/reference/data-types/string-data-types/json
    """
    for found in list(table["checks"]):
        column = table["columns"].get(found["text"].removeprefix("json_valid(").removesuffix(")").strip('"'))
        json = column and found["text"].startswith("json_valid(")
        if column and json and column["type"] in ("LONGTEXT COLLATE utf8mb4_bin", "JSON"):
            column["type"] = "JSON"
            table["checks"].remove(found)


def _options(parts: list[str], known: Known) -> tuple[dict[str, str], str | None]:
    """Read what follows the columns: name = value, a few phrases without a sign, and the partitions."""
    options: dict[str, str] = {}
    comment = None
    at = 0
    while at < len(parts):
        word = plain(parts[at])
        if word == "PARTITION":
            options["partition by"] = _partitions(parts[at + 2 :], options["engine"])
            break
        if parts[at + 1 : at + 2] == ["="]:
            end = closing(parts, at + 2) + 1
            value = written(parts[at + 2 : end]) if end > at + 3 else plain(parts[at + 2])
            comment = value or None if word == "COMMENT" else comment
            if word not in _LEFT_OUT and (word, value) not in _NOTHING:
                options[word.lower()] = value
            elif word == "ROW_FORMAT":
                options["row_format"] = value
            at = end
        elif word == "WITH":
            options["system versioning"] = "yes"
            at += 3
        elif word in ("TABLESPACE", "STORAGE"):
            options[word.lower()] = plain(parts[at + 1])
            at += 2
        else:
            if word != "DEFAULT":
                options[word.lower()] = "yes"
            at += 1
    _set_row_format(options, known.row_format)
    if known.collation and known.collation != known.usual_collation:
        options["collation"] = known.collation
    return options, comment


def _set_row_format(options: dict[str, str], real: str) -> None:
    """Tell the row format that the table has, where its engine has a usual one; else the one that was asked for."""
    usual = _USUAL_ROW_FORMAT.get(options["engine"])
    asked = options.pop("row_format", None)
    row_format = real.upper() if usual else asked
    if row_format and row_format != usual:
        options["row_format"] = row_format


def _partitions(parts: list[str], engine: str) -> str:
    """Write how a table is partitioned, without the engine, which is the table's, and names that are counted."""
    kept: list[str] = []
    for place, part in enumerate(parts):
        if kept[-2:] == ["ENGINE", "="] and part.lower() == engine.lower():
            del kept[-2:]
        else:
            kept.append(f"`{part}`" if parts[place - 1] == "PARTITION" and not is_name(part) else part)
    start = next((place for place, part in enumerate(kept) if part == "(" and kept[place + 1] == "PARTITION"), None)
    if start is not None:
        names = [plain(part) for part in kept[start + 2 : -1 : 3]]
        only_names = kept[start + 1 : -1 : 3] == ["PARTITION"] * len(names) and len(kept) - start == 3 * len(names) + 1
        if only_names and names == [f"p{number}" for number in range(len(names))]:
            kept[start:] = ["PARTITIONS", str(len(names))]
    return written(kept)
