"""Which revisions need no snapshot where the engine rolls DDL back: a step that fails leaves nothing there."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lab_app.check.evidence import Revision

#: What each operation is taken back by, as a word for both: a downgrade that takes back all of them leaves nothing.
_MADE = {
    "create_table": "table",
    "add_column": "column",
    "create_index": "index",
    "create_unique_constraint": "constraint",
    "create_foreign_key": "constraint",
    "create_primary_key": "constraint",
    "create_check_constraint": "constraint",
}
_DROPPED = {"drop_table": "table", "drop_column": "column", "drop_index": "index", "drop_constraint": "constraint"}
_CHANGED = {"alter_column": "change", "rename_table": "rename"}
#: What else may be called there without doing anything to the database.
_QUIET = frozenset({"f", "batch_alter_table"})
#: Types that are something beside their table.
_OWN_THINGS = frozenset({"enum", "citext", "hstore", "sequence", "domain", "identity"})
#: Packages whose types and expressions do nothing by themselves.
_IMPORTED = frozenset({"alembic", "sqlalchemy", "typing", "collections", "__future__", "datetime"})


def leaves_nothing(revision: Revision) -> bool:
    """Tell whether a revision does nothing but DDL that its downgrade takes back, each thing by its name.

    An enum is a type beside its table, which DROP TABLE leaves. What cannot be read is not known to be harmless: where
    a downgrade leaves something, the second upgrade fails, and only a snapshot leads on from there.
    """
    try:
        tree = ast.parse(Path(revision.file).read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError):
        return False
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    if set(functions) != {"upgrade", "downgrade"} or not all(map(_is_plain, ast.walk(tree))):
        return False
    up, down = _operations(functions["upgrade"]), _operations(functions["downgrade"])
    if not up or None in up or None in down:
        return False
    return Counter(up) == Counter(_Step(each.word, -each.sign, each.name) for each in filter(None, down))


class _Step(NamedTuple):
    """One operation: what is made (1), dropped (-1) or changed (0), and what it is called, with its table."""

    word: str
    sign: int
    name: tuple[str, ...]


def _is_plain(node: ast.AST) -> bool:
    """Tell whether a piece of the source is no enum and no import of the project's own."""
    match node:
        case ast.Import(names=names):
            return all(name.name.partition(".")[0] in _IMPORTED for name in names)
        case ast.ImportFrom(module=module, level=level):
            return not level and (module or "").partition(".")[0] in _IMPORTED
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
            return name.lower() not in _OWN_THINGS
    return True


def _operations(function: ast.FunctionDef) -> list[_Step | None]:
    """Return what a function has done, None for what is not known."""
    tables = {"op": ""} | {
        item.optional_vars.id: _text(item.context_expr.args[0])
        for node in ast.walk(function)
        if isinstance(node, ast.With)
        for item in node.items
        if isinstance(item.optional_vars, ast.Name) and isinstance(item.context_expr, ast.Call)
        and item.context_expr.args
    }  # fmt: skip
    return list(_called(function, tables))


def _called(function: ast.FunctionDef, tables: dict[str, str]) -> Iterator[_Step | None]:
    """Yield what is called; ``tables`` are those of the batches, by the names that these have."""
    for node in ast.walk(function):
        if isinstance(node, ast.If | ast.For | ast.While | ast.Try | ast.Raise):
            yield None
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Attribute(value=ast.Name(id=name), attr=called) if name in tables:
                if called not in _QUIET:
                    yield _known(called, tables[name], node.args)
            case ast.Attribute(value=ast.Name(id="sa" | "sqlalchemy" | "postgresql" | "mysql" | "sqlite" | "datetime")):
                continue
            case _:
                yield None


def _known(operation: str, table: str, arguments: list[ast.expr]) -> _Step | None:
    """Read an operation; without its first names, written out, it is not known which thing it is about."""
    for sign, words in ((1, _MADE), (-1, _DROPPED), (0, _CHANGED)):
        if operation in words:
            names = [_text(argument) for argument in arguments[:2]]
            name = _name(words[operation], table, names)
            return _Step(words[operation], sign, name) if all(name) and name else None
    return None


def _name(word: str, table: str, names: list[str]) -> tuple[str, ...]:
    """Return what a thing goes by: a column by its table, too, which a batch knows; a rename by both names."""
    if word in ("column", "change"):
        return (table, *names[:1]) if table else tuple(names)
    return tuple(sorted(names)) if word == "rename" else tuple(names[:1])


def _text(node: ast.expr) -> str:
    """Return a name that is written out: of a column its definition's, without op.f(); else nothing."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Call(func=ast.Attribute(attr="f" | "Column"), args=[first, *_]):
            return _text(first)
    return ""
