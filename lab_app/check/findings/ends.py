"""The head against the models, and the way down to base and up again in one go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lab_app.check.answers import Failure
from lab_app.check.evidence import Ends, LaneRecord, Walked
from lab_app.check.findings.causes import waits_for_itself
from lab_app.check.findings.differing_schemas import parted_at_head
from lab_app.check.findings.downgrades import not_undone
from lab_app.check.findings.elements import Element
from lab_app.check.findings.found import Found
from lab_app.check.findings.model_lines import as_said, told_once
from lab_app.check.judged import changed_tables
from lab_app.evidence.diff import schema_diff
from lab_app.evidence.types import Schema

_SHOWN = 3
_MIGRATE = "Write a revision for it: flask db migrate, and by hand what autogenerate does not see."
_IN_SCHEMAS = (
    "Say include_schemas=True in context.configure() of env.py: autogenerate looks at the default schema alone."
)
#: How kinds of elements are called in comparisons, where not by their own names.
_WORDS = {
    "unique": ("unique", "constraint", "index"),
    "index": ("index",),
    "foreign key": ("foreign key", "fk"),
    "checks": ("check",),
}


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
    new, parted = changed_tables(walked), parted_at_head(walked)
    for lane in walked.lanes:
        found = walked.ends.get(lane.name)
        if found:
            # What env.py makes is told by itself, too.
            made = {line.split()[2] for line in walked.env_left.get(lane.name, ()) if line.startswith("+ table ")}
            yield from _models(lane, found, new, [*parted, *(Element(name, "table", "") for name in made)])
            yield from _way(lane, found, _at_base(walked, lane), {kind for name, kind in troubled if name == lane.name})


def _models(lane: LaneRecord, found: Ends, new: set[str], parted: Iterable[Element]) -> Iterator[Found]:
    """Compare the head with the models: by autogenerate, and with what create_all() makes; ``new`` tables first.

    What has ``parted`` the engines is told by itself.
    """
    seen = found.compared.said.get("differences", []) if found.compared and not found.compared.failure else []
    made = (
        schema_diff(*_comparable(found.made_state.schema, found.head.schema)) if found.made_state and found.head else []
    )
    lines = [line for line in told_once(seen, made) if not any(_is_about(line, element) for element in parted)]
    lines.sort(key=lambda line: not any(_names(line, table) for table in new))
    said = [as_said(line) for line in lines]
    if found.compared and found.compared.failure:
        said.insert(0, f"the comparison fails: {found.compared.failure.line}")
    if said:
        more = f"; and {len(said) - _SHOWN} more" if len(said) > _SHOWN else ""
        yield Found(
            "models-differ",
            "warning",
            (lane.name,),
            None,
            "The migrations do not lead to what the models say",
            says=(f"{lane.title}: {'; '.join(said[:_SHOWN])}{more}.",),
            fix=_IN_SCHEMAS if _in_other_schemas(lines, found) else _MIGRATE,
            scenario="autogenerate_blind_spots",
        )


def _in_other_schemas(lines: list[str], found: Ends) -> bool:
    """Tell whether autogenerate would make tables anew that are there, in another schema than the default one."""
    made = [line.partition(" ")[2] for line in lines if line.startswith("add_table ")]
    there = found.head.schema if found.head else {}
    return any(name.endswith(f".{table}") for table in made for name in there)


def _is_about(line: str, element: Element) -> bool:
    """Tell whether a line of a comparison is about an element; of keys and indexes the table alone is looked at."""
    words = _WORDS.get(element.kind, (element.kind,))
    if not (_names(line, element.table) and any(word in line for word in words)):
        return False
    return element.kind not in ("column", "type", "nullable", "default") or _names(line, element.what)


def _names(line: str, name: str) -> bool:
    return bool(re.search(rf"\b{re.escape(name.rpartition('.')[2])}\b", line))


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


def _at_base(walked: Walked, lane: LaneRecord) -> set[str]:
    """Return what was there before the first revision: env.py made it."""
    for revision in walked.revisions[:1]:
        passage = walked.passages.get(revision.revision, {}).get(lane.name)
        if passage and passage.before:
            return set(passage.before.schema)
    return set()


def _way(lane: LaneRecord, found: Ends, before: set[str], troubled: set[str]) -> Iterator[Found]:
    if found.down and found.down.failure and "down" not in troubled:
        yield _failed("downgrade-refused", lane, "The downgrade to base in one go fails", found.down.failure)
    if found.base and "down" not in troubled:
        left = sorted(
            name for name, table in found.base.schema.items() if table["kind"] != "schema" and name not in before
        )
        if left:
            says = f"{lane.title}: {', '.join(left)} is still there."
            yield Found("downgrade-differs", "error", (lane.name,), None, "Something is left at base", says=(says,))
    if found.up and found.up.failure and not troubled:
        yield _failed("upgrade-again-refused", lane, "The upgrade to head in one go fails", found.up.failure)


def _failed(code: str, lane: LaneRecord, title: str, failure: Failure) -> Found:
    place = failure.at if failure.at and failure.at.revision else None
    says = f"{lane.title}: {failure.line.rstrip('.')}."
    return Found(code, "error", (lane.name,), None, title, says=(says,), place=place)
