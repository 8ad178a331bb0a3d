"""Engines against each other: the first revision at which an element of the schema parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from lab_app.check.evidence import Passage, Revision, Walked
from lab_app.check.findings.elements import Element, agree, elements, say
from lab_app.check.findings.found import Found
from lab_app.check.findings.lines import line_of, listed
from lab_app.check.findings.minority import blamed, groups
from lab_app.check.findings.statements import uses_batch
from lab_app.engines import BY_NAME
from lab_app.evidence.types import Schema

#: What is said of an element that parts the engines.
_TITLES = {
    "table": "The table {element} is not on all engines",
    "column": "The column {element} is not on all engines",
    "nullable": "Whether {element} may be NULL is not the same on all engines",
    "checks": "{table} has not as many CHECKs on all engines",
    "unique": "What is unique in {table}, {what}, is not the same on all engines",
    "index": "The index of {table} on {what} is not on all engines",
    "foreign key": "The foreign key of {table} on {what} is not the same on all engines",
}


def differing_schemas(walked: Walked) -> Iterator[Found]:
    """Find where one history leads to two schemas; a difference that lasts is told once."""
    told: set[object] = set()
    titles = {lane.name: lane.title for lane in walked.lanes}
    last: dict[str, Schema] = {}
    for revision in walked.revisions:
        schemas = {
            name: passage.after.schema for name, passage in walked.passed(revision.revision).items() if passage.after
        }
        states = {name: _elements(walked, name, schema) for name, schema in _since(last, schemas).items()}
        last = schemas
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


def parted_at_head(walked: Walked) -> list[Element]:
    """Return the elements that are not the same on all engines at the head: each was told where it first parted."""
    states = {
        name: _elements(walked, name, ends.head.schema)
        for name, ends in walked.ends.items()
        if ends.head and name not in walked.blocked
    }
    found = sorted({element for state in states.values() for element in state}) if len(states) > 1 else []
    return [
        element
        for element in found
        if _comparable(element, states)
        and len(groups({name: state.get(element) for name, state in states.items()}, _agree(element))) > 1
    ]


def _since(last: Mapping[str, Schema], now: dict[str, Schema]) -> dict[str, Schema]:
    """Return the tables that some lane has not had like that before: the others were compared then.

    Where other lanes are compared than before, that is all of them.
    """
    if last.keys() != now.keys():
        return now
    new = {
        name
        for lane, schema in now.items()
        for name in schema.keys() | last[lane].keys()
        if schema.get(name) is not last[lane].get(name)
    }
    return {lane: {name: schema[name] for name in schema if name in new} for lane, schema in now.items()}


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
    return Found(
        "engines-differ",
        "warning",
        tuple(lanes),
        revision.revision,
        _title(element),
        says=(_says(element, values, [[titles[lane] for lane in group] for group in found], found),),
        why=known.why,
        fix=known.fix,
        scenario=known.scenario,
        place=line_of(passage, element.table, element.what) if element.what else line_of(passage, element.table),
        file=revision.file,
        about=f"{element.kind} {element}",
    )


def _title(element: Element) -> str:
    return _TITLES.get(element.kind, "The {kind} of {element} is not the same on all engines").format(
        kind=element.kind, element=element, table=element.table, what=element.what
    )


def _says(element: Element, values: dict[str, Any], titles: list[list[str]], found: list[list[str]]) -> str:
    """Say what the element is on each group of engines."""
    parts = [
        f"{_value(element, values[group[0]])} on {listed(named)}" for group, named in zip(found, titles, strict=True)
    ]
    return f"It {'; '.join(parts)}."


def _value(element: Element, value: Any) -> str:
    if element.kind == "nullable":
        return "may be NULL" if value else "may not"
    if element.kind == "checks":
        return f"has {value or 'no'} CHECK{'' if value == 1 else 's'}"
    if value is None:
        return "is not there"
    return "is there" if value is True or value == "whole" else f"is {say(value)}"


class _Known(NamedTuple):
    """Why an element is lost, where that is known, and what to do."""

    why: str = ""
    fix: str = ""
    scenario: str | None = None


def _known(walked: Walked, element: Element, lanes: Sequence[str], passage: Passage) -> _Known:
    engines = [BY_NAME[lane.engine] for lane in walked.lanes if lane.name in lanes]
    statements = passage.up.statements if passage.up else ()
    modified = _modifies(passage)
    restating = all(engine.restates_columns for engine in engines)
    if element.kind in ("default", "nullable") and restating and modified:
        word = "existing_server_default" if element.kind == "default" else "existing_nullable"
        return _Known(
            "MODIFY writes the column anew, and what op.alter_column() is not told is lost.",
            f'op.alter_column("{element.table}", "{element.what}", …, {word}=…)',
            "mysql_alter_column_forgets_attributes",
        )
    copying = bool(engines) and not any(engine.alters_columns for engine in engines)
    if element.kind in ("checks", "unique", "index") and copying and uses_batch(statements):
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
