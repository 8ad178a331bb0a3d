"""What differs between two schemas, in lines that a person reads.

Names of keys, constraints and indexes are shown and not compared, and neither is any order:
``create_all()`` and a migration may well differ there, and nothing follows from it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from lab_app.evidence.types import Column, ForeignKey, Index, Schema, Table

_ATTRIBUTES = ("type", "nullable", "default", "autoincrement", "computed", "comment")
_WORDS = {"ondelete": "ON DELETE", "onupdate": "ON UPDATE"}


def same_schema(one: Schema, other: Schema) -> bool:
    """Tell whether two schemas of one engine mean the same."""
    return not schema_diff(one, other)


def schema_diff(before: Schema, after: Schema) -> list[str]:
    """Return the way from one schema to the other, a line each: ``+`` is new, ``-`` is gone, ``~`` is different.

    ``+ column student.age INTEGER``, ``- index student.ix_student_email (email)``,
    ``~ student.age type VARCHAR(10) → INTEGER``. Empty when they are the same.
    """
    lines: list[str] = []
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old and new and old["kind"] == new["kind"]:
            lines += _table(name, old, new)
            continue
        lines += [f"- {old['kind']} {name}"] if old else []
        lines += [f"+ {new['kind']} {name}"] if new else []
    return lines


def _table(name: str, old: Table, new: Table) -> Iterator[str]:
    yield from _columns(name, old["columns"], new["columns"])
    if old["primary_key"] != new["primary_key"]:
        yield f"~ {name} primary key {_list(old['primary_key'])} → {_list(new['primary_key'])}"
    for kind, before, after in (
        ("unique", _uniques(old), _uniques(new)),
        ("foreign key", _foreign_keys(old), _foreign_keys(new)),
        ("check", _checks(old), _checks(new)),
        ("index", _indexes(old), _indexes(new)),
    ):
        yield from (f"- {kind} {name}{line}" for line in _missing(before, after))
        yield from (f"+ {kind} {name}{line}" for line in _missing(after, before))
    if old["comment"] != new["comment"]:
        yield f"~ {name} comment {_shown(old['comment'])} → {_shown(new['comment'])}"


def _columns(table: str, old: dict[str, Column], new: dict[str, Column]) -> Iterator[str]:
    for name, column in old.items():
        if name not in new:
            yield f"- column {table}.{name} {_definition(column)}"
            continue
        for attribute, before, after in _changes(column, new[name]):
            yield f"~ {table}.{name} {attribute} {_shown(before)} → {_shown(after)}"
    yield from (f"+ column {table}.{name} {_definition(new[name])}" for name in new if name not in old)


def _changes(old: Column, new: Column) -> Iterator[tuple[str, Any, Any]]:
    for attribute, before, after in ((key, old.get(key), new.get(key)) for key in _ATTRIBUTES):
        if before != after:
            yield attribute, before, after


def _definition(column: Column) -> str:
    parts = [column["type"], "" if column["nullable"] else "NOT NULL"]
    parts += [f"DEFAULT {column['default']}" if column["default"] else ""]
    parts += [f"AS {column['computed']}" if column["computed"] else ""]
    return " ".join(part for part in parts if part)


#: One constraint or index: what is compared, and how it is shown.
_Entry = tuple[str, str]


def _missing(entries: Iterable[_Entry], others: Iterable[_Entry]) -> Iterator[str]:
    """Yield how the entries are shown that the others lack, as often as they lack them."""
    left = Counter(meaning for meaning, _ in others)
    for meaning, shown in entries:
        left[meaning] -= 1
        if left[meaning] < 0:
            yield shown


def _uniques(table: Table) -> list[_Entry]:
    return [_entry(unique["name"], _list(unique["columns"])) for unique in table["unique"]]


def _checks(table: Table) -> list[_Entry]:
    return [_entry(check["name"], f"({check['text']})") for check in table["checks"]]


def _foreign_keys(table: Table) -> list[_Entry]:
    return [_entry(key["name"], _foreign_key(key)) for key in table["foreign_keys"]]


def _foreign_key(key: ForeignKey) -> str:
    options = "".join(f" {_WORDS.get(option, option)} {value}" for option, value in sorted(key["options"].items()))
    return f"{_list(key['columns'])} → {key['refers_to']} {_list(key['refers_columns'])}{options}"


def _indexes(table: Table) -> list[_Entry]:
    return [_entry(index["name"], _index(index)) for index in table["indexes"]]


def _index(index: Index) -> str:
    where = f" WHERE {index['where']}" if index["where"] else ""
    return f"{_list(index['columns'])}{' unique' if index['unique'] else ''}{where}"


def _entry(name: str | None, meaning: str) -> _Entry:
    return meaning, f".{name} {meaning}" if name else f" {meaning}"


def _list(names: list[str]) -> str:
    return f"({', '.join(names)})"


def _shown(value: str | bool | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value or "none"
