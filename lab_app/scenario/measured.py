"""``flask lab run NAME --measure``: the expectations of a scenario's attempts, as they were observed, to paste."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

from packaging.version import Version

from lab_app.document.outcomes import Outcome
from lab_app.document.types import Cell, Document, TargetRecord
from lab_app.engines import BY_NAME
from lab_app.scenario.expectations import REASON_WORDS

_WIDTH = 120
_LONGEST_REASON = 72
_MODULE = "lab_app.scenario"
#: The classes that every driver has. Where a driver raises no other, its code says more.
_OF_EVERY_DRIVER = frozenset({
    "DataError", "DatabaseError", "IntegrityError", "InterfaceError", "InternalError", "NotSupportedError",
    "OperationalError", "ProgrammingError",
})  # fmt: skip


@dataclass(frozen=True)
class _Observed:
    """What an attempt came to in one place; the reason is no part of what is compared."""

    outcome: Outcome
    error: str | None
    reason: str

    @property
    def word(self) -> str:
        """The function that declares it."""
        return self.outcome.replace(" ", "_").replace("-", "_")

    @property
    def same(self) -> tuple[Outcome, str | None]:
        """What has to agree for one expectation to hold in two places."""
        return self.outcome, self.error

    def __str__(self) -> str:
        arguments = (self.reason, self.error) if self.error else (self.reason,)
        return f"{self.word}({', '.join(map(_quoted, arguments))})"


#: One observation, or one for each range of versions.
_Expected = _Observed | dict[str, _Observed]


def measured(document: Document, name: str, path: Path) -> list[str]:
    """Return the lines that declare what was observed of a scenario, each attempt's as its decorator.

    What the decorator says otherwise is kept, and so is a reason that was written for what was observed. Before them
    comes the import of what they need, where the file does not have it.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    lines: list[str] = []
    words: set[str] = set()
    for attempt in dict.fromkeys(cell["attempt"] for cell in document["cells"] if cell["scenario"] == name):
        cells = [cell for cell in document["cells"] if (cell["scenario"], cell["attempt"]) == (name, attempt)]
        if not (found := _by_engine(cells, document["targets"])):
            continue
        expected = _with_everywhere(found)
        words |= {each.word for one in expected.values() for each in _each(one)}
        lines += _decorator(path, tree, attempt, expected)
    return [*_import(tree, words), *lines] if lines else []


def _by_engine(cells: list[Cell], targets: Iterable[TargetRecord]) -> dict[str, _Expected]:
    """Return what each engine did, in the order of the engines; one whose versions differ by their ranges."""
    versions = {target["name"]: target["version"] or "0" for target in targets}
    found: dict[str, _Expected] = {}
    for engine in BY_NAME:
        seen = [
            (Version(versions[cell["target"]]), observed)
            for cell in cells
            if cell["engine"] == engine and (observed := _observed(cell))
        ]
        runs = [[*group] for _, group in groupby(sorted(seen, key=lambda each: each[0]), key=lambda each: each[1].same)]
        if len(runs) == 1:
            found[engine] = runs[0][0][1]
        elif runs:
            found[engine] = dict(_ranges(runs, BY_NAME[engine].release_numbers))
    return found


def _observed(cell: Cell) -> _Observed | None:
    """Return what was observed in a cell, in the words of the file where those hold; None where nothing was."""
    expected = cell["expected"]
    if expected and cell["as_expected"]:
        return _Observed(expected["outcome"], expected["error"], expected["reason"])
    if cell["outcome"] == "not run":
        return None
    return _Observed(cell["outcome"], _error(cell), _reason(cell["finding"]))


def _error(cell: Cell) -> str | None:
    error = cell["error"]
    if error is None:
        return None
    code = error["code"] or ""
    return code if code.isdigit() and error["class"] in _OF_EVERY_DRIVER else error["class"]


