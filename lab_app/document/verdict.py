"""From evidence to one of the outcome words: a pure function."""

from typing import NamedTuple

from lab_app.document.outcomes import WORST_FIRST, Outcome
from lab_app.document.types import Evidence
from lab_app.document.wording import unmet
from lab_app.evidence.bookkeeping import is_bookkeeping
from lab_app.evidence.changing import changed_something
from lab_app.evidence.diff import same_schema, schema_diff


class Verdict(NamedTuple):
    """An outcome, and the one line of evidence that decided it."""

    outcome: Outcome
    finding: str


def verdict(evidence: Evidence) -> Verdict:
    """Return the worst outcome that the evidence supports, with what was found in a few words."""
    supported = [*_data(evidence), _structure(evidence)]
    return min(supported, key=lambda found: WORST_FIRST.index(found.outcome))


def _data(evidence: Evidence) -> list[Verdict]:
    found = []
    for table in evidence["survival"]:
        if table["lost"]:
            found.append(
                Verdict("rows lost", f"{table['lost']} of {table['before']} rows of {table['table']} are gone")
            )
        if table["changed"]:
            told = (
                "values differ" if table["how"] == "digest" else f"{table['changed']} of {table['before']} rows differ"
            )
            found.append(Verdict("rows changed", f"{table['table']}: {told}"))
    return found


def _structure(evidence: Evidence) -> Verdict:
    before, after, goal = evidence["schema_before"], evidence["schema_after"], evidence["schema_goal"]
    unchanged = same_schema(before, after)
    if evidence["error"]:
        return _after_error(evidence, unchanged)
    nothing_happened = unchanged and evidence["rows_before"] == evidence["rows_after"]
    if same_schema(after, goal):
        return _as_declared(evidence, nothing_happened)
    if nothing_happened:
        return Verdict("ignored", "the schema is still the old one")
    return Verdict("drifted", f"not what the models say: {schema_diff(after, goal)[0]}")


def _as_declared(evidence: Evidence, nothing_happened: bool) -> Verdict:
    """Return what it comes to when the schema is what the models say: the rows must be what is declared, too.

    Where they are not, nothing that was there has suffered, so that *rows changed* is no word for it. It is *ignored*
    where nothing happened at all, as when an UPDATE finds no row; where something did, it is *drifted*: the database
    is not what was meant.
    """
    for table in evidence["survival"]:
        for wish in table.get("unmet", []):
            return Verdict("ignored" if nothing_happened else "drifted", unmet(table["table"], wish))
    return Verdict("done", "the schema is what the models say")


def _after_error(evidence: Evidence, unchanged: bool) -> Verdict:
    if not unchanged:
        stayed = schema_diff(evidence["schema_before"], evidence["schema_after"])[0]
        return Verdict("half-applied", f"part of it stayed: {stayed}")
    if evidence["rows_before"] != evidence["rows_after"]:
        return Verdict("half-applied", "part of it stayed: rows are not as they were")
    if evidence["revision_before"] != evidence["revision_after"]:
        return Verdict("half-applied", "part of it stayed: the revision moved")
    own = (statement for statement in evidence["statements"] if not is_bookkeeping(statement["sql"]))
    if any(changed_something(statement, evidence["schema_before"]) for statement in own):
        return Verdict("rolled back", "something had run, and nothing of it is left")
    return Verdict("refused", "nothing was changed")
