"""The head against the models, and the way down to base and up again in one go."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lab_app.check.evidence import Ends, LaneRecord, Walked
from lab_app.check.findings.causes import waits_for_itself
from lab_app.check.findings.downgrades import not_undone
from lab_app.check.findings.found import Found
from lab_app.check.findings.lines import in_words
from lab_app.evidence.diff import schema_diff
from lab_app.evidence.types import Schema

_SHOWN = 3


def ends(walked: Walked) -> Iterator[Found]:
    """Find where the head is not what the models say, and what is wrong with the whole way."""
    troubled = {
        (lane, kind)
        for passages in walked.passages.values()
        for lane, passage in passages.items()
        for kind, trouble in (("down", passage.down), ("again", passage.up_again), ("first", passage.first))
        if trouble and trouble.failure and (kind != "first" or waits_for_itself(trouble.failure))
    } | {
        (lane, "down")
        for passages in walked.passages.values()
        for lane, passage in passages.items()
        if not_undone(passage)
    }
    for lane in walked.lanes:
        found = walked.ends.get(lane.name)
        if found:
            yield from _models(lane, found)
            yield from _way(lane, found, _at_base(walked, lane), {kind for name, kind in troubled if name == lane.name})


def _models(lane: LaneRecord, found: Ends) -> Iterator[Found]:
    """Compare the head with the models: by autogenerate, and with what create_all() makes."""
    lines: list[str] = []
    if found.compared and not found.compared.failure:
        lines += map(_of_autogenerate, found.compared.said.get("differences", []))
    elif found.compared and found.compared.failure:
        lines.append(f"the comparison fails: {found.compared.failure.line}")
    if found.made_state and found.head:
        different = schema_diff(*_comparable(found.made_state.schema, found.head.schema))
        said = [_of_create_all(line) for line in different]
        lines += [f"beside what create_all() makes, {line}" for line in said[:1]] + said[1:]
    if lines:
        more = f"; and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
        yield Found(
            "models-differ",
            "warning",
            (lane.name,),
            None,
            "The migrations do not lead to what the models say",
            says=(f"{lane.title}: {'; '.join(lines[:_SHOWN])}{more}.",),
            fix="Write a revision for it: flask db migrate, and by hand what autogenerate does not see.",
            scenario="autogenerate_blind_spots",
        )


def _comparable(made: Schema, head: Schema) -> tuple[Schema, Schema]:
    """Return two schemas without what is no difference, or one that the columns tell: the words of enums in order."""
    types = {name for name, table in made.items() if table["kind"] == "type" and name in head}
    return _in_order(made, types), _in_order(head, types)


def _in_order(schema: Schema, but: set[str]) -> Schema:
    found: Schema = {}
    for name, table in schema.items():
        if name not in but:
            columns = {key: {**column, "type": _sorted(column["type"])} for key, column in table["columns"].items()}
            found[name] = {**table, "columns": columns}  # type: ignore[typeddict-item]
    return found


def _sorted(type_: str) -> str:
    """Write an enum with its words in alphabetical order; another type is as it was."""
    words = re.findall(r"'(?:[^']|'')*'", type_)
    return f"ENUM({', '.join(sorted(words))})" if type_.startswith("ENUM(") else type_


def _of_create_all(line: str) -> str:
    """Write a difference from what create_all() makes in words; nothing has become anything there."""
    what, arrow, migrated = line.removeprefix("~ ").partition(" → ")
    return f"{what} is {migrated} in the migrations" if arrow else in_words(line)


def _of_autogenerate(line: str) -> str:
    """Write a difference of autogenerate's in words: ``modify_nullable student name True False``, ``add_table tag``."""
    if found := re.fullmatch(r"modify_nullable (?:\S+ )?(\S+) (\S+) (True|False) (True|False)", line):
        holds, says = ("may", "may not") if found[3] == "True" else ("may not", "may")
        return f"{found[1]}.{found[2]} {holds} be NULL, and {says} be in the models"
    if found := re.fullmatch(r"(add|remove)_(table|column|index|constraint)(?: \S+)* (\S+)", line):
        return f"the {found[2]} {found[3]} is {'in the models alone' if found[1] == 'add' else 'not in the models'}"
    return line


def _at_base(walked: Walked, lane: LaneRecord) -> set[str]:
    """Return what was there before the first revision: env.py made it."""
    for revision in walked.revisions[:1]:
        passage = walked.passages.get(revision.revision, {}).get(lane.name)
        if passage and passage.before:
            return set(passage.before.schema)
    return set()


def _way(lane: LaneRecord, found: Ends, before: set[str], troubled: set[str]) -> Iterator[Found]:
    if found.down and found.down.failure and "down" not in troubled:
        yield _failed("downgrade-refused", lane, "The downgrade to base in one go fails", found.down.failure.line)
    if found.base and "down" not in troubled:
        left = sorted(
            name for name, table in found.base.schema.items() if table["kind"] != "schema" and name not in before
        )
        if left:
            yield _failed("downgrade-differs", lane, "Something is left at base", f"{', '.join(left)} is still there")
    if found.up and found.up.failure and not troubled:
        yield _failed("upgrade-again-refused", lane, "The upgrade to head in one go fails", found.up.failure.line)


def _failed(code: str, lane: LaneRecord, title: str, said: str) -> Found:
    return Found(code, "error", (lane.name,), None, title, says=(f"{lane.title}: {said}.",))
