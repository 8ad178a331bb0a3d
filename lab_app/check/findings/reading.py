"""What a revision's source says without being run; it explains a failure, or predicts one where nothing was run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from lab_app.check.answers import Place
from lab_app.check.findings.lines import listed
from lab_app.check.findings.own_modules import is_enum, is_own

#: Operations that SQLite has no statement for.
_NOT_IN_PLACE = (
    "alter_column", "create_foreign_key", "create_unique_constraint", "create_check_constraint", "drop_constraint",
    "create_primary_key",
)  # fmt: skip
#: What alter_column() changes beside the name.
_CHANGES = {"nullable", "server_default", "type_", "comment", "autoincrement"}
_EVERYWHERE = ("sqlite", "postgresql", "mysql", "mariadb")
#: SQL that some engines have: the words, who understands them, and what to write instead.
_FOREIGN = (
    (re.compile(r"::\w+|\bILIKE\b|\bSERIAL\b|\bJSONB\b|\bDO \$\$", re.IGNORECASE), ("postgresql",)),
    (re.compile(r"`\w+`|\bAUTO_INCREMENT\b|\bON DUPLICATE KEY\b|\bENGINE\s*=|\bMODIFY\s+(?:COLUMN\s+)?\w|\bIF\(",
                re.IGNORECASE), ("mysql", "mariadb")),
    (re.compile(r"^\s*PRAGMA\b|\bAUTOINCREMENT\b|\bsqlite_", re.IGNORECASE), ("sqlite",)),
    (re.compile(r"\bON CONFLICT\b", re.IGNORECASE), ("sqlite", "postgresql")),
    (re.compile(r"\bRETURNING\b", re.IGNORECASE), ("sqlite", "postgresql", "mariadb")),
)  # fmt: skip
_TITLES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB"}


class Remark(NamedTuple):
    """What a reader of the source would say of one line.

    ``engines`` are the kinds of engines that it is about, ``step`` the function it stands in.
    """

    code: str
    line: int
    last: int
    step: str
    engines: tuple[str, ...]
    title: str
    why: str
    fix: str
    scenario: str | None = None


@lru_cache(maxsize=512)
def remarks(file: str) -> tuple[Remark, ...]:
    """Read a revision; a file that cannot be read has no remarks."""
    tree = _tree(file)
    return (*_imports(tree, file), *_calls(tree)) if tree else ()


def explaining(file: str, line: int | None, engine: str) -> Remark | None:
    """Return the remark on a line that an engine failed at, if there is one."""
    if line is None:
        return None
    last = _end_of_block(file, line)
    fitting = [each for each in remarks(file) if each.line <= last and line <= each.last and engine in each.engines]
    return fitting[0] if fitting else None


def _end_of_block(file: str, line: int) -> int:
    """Return the last line of a block that begins at a line: what a batch is told is sent at its ``with``."""
    tree = _tree(file)
    ends = (
        [node.end_lineno for node in ast.walk(tree) if isinstance(node, ast.With) and node.lineno == line]
        if tree
        else []
    )
    return max(filter(None, ends), default=line)


@lru_cache(maxsize=64)
def _tree(file: str) -> ast.Module | None:
    try:
        return ast.parse(Path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError):
        return None


def raises(place: Place) -> bool:
    """Tell whether a line of a revision raises an error by itself."""
    tree = _tree(place.file) if place.revision else None
    return tree is not None and any(
        isinstance(node, ast.Raise) and node.lineno <= place.line <= (node.end_lineno or node.lineno)
        for node in ast.walk(tree)
    )


def rolls_back(file: str) -> Place | None:
    """Return the line at which a revision rolls a session or a connection back: Alembic's transaction ends with it."""
    nodes = ast.walk(tree) if (tree := _tree(file)) else ()
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "rollback":
            return Place(file, node.lineno, revision=True)
    return None


def live_models(file: str) -> Remark | None:
    """Return the remark on the import of models, if there is one."""
    return next((each for each in remarks(file) if each.code == "live-model-imported"), None)