def _reason(finding: str) -> str:
    """Cut a finding to as many words as a reason may have, at a comma if that is nearer."""
    words = finding.split()[:REASON_WORDS]
    clause = " ".join(words).rpartition(", ")[0]
    if len(finding.split()) > REASON_WORDS and clause and "(" not in clause:
        return clause
    while len(words) > 1 and len(" ".join(words)) > _LONGEST_REASON:
        words.pop()
    return " ".join(words)[:_LONGEST_REASON]


def _ranges(runs: list[list[tuple[Version, _Observed]]], numbers: int) -> Iterator[tuple[str, _Observed]]:
    """Yield each range of versions: it begins with the release that was measured."""
    begins = [_release(run[0][0], before[-1][0], numbers) for before, run in pairwise(runs)]
    for run, start, end in zip(runs, ["", *begins], [*begins, ""], strict=True):
        yield ",".join([f">={start}"] * bool(start) + [f"<{end}"] * bool(end)), run[0][1]


def _release(version: Version, before: Version, numbers: int) -> str:
    short = ".".join(str(version).split(".")[:numbers])
    return short if Version(short) > before else str(version)


def _with_everywhere(found: dict[str, _Expected]) -> dict[str, _Expected]:
    """Say what most engines did as ``everywhere``, and the others by their names."""
    alone = [expected for expected in found.values() if isinstance(expected, _Observed)]
    if not alone:
        return found
    word, _ = Counter(each.outcome for each in alone).most_common(1)[0]
    same, _ = Counter(each.same for each in alone if each.outcome == word).most_common(1)[0]
    everywhere = next(each for each in alone if each.same == same)
    others = {
        engine: expected
        for engine, expected in found.items()
        if not (isinstance(expected, _Observed) and expected.same == same)
    }
    return {"everywhere": everywhere, **others}


def _each(expected: _Expected) -> Iterable[_Observed]:
    return expected.values() if isinstance(expected, dict) else (expected,)


def _decorator(path: Path, tree: ast.Module, attempt: str, expected: dict[str, _Expected]) -> list[str]:
    """Write the decorator of an attempt with these expectations, as ruff format leaves it."""
    text = path.read_text(encoding="utf-8")
    called = next(
        decorator
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name == attempt
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute)
    )
    kept = [keyword for keyword in called.keywords if keyword.arg not in ("everywhere", *BY_NAME)]
    sources = [ast.get_source_segment(text, part) or "" for part in (called.func, *called.args, *kept)]
    function, given, more = sources[0], sources[1 : len(called.args) + 1], sources[len(called.args) + 1 :]
    declared = [f"{engine}={_written(one)}" for engine, one in expected.items()]
    line = f"@{function}({', '.join([*given, *declared, *more])})"
    if len(line) <= _WIDTH and "\n" not in line:
        return [line]
    wrapped = [line for engine, one in expected.items() for line in _wrapped(engine, one)]
    return [f"@{function}(", *(f"    {each}," for each in given), *wrapped, *(f"    {each}," for each in more), ")"]


def _written(expected: _Expected) -> str:
    if isinstance(expected, dict):
        return "{" + ", ".join(f"{_quoted(versions)}: {each}" for versions, each in expected.items()) + "}"
    return str(expected)


def _wrapped(engine: str, expected: _Expected) -> list[str]:
    line = f"    {engine}={_written(expected)},"
    if len(line) <= _WIDTH or not isinstance(expected, dict):
        return [line]
    return [
        f"    {engine}={{",
        *(f"        {_quoted(versions)}: {each}," for versions, each in expected.items()),
        "    },",
    ]


def _import(tree: ast.Module, words: set[str]) -> list[str]:
    """Write the import of what the lines need, with all that the file has of it, if something is lacking."""
    has = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_MODULE)
        for alias in node.names
    }
    if not words - has:
        return []
    names = sorted(has | words)
    line = f"from {_MODULE} import {', '.join(names)}"
    return [line] if len(line) <= _WIDTH else [f"from {_MODULE} import (", *(f"    {name}," for name in names), ")"]


def _quoted(text: str) -> str:
    written = repr(text)
    return written if '"' in text or "'" in text else f'"{written[1:-1]}"'
