"""Keys, indexes, foreign keys and checks of SHOW CREATE TABLE: one line of it becomes one entry of the table."""

from lab_app.evidence.normalise import closing, groups
from lab_app.evidence.readers.mysql_text import expression, is_name, plain, written
from lab_app.evidence.types import Check, ForeignKey, Index, Table, Unique

#: The engine that looks keys up by their hash unless told otherwise; the others have trees.
_HASHING = "MEMORY"


def add_key(table: Table, entry: list[str], engine: str) -> None:
    """Add PRIMARY KEY, UNIQUE KEY, KEY, FULLTEXT KEY, and whatever other KEY there is."""
    start = next(place for place, part in enumerate(entry) if part == "(")
    end = closing(entry, start)
    name = plain(entry[start - 1]) if is_name(entry[start - 1]) else None
    words = [part.upper() for part in entry[:start] if not is_name(part) and part.upper() not in ("KEY", "UNIQUE")]
    unique = "UNIQUE" in entry[:start]
    rest = _without_usual_method(entry[end + 1 :], engine, unique, "SPATIAL" in words)
    parts = groups(entry[start + 1 : end])
    columns = [_key_part(part) for part in parts]
    simple = all(len(part) == 1 for part in parts)
    if words == ["PRIMARY"]:
        _set_primary_key(table, parts, columns, rest)
        return
    clause = " ".join([*words, *([written(rest)] if rest else [])])
    if unique and simple:
        key = Unique(name=name, columns=columns)
        table["unique"].append(Unique(**key, clause=clause) if clause else key)
    else:
        index = Index(name=name, columns=columns, unique=unique, where=None)
        table["indexes"].append(Index(**index, clause=clause) if clause else index)


def _key_part(part: list[str]) -> str:
    """Write a column with its prefix and direction, or an expression with its direction."""
    if is_name(part[0]):
        return plain(part[0]) + ("".join(part[1:4]) if part[1:2] == ["("] else "") + _words(part, after=")")
    end = closing(part, 0) + 1
    text = expression(part[:end])
    return f"({text}) {written(part[end:])}" if part[end:] else text


def _words(part: list[str], after: str) -> str:
    start = part.index(after) + 1 if after in part else 1
    return "".join(f" {word}" for word in part[start:])


def _set_primary_key(table: Table, parts: list[list[str]], columns: list[str], rest: list[str]) -> None:
    """Name the key's columns alone, by which rows are read; how they are parts of it is its clause.

    A period WITHOUT OVERLAPS stands for the two columns that bound it.
    """
    periods = {other["name"]: other["text"] for other in table.get("others", []) if other["kind"] == "period"}
    for part in parts:
        name = plain(part[0])
        bounds = periods.get(name, "")[1:-1].split(", ") if "OVERLAPS" in part else []
        table["primary_key"] += bounds or [name]
    clause = [] if columns == table["primary_key"] else [f"parts ({', '.join(columns)})"]
    clause += [written(rest)] if rest else []
    if clause:
        table["primary_key_clause"] = " ".join(clause)


def _without_usual_method(rest: list[str], engine: str, unique: bool, spatial: bool) -> list[str]:
    """Leave USING out where it says what the key is anyway.

    MariaDB prints ``USING HASH`` for a key of InnoDB that is a tree; its unique keys over long values are hashes.
    """
    if rest[:1] != ["USING"]:
        return rest
    method = rest[1].upper()
    usual = {"HASH"} if engine == _HASHING else {"BTREE"} if unique else {"BTREE", "HASH"}
    return rest[2:] if method in usual or spatial else rest


def foreign_key(entry: list[str], name: str | None) -> ForeignKey:
    """Read FOREIGN KEY (…) REFERENCES …, without its constraint's name."""
    start = entry.index("(")
    end = closing(entry, start)
    opening = entry.index("(", end)
    target = ".".join(plain(part) for part in entry[end + 2 : opening] if part != ".")
    last = closing(entry, opening)
    return ForeignKey(
        name=name,
        columns=[plain(part) for part in entry[start + 1 : end] if part != ","],
        refers_to=target,
        refers_columns=[plain(part) for part in entry[opening + 1 : last] if part != ","],
        options=_actions(entry[last + 1 :]),
    )


def _actions(rest: list[str]) -> dict[str, str]:
    """Read ON DELETE and ON UPDATE.

    InnoDB does the same for RESTRICT and NO ACTION, and for nothing, so they are left out.
    """
    options: dict[str, str] = {}
    rule = ""
    for word in rest:
        if word == "ON":
            rule = ""
        elif not rule:
            rule = f"on{word.lower()}"
            options[rule] = ""
        else:
            options[rule] = f"{options[rule]} {word}".strip()
    return {rule: action for rule, action in options.items() if action not in ("NO ACTION", "RESTRICT")}


def check(entry: list[str], name: str | None) -> Check:
    """Read CHECK (…), which MySQL may not enforce."""
    end = closing(entry, 1)
    state = written(entry[end + 1 :])
    return Check(name=name, text=expression(entry[1 : end + 1]) + (f" {state}" if state else ""))
