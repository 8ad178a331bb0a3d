"""Engines against each other: the first revision at which an element of the schema parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from lab_app.check.evidence import Passage, Revision, Walked
from lab_app.check.findings.elements import Element, agree, elements, say
from lab_app.check.findings.found import Found
from lab_app.check.findings.lines import line_of
from lab_app.check.findings.minority import blamed, groups
from lab_app.check.findings.statements import uses_batch
from lab_app.evidence.types import Schema


def differing_schemas(walked: Walked) -> Iterator[Found]:
    """Find where one history leads to two schemas; a difference that lasts is told once."""
    told: set[object] = set()
    titles = {lane.name: lane.title for lane in walked.lanes}
    for revision in walked.revisions:
        states = {
            name: _elements(walked, name, passage.after.schema)
            for name, passage in walked.passed(revision.revision).items()
            if passage.after
        }
        if len(states) > 1:
            for element in sorted({element for state in states.values() for element in state}):
                values = {name: state.get(element) for name, state in states.items()}
                if not _comparable(element, states):
                    continue
                found = groups(values, _agree(element))
                sign = (element, tuple(sorted(tuple(sorted(group)) for group in found)))
                if len(found) > 1 and sign not in told:
                    told.add(sign)
                    yield _differ(walked, revision, element, values, found, titles)


def _agree(element: Element) -> Callable[[str, Any, str, Any], bool]:
    return lambda _one, value, _other, its: agree(element, value, its)


def _elements(walked: Walked, lane: str, schema: Schema) -> dict[Element, Any]:
    engine = next(each.engine for each in walked.lanes if each.name == lane)
    return elements(schema, integers_have_width=engine != "sqlite")


def _comparable(element: Element, states: dict[str, dict[Element, Any]]) -> bool:
    """Tell whether an element can be compared: what it belongs to is on every engine, or is told by itself."""
    table = Element(element.table, "table", "")
    if element.kind != "table" and not all(table in state for state in states.values()):
        return False
    if element.kind in ("type", "nullable", "default"):
        column = Element(element.table, "column", element.what)
        return all(column in state for state in states.values()) and (
            element.kind == "nullable" or all(element in state for state in states.values())
        )
    return True


def _differ(
    walked: Walked,
    revision: Revision,
    element: Element,
    values: dict[str, Any],
    found: list[list[str]],
    titles: dict[str, str],
) -> Found:
    lanes = _forgotten(walked, revision, element, values) or blamed(found, _unlike_models(walked, element, values))
    passage = walked.passed(revision.revision)[lanes[0]]
    known = _known(walked, element, lanes, passage)
    word = {"unique": _unique, "nullable": say}.get(element.kind, _there)
    said = "; ".join(f"{word(values[group[0]])} on {_and([titles[lane] for lane in group])}" for group in found)
    return Found(
        "engines-differ",
        "warning",
        tuple(lanes),
        revision.revision,
        _title(element),
        says=(f"It is {said}.",),
        why=known.why,
        fix=known.fix,
        scenario=known.scenario,
        place=line_of(passage, element.table, element.what) if element.what else line_of(passage, element.table),
        file=revision.file,
        about=f"{element.kind} {element}",
    )


def _title(element: Element) -> str:
    if element.kind == "nullable":
        return f"Whether {element} may be NULL is not the same on all engines"
    if element.kind == "unique":
        return f"Whether {element} is unique is not the same on all engines"
    return f"The {element.kind} of {element} is not the same on all engines"


def _unique(value: Any) -> str:
    return {None: "no", "whole": "yes"}.get(value, "for a part of the rows")


def _there(value: Any) -> str:
    return "there" if value is True else say(value)


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


class _Known(NamedTuple):
    """Why an element is lost, where that is known, and what to do."""

    why: str = ""
    fix: str = ""
    scenario: str | None = None


def _known(walked: Walked, element: Element, lanes: Sequence[str], passage: Passage) -> _Known:
    engines = {lane.engine for lane in walked.lanes if lane.name in lanes}
    statements = passage.up.statements if passage.up else ()
    modified = _modifies(passage)
    if element.kind in ("default", "nullable") and engines <= {"mysql", "mariadb"} and modified:
        word = "existing_server_default" if element.kind == "default" else "existing_nullable"
        return _Known(
            "MODIFY writes the column anew, and what op.alter_column() is not told is lost.",
            f'op.alter_column("{element.table}", "{element.what}", …, {word}=…)',
            "mysql_alter_column_forgets_attributes",
        )
    if element.kind in ("checks", "unique", "index") and engines == {"sqlite"} and uses_batch(statements):
        return _Known(
            "Batch mode copies what it can read of a table, and it does not read CHECKs.",
            f'op.batch_alter_table("{element.table}", table_args=[…]), with what has to stay.',
            "batch_drops_checks_uniques_indexes",
        )
    return _Known()


def _modifies(passage: Passage) -> bool:
    statements = passage.up.statements if passage.up else ()
    return any(re.search(r"\b(?:MODIFY|CHANGE)\b", sent.sql, re.IGNORECASE) for sent in statements)


def _forgotten(walked: Walked, revision: Revision, element: Element, values: dict[str, Any]) -> list[str]:
    """Return the lanes whose MODIFY changes what no other lane does, be they the most."""
    if element.kind not in ("default", "nullable"):
        return []
    passed = walked.passed(revision.revision)
    changed = [
        lane
        for lane, value in values.items()
        if (before := passed[lane].before)
        and not agree(element, _elements(walked, lane, before.schema).get(element), value)
    ]
    others = len(changed) < len(values)
    return changed if others and all(_modifies(passed[lane]) for lane in changed) else []


def _unlike_models(walked: Walked, element: Element, values: dict[str, Any]) -> list[str]:
    """Return the lanes on which the migrations end elsewhere than the models do, in this element."""
    unlike = []
    for lane, value in values.items():
        ends = walked.ends.get(lane)
        if ends and ends.made_state and ends.head:
            meant = _elements(walked, lane, ends.made_state.schema).get(element)
            if not agree(element, meant, value):
                unlike.append(lane)
    return unlike