def _imports(tree: ast.Module, file: str) -> Iterator[Remark]:
    for node, step in nodes(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level and is_own(node.module, file):
            names = [
                name.name for name in node.names if not (name.name.isupper() or is_enum(name.name, node.module, file))
            ]
            models = [name for name in names if re.match(r"[A-Z]\w*[a-z]", name)]
            if models or (names and re.search(r"\bmodels?\b", node.module)):
                used = ", ".join(models) or node.module
                yield Remark(
                    "live-model-imported",
                    node.lineno,
                    node.end_lineno or node.lineno,
                    step,
                    _EVERYWHERE,
                    f"The revision uses {used} as it is today",
                    "A model goes on changing; this revision then asks for what is not there yet.",
                    f'Describe the table in the revision: sa.table("{_table(models)}", sa.column("id"), …).',
                    "live_model_in_migration",
                )


def _table(models: list[str]) -> str:
    return models[0].lower() if models else "…"


def _calls(tree: ast.Module) -> Iterator[Remark]:
    for node, step in nodes(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from _no_name(node, step)
            if isinstance(node.func.value, ast.Name) and node.func.value.id == "op":
                yield from _no_batch(node, node.func.attr, step)
                yield from _concurrently(node, node.func.attr, step)
                yield from _foreign(node, node.func.attr, step)


def _no_batch(call: ast.Call, name: str, step: str) -> Iterator[Remark]:
    if name in _NOT_IN_PLACE and not getattr(call, "asks_dialect", False) and not _renames(call, name):
        given = call.args[0 if name == "alter_column" else 1 :][:1]
        given += [word.value for word in call.keywords if word.arg in ("table_name", "source_table")]
        table = next((str(each.value) for each in given if isinstance(each, ast.Constant)), "…")
        yield Remark(
            "no-batch-on-sqlite",
            call.lineno,
            call.end_lineno or call.lineno,
            step,
            ("sqlite",),
            f"op.{name}() without batch mode",
            "SQLite changes a table only by copying it, which is what batch mode does.",
            f'with op.batch_alter_table("{table}") as batch: batch.{name}(…)',
            "batch_mode",
        )


def _renames(call: ast.Call, name: str) -> bool:
    """Tell whether a column only gets another name, for which SQLite has a statement."""
    words = {word.arg or "" for word in call.keywords}
    return name == "alter_column" and "new_column_name" in words and not words & _CHANGES


def _no_name(call: ast.Call, step: str) -> Iterator[Remark]:
    name = getattr(call.func, "attr", "")
    nothing = bool(call.args) and isinstance(call.args[0], ast.Constant) and call.args[0].value is None
    if nothing and (name == "drop_constraint" or (name in _NOT_IN_PLACE and name.startswith("create_"))):
        what = "drops" if name == "drop_constraint" else "makes"
        yield Remark(
            "unnamed-constraint",
            call.lineno,
            call.end_lineno or call.lineno,
            step,
            _EVERYWHERE if what == "drops" else ("sqlite",),
            f"{name}(None) {what} a constraint without a name",
            "What has no name cannot be dropped by its name; each engine gives it one of its own.",
            "Give it a name in both directions, or the metadata a naming_convention.",
            "unnamed_constraint_cannot_be_dropped",
        )


def _concurrently(call: ast.Call, name: str, step: str) -> Iterator[Remark]:
    wanted = any(
        word.arg == "postgresql_concurrently" and isinstance(word.value, ast.Constant) and word.value.value
        for word in call.keywords
    )
    said = name == "execute" and re.search(r"\bCONCURRENTLY\b", _text(call), re.IGNORECASE)
    if (wanted or said) and not getattr(call, "autocommit", False):
        yield Remark(
            "concurrently-in-transaction",
            call.lineno,
            call.end_lineno or call.lineno,
            step,
            ("postgresql",),
            "CONCURRENTLY inside of a transaction",
            "PostgreSQL builds an index CONCURRENTLY over several transactions, so it refuses to be inside of one.",
            f"with op.get_context().autocommit_block(): op.{name}(…)",
            "create_index_concurrently",
        )


def _foreign(call: ast.Call, name: str, step: str) -> Iterator[Remark]:
    if name != "execute" or getattr(call, "asks_dialect", False):
        return
    for words, understood in _FOREIGN:
        if found := words.search(_text(call)):
            yield Remark(
                "foreign-sql",
                call.lineno,
                call.end_lineno or call.lineno,
                step,
                tuple(engine for engine in _EVERYWHERE if engine not in understood),
                f"SQL that {listed([_TITLES[engine] for engine in understood])} alone understand"
                + ("s" if len(understood) == 1 else ""),
                f"{found[0].strip()} is SQL of {listed([_TITLES[engine] for engine in understood])}.",
                "Write it with SQLAlchemy (sa.cast, sa.func, sa.update), or ask op.get_bind().dialect.name first.",
            )


def _text(call: ast.Call) -> str:
    """Return the texts that a call is given, whatever they are wrapped in."""
    return " ".join(
        node.value
        for argument in call.args
        for node in ast.walk(argument)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def nodes(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Yield every node with the function that it stands in; what stands behind a question is marked."""

    def walk(node: ast.AST, step: str, asks: bool, autocommit: bool) -> Iterator[tuple[ast.AST, str]]:
        for child in ast.iter_child_nodes(node):
            inside = child.name if isinstance(child, ast.FunctionDef) and not step else step
            asked = asks or (isinstance(child, ast.If | ast.IfExp) and "dialect" in ast.dump(child.test))
            block = autocommit or (isinstance(child, ast.With) and "autocommit_block" in ast.dump(child.items[0]))
            child.asks_dialect, child.autocommit = asked, block  # type: ignore[attr-defined]
            yield child, inside
            yield from walk(child, inside, asked, block)

    yield from walk(tree, "", asks=False, autocommit=False)
