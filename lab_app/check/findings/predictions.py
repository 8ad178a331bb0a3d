"""What the source says will happen: told only where it was not run, or where nothing has come of it yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from lab_app.check.answers import Place
from lab_app.check.evidence import Revision, Walked
from lab_app.check.findings.causes import ID_LENGTH
from lab_app.check.findings.failures import engines_not_meant
from lab_app.check.findings.found import Found
from lab_app.check.findings.lines import NOT_RUN
from lab_app.check.findings.reading import Remark, remarks


def predictions(walked: Walked) -> Iterator[Found]:
    """Find lines that an engine will refuse which has not come that far, and models that will have changed.

    Of an engine that is not up, each kind is told once.
    """
    for revision in walked.revisions:
        for remark in remarks(revision.file):
            if remark.code == "live-model-imported":
                yield from _live_model(walked, revision, remark)
        if len(revision.revision) > ID_LENGTH:
            yield from _long_id(walked, revision)
    yield from _absent(walked)
    yield from _not_run(walked)


class _Ahead(NamedTuple):
    """A line that some lanes have not come to."""

    revision: Revision
    remark: Remark
    lanes: tuple[str, ...]


def _not_run(walked: Walked) -> Iterator[Found]:
    """Find what lies ahead of engines that were stopped, each kind once: where it first is, and how often."""
    kinds: dict[str, list[_Ahead]] = {}
    for each in _ahead(walked):
        kinds.setdefault(each.remark.code, []).append(each)
    for first, *others in kinds.values():
        lanes = tuple(dict.fromkeys(lane for each in (first, *others) for lane in each.lanes))
        says = f"{'These engines were' if lanes[1:] else 'This engine was'} stopped before this line"
        if others:
            revisions = len({each.revision.revision for each in (first, *others)})
            where = f"in {revisions} revisions" if revisions > 1 else "in this revision"
            says += f" and {len(others)} more of its kind, {where}"
        yield _found(first.revision, first.remark, lanes, f"{says}.")


def _ahead(walked: Walked) -> Iterator[_Ahead]:
    not_meant = engines_not_meant(walked)
    for revision in filter(lambda each: walked.judges(each.revision), walked.revisions):
        ran = walked.passages.get(revision.revision, {}).keys() | not_meant
        for remark in remarks(revision.file):
            lanes = tuple(lane.name for lane in walked.lanes if lane.engine in remark.engines and lane.name not in ran)
            if lanes and remark.step in ("upgrade", "downgrade") and remark.code != "live-model-imported":
                yield _Ahead(revision, remark, lanes)


def _absent(walked: Walked) -> Iterator[Found]:
    """Find what engines will refuse that are not up: of each kind the first line, and how many more there are."""
    kinds: dict[tuple[str, tuple[str, ...]], list[tuple[Revision, Remark]]] = {}
    for revision in walked.revisions:
        for remark in remarks(revision.file):
            lanes = tuple(lane.name for lane in walked.absent if lane.engine in remark.engines)
            if lanes and remark.step in ("upgrade", "downgrade") and remark.code != "live-model-imported":
                kinds.setdefault((remark.code, lanes), []).append((revision, remark))
    titles = {lane.name: lane.title for lane in walked.absent}
    for (_, lanes), lines in kinds.items():
        revision, remark = lines[0]
        more = f" So are {len(lines) - 1} more like it." if len(lines) > 2 else " So is 1 more." if lines[1:] else ""
        found = _found(revision, remark, lanes, "")
        yield replace(
            found, severity="note", says=tuple(f"{titles[name]}: {NOT_RUN}{more}" for name in lanes), about=remark.code
        )


def _live_model(walked: Walked, revision: Revision, remark: Remark) -> Iterator[Found]:
    """Find models in a revision that passed: where it failed, the failure tells it."""
    lanes = tuple(walked.passed(revision.revision))
    if lanes:
        yield _found(revision, remark, lanes, "It passes today.")


def _long_id(walked: Walked, revision: Revision) -> Iterator[Found]:
    """Find an id that no engine has refused: SQLite takes it, or it was not reached."""
    passages = walked.passages.get(revision.revision, {}).values()
    if not any(passage.first and passage.first.failure for passage in passages):
        yield Found(
            "revision-id-too-long",
            "error",
            (),
            revision.revision,
            f"The revision's id has {len(revision.revision)} characters, and the version table holds {ID_LENGTH}",
            why="SQLite does not hold a text to its column's length; the others do.",
            fix=f'revision = "{revision.revision[:ID_LENGTH].rstrip("_-")}"',
            file=revision.file,
            scenario="revision_id_over_32_chars",
        )


def _found(revision: Revision, remark: Remark, lanes: tuple[str, ...], says: str) -> Found:
    return Found(
        remark.code,
        "warning",
        lanes,
        revision.revision,
        remark.title,
        says=(says,),
        why=remark.why,
        fix=remark.fix,
        place=Place(revision.file, remark.line, revision=True),
        file=revision.file,
        scenario=remark.scenario,
    )
