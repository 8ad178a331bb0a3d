"""What differs between two schemas, in lines that a person reads.

What nobody meant is not compared. Each has its reason:

- names of keys, constraints and indexes: ``create_all()`` and a migration may well differ there, and nothing
  follows from it; they are shown
- the order of columns, constraints and indexes: ADD COLUMN can only append, and a query names its columns
- the position of an AUTO_INCREMENT or a sequence: every INSERT moves it, and the readers leave it out
- grants and owners: they belong to the server's people, not to the models; the readers leave them out, as they do
  the settings of a database or a role, what logs in elsewhere (user mappings, subscriptions), and what a server
  notes for itself
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from lab_app.evidence.types import Column, ForeignKey, Index, Schema, Table

_ATTRIBUTES = ("type", "nullable", "default", "autoincrement", "computed", "comment")
#: The longest definition that is shown, in characters.
_LONGEST = 160
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
        if old is new:
            continue
        if old and new and old["kind"] == new["kind"]:
            lines += _table(name, old, new)
            continue
        lines += [f"- {old['kind']} {name}{_own_line(old)}"] if old else []
        lines += [f"+ {new['kind']} {name}{_own_line(new)}"] if new else []
    return lines


def _table(name: str, old: Table, new: Table) -> Iterator[str]:
    yield from _columns(name, old["columns"], new["columns"])
    if _primary_key(old) != _primary_key(new):
        yield f"~ {name} primary key {_primary_key(old)} → {_primary_key(new)}"
    for kind, before, after in (
        ("unique", _uniques(old), _uniques(new)),
        ("foreign key", _foreign_keys(old), _foreign_keys(new)),
        ("check", _checks(old), _checks(new)),
        ("index", _indexes(old), _indexes(new)),
        *((kind, _others(kind, old), _others(kind, new)) for kind in _kinds_of_others(old, new)),
    ):
        yield from (f"- {kind} {name}{line}" for line in _missing(before, after))
        yield from (f"+ {kind} {name}{line}" for line in _missing(after, before))
    yield from _options(name, old.get("options", {}), new.get("options", {}))
    if old.get("definition") != new.get("definition"):
        yield f"~ {old['kind']} {name} {_change(old.get('definition'), new.get('definition'))}"
    if old["comment"] != new["comment"]:
        yield f"~ {name} comment {_shown(old['comment'])} → {_shown(new['comment'])}"


def _columns(table: str, old: dict[str, Column], new: dict[str, Column]) -> Iterator[str]:
    for name, column in old.items():
        if name not in new:
            yield f"- column {table}.{name} {_definition(column)}"
            continue
        for attribute, before, after in _changes(column, new[name]):
            yield f"~ {table}.{name} {attribute} {_shown(before)} → {_shown(after)}"
        yield from _options(f"{table}.{name}", column.get("options", {}), new[name].get("options", {}))
    yield from (f"+ column {table}.{name} {_definition(new[name])}" for name in new if name not in old)


def _changes(old: Column, new: Column) -> Iterator[tuple[str, Any, Any]]:
    for attribute, before, after in ((key, old.get(key), new.get(key)) for key in _ATTRIBUTES):
        if before != after:
            yield attribute, before, after


def _options(of: str, old: dict[str, str], new: dict[str, str]) -> Iterator[str]:
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            yield f"~ {of} {name} {_change(old.get(name), new.get(name))}"


def _definition(column: Column) -> str:
    parts = [column["type"], "" if column["nullable"] else "NOT NULL"]
    parts += [f"DEFAULT {column['default']}" if column["default"] else ""]
    parts += [f"AS {column['computed']}" if column["computed"] else ""]
    parts += [f"{name} {value}" for name, value in sorted(column.get("options", {}).items())]
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


def _primary_key(table: Table) -> str:
    return _list(table["primary_key"]) + _clause(table.get("primary_key_clause"))


def _uniques(table: Table) -> list[_Entry]:
    return [_entry(key["name"], _list(key["columns"]) + _clause(key.get("clause"))) for key in table["unique"]]


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
    return f"{_list(index['columns'])}{' unique' if index['unique'] else ''}{_clause(index.get('clause'))}{where}"


def _kinds_of_others(old: Table, new: Table) -> list[str]:
    return sorted({other["kind"] for table in (old, new) for other in table.get("others", [])})


def _others(kind: str, table: Table) -> list[_Entry]:
    """Return what hangs on the table; a name is part of what is compared, because a person gave it and types it."""
    found = (other for other in table.get("others", []) if other["kind"] == kind)
    entries = (_entry(other["name"], other["text"]) for other in found)
    return [(shown, shown[:1] + _cut(shown[1:])) for _, shown in entries]


def _entry(name: str | None, meaning: str) -> _Entry:
    return meaning, f".{name} {meaning}" if name else f" {meaning}"


def _list(names: list[str]) -> str:
    return f"({', '.join(names)})"


def _clause(text: str | None) -> str:
    return f" {text}" if text else ""


def _own_line(table: Table) -> str:
    return _clause(_cut(table.get("definition", "")))


def _cut(text: str) -> str:
    """Put a definition on one line of a length that can be read."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _change(old: str | None, new: str | None) -> str:
    """Show two definitions; of long ones, what is around the first difference."""
    before, after = (" ".join((text or "none").split()) for text in (old, new))
    same = next((place for place, pair in enumerate(zip(before, after, strict=False)) if len({*pair}) > 1), 0)
    start = max(0, same - _LONGEST // 4) if max(len(before), len(after)) > _LONGEST else 0
    sign = "…" if start else ""
    return f"{_cut(sign + before[start:])} → {_cut(sign + after[start:])}"


def _shown(value: str | bool | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value or "none"
