"""What types cannot say of a document: that its parts fit together, so that a report may take them for granted."""

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain

from lab_app.document.check import CHECK_SCHEMA, CheckDocument
from lab_app.document.types import Cell, Document
from lab_app.evidence.types import Rows, Survival, TableRows, Value

#: A scenario's name is a file's, and part of an address.
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_LONGEST = 60
#: Before this year there was no lab, and in the first one a moment may have no neighbour.
_FIRST_YEAR = 1


def inconsistent(document: Document) -> str:
    """Tell the first thing in a document that does not fit, as the end of a sentence; nothing when all does."""
    return next(_found(document), "")


def inconsistent_check(document: CheckDocument) -> str:
    """Tell the first thing in the document of a check that does not fit; nothing when all does."""
    return next(_found_in_check(document), "")


def is_moment(text: str) -> bool:
    """Tell whether a text is a moment that can be compared with others."""
    try:
        when = datetime.fromisoformat(text)
        return when.tzinfo is not None and when.astimezone(UTC).year > _FIRST_YEAR
    except (ValueError, OverflowError):
        return False


def _found(document: Document) -> Iterator[str]:
    yield from _moment(document["recorded_at"])
    yield from _targets(document)
    scenarios = [scenario["name"] for scenario in document["scenarios"]]
    yield from _twice("scenario", scenarios)
    yield from (f"{shortened(name)} is no name of a scenario" for name in scenarios if not _NAME.match(name))
    for scenario in document["scenarios"]:
        attempts = [attempt["name"] for attempt in scenario["attempts"]]
        yield from _twice(f"attempt of {scenario['name']}", attempts)
        yield from (f"{shortened(name)} is no name of an attempt" for name in attempts if not name.isidentifier())
    yield from _cells(document)


def _found_in_check(document: CheckDocument) -> Iterator[str]:
    if document["schema"] != CHECK_SCHEMA:
        yield f"it is of schema {document['schema']}, and this lab reads schema {CHECK_SCHEMA}"
    yield from _moment(document["recorded_at"])
    targets = [target["name"] for target in document["targets"]]
    revisions = [revision["revision"] for revision in document["revisions"]]
    yield from _twice("target", targets)
    yield from _twice("revision", revisions)
    for number, cell in enumerate(document["cells"]):
        at = f"cells[{number}]"
        if cell["target"] not in targets:
            yield f"{at} is of a target that is not listed, {shortened(cell['target'])}"
        if cell["revision"] not in revisions:
            yield f"{at} is of a revision that is not listed, {shortened(cell['revision'])}"
        for rows in (cell["rows_before"], cell["rows_after"]):
            yield from (f"{at}: {said}" for said in _unfit_rows(rows or {}))
    for number, finding in enumerate(document["findings"]):
        for name in finding["engines"] or ():
            if name not in targets:
                yield f"findings[{number}] is of a target that is not listed, {shortened(name)}"


def _moment(text: str) -> Iterator[str]:
    if not is_moment(text):
        yield f"recorded_at is {shortened(text)}, and no moment with its offset from UTC"


def _targets(document: Document) -> Iterator[str]:
    yield from _twice("target", [target["name"] for target in document["targets"]])
    for target in document["targets"]:
        name, engine = target["name"], target["engine"]
        if not engine.strip() or not (name == engine or name.startswith(f"{engine} ")):
            yield f"the target {shortened(name)} is not called like its engine, {shortened(engine)}"


def _cells(document: Document) -> Iterator[str]:
    engines = {target["name"]: target["engine"] for target in document["targets"]}
    attempts = {(one["name"], attempt["name"]) for one in document["scenarios"] for attempt in one["attempts"]}
    yield from _twice("cell", [(cell["scenario"], cell["attempt"], cell["target"]) for cell in document["cells"]])
    seen: set[int] = set()
    for number, cell in enumerate(document["cells"]):
        at = f"cells[{number}]"
        if cell["target"] not in engines:
            yield f"{at} is of a target that is not listed, {shortened(cell['target'])}"
        elif cell["engine"] != engines[cell["target"]]:
            yield f"{at} is of the target {cell['target']}, and of another engine, {shortened(cell['engine'])}"
        if (cell["scenario"], cell["attempt"]) not in attempts:
            yield f"{at} is of an attempt that is not listed, {shortened(cell['attempt'])}"
        yield from (f"{at}: {said}" for said in _evidence(cell, seen))


def _evidence(cell: Cell, seen: set[int]) -> Iterator[str]:
    """Tell what does not fit in what was observed; ``seen`` are parts that cells share, which are looked at once."""
    schemas = cell["schema_before"], cell["schema_after"], cell["schema_goal"]
    both = cell["rows_before"], cell["rows_after"]
    if cell["outcome"] != "not run" and None in (*schemas, *both):
        yield "it was run, and a schema or rows are missing"
    for rows in both:
        if rows is not None and id(rows) not in seen:
            seen.add(id(rows))
            yield from _unfit_rows(rows)
    if id(cell["survival"]) not in seen:
        seen.add(id(cell["survival"]))
        for survival in cell["survival"]:
            yield from (f"what became of {shortened(survival['table'])} {said}" for said in _survival(survival))


def _unfit_rows(rows: Rows) -> Iterator[str]:
    for name, table in rows.items():
        yield from (f"the rows of {shortened(name)} {said}" for said in _rows(table))


def _rows(table: TableRows) -> Iterator[str]:
    width = len(table["columns"])
    if len(set(table["columns"])) < width or not set(table["key"]) <= set(table["columns"]):
        yield "have a column twice, or a key that is none of their columns"
    if table["count"] < len(table["rows"]):
        yield f"are {len(table['rows'])}, and counted as {table['count']}"
    if any(len(row) != width for row in table["rows"]):
        yield f"have not all {width} values"
    if not all(map(_is_value, chain.from_iterable(table["rows"]))):
        yield "hold a value of two types"


def _survival(survival: Survival) -> Iterator[str]:
    if min(survival["before"], survival["after"], survival["lost"], survival["changed"]) < 0:
        yield "has a negative count"
    for change in survival["changes"]:
        if not all(map(_is_value, (*change["key"], change["before"], change["after"]))):
            yield "holds a value of two types"


def _is_value(value: Value) -> bool:
    return not isinstance(value, dict) or len(value) == 1


def _twice(what: str, names: Sequence[Hashable]) -> Iterator[str]:
    if len(set(names)) < len(names):
        [(name, _)] = Counter(names).most_common(1)
        yield f"the {what} {shortened(name)} is there twice"


def shortened(value: object) -> str:
    """Return what Python writes a value as, cut where it is long."""
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
