"""Which revisions need no snapshot where the engine rolls DDL back: a step that fails leaves nothing there."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

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
#: Packages whose types and expressions do nothing by themselves.
_IMPORTED = frozenset({"alembic", "sqlalchemy", "typing", "collections", "__future__", "datetime"})


def leaves_nothing(revision: Revision) -> bool:
    """Tell whether a revision does nothing but DDL that its downgrade takes back, a thing for each.

    An enum is a type beside its table, which DROP TABLE leaves. What cannot be read is not known to be harmless.
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
    return Counter(up) == Counter((word, -sign) for word, sign in filter(None, down))


def _is_plain(node: ast.AST) -> bool:
    """Tell whether a piece of the source is no enum and no import of the project's own."""
    match node:
        case ast.Import(names=names):
            return all(name.name.partition(".")[0] in _IMPORTED for name in names)
        case ast.ImportFrom(module=module, level=level):
            return not level and (module or "").partition(".")[0] in _IMPORTED
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
            return name.lower() not in ("enum", "citext", "hstore")
    return True


def _operations(function: ast.FunctionDef) -> list[tuple[str, int] | None]:
    """Return what a function has done, None for what is not known: made is 1, dropped -1, changed 0."""
    batches = {"op"} | {
        item.optional_vars.id
        for node in ast.walk(function)
        if isinstance(node, ast.With)
        for item in node.items
        if isinstance(item.optional_vars, ast.Name)
    }
    return list(_called(function, batches))


def _called(function: ast.FunctionDef, batches: set[str]) -> Iterator[tuple[str, int] | None]:
    for node in ast.walk(function):
        if isinstance(node, ast.If | ast.For | ast.While | ast.Try | ast.Raise):
            yield None
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Attribute(value=ast.Name(id=name), attr=called) if name in batches:
                if called not in _QUIET:
                    yield _known(called)
            case ast.Attribute(value=ast.Name(id="sa" | "sqlalchemy" | "postgresql" | "mysql" | "sqlite" | "datetime")):
                continue
            case _:
                yield None


def _known(operation: str) -> tuple[str, int] | None:
    for sign, words in ((1, _MADE), (-1, _DROPPED), (0, _CHANGED)):
        if operation in words:
            return words[operation], sign
    return None
