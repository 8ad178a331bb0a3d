"""Which revisions findings are wanted of: those after one, or those whose files a branch has and another has not."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from lab_app.check.evidence import NotTested, Revision, Walked
from lab_app.document.check import Finding
from lab_app.errors import LabError

_SECONDS = 30
#: What keeps the history from being read keeps the new revisions from being tried.
_OF_ALL = ("unreadable-revision", "missing-parent")


def since(revisions: Sequence[Revision], named: str) -> frozenset[str]:
    """Return the revisions that are neither the one that is named, by its id or how that begins, nor before it.

    Raises:
        LabError: there is no such revision, or there are several.
    """
    ids = [each.revision for each in revisions]
    found = [named] if named in ids else [each for each in ids if each.startswith(named)]
    if len(found) != 1:
        what = f"fits {len(found)} revisions" if found else "is no revision of this history"
        raise LabError(f"--since {named} {what}. Type one of: {', '.join(ids[-6:])}")
    return frozenset(ids) - with_ancestors(revisions, found)


def with_ancestors(revisions: Sequence[Revision], named: Iterable[str]) -> frozenset[str]:
    """Return revisions, and all that come before them."""
    parents = {each.revision: (*each.parents, *each.depends_on) for each in revisions}
    before, left = set[str](), list(named)
    while left:
        revision = left.pop()
        before.add(revision)
        left += [parent for parent in parents.get(revision, ()) if parent not in before]
    return frozenset(before)


def new_files(folder: Path, branch: str) -> frozenset[Path]:
    """Return the files that are new since the history parted from a branch, those that git does not know yet too.

    Raises:
        LabError: there is no git, no repository or no such branch.
    """
    root = Path(_git(folder, branch, "rev-parse", "--show-toplevel").strip())
    parted = _git(folder, branch, "merge-base", branch, "HEAD").strip()
    added = _git(folder, branch, "diff", "--name-only", "--no-renames", "--diff-filter=A", "-z", parted)
    unknown = _git(folder, branch, "ls-files", "--others", "--exclude-standard", "--full-name", "-z")
    return frozenset((root / name).resolve() for name in (added + unknown).split("\0") if name)


def in_files(revisions: Sequence[Revision], files: frozenset[Path]) -> frozenset[str]:
    """Return the revisions that are in one of the files."""
    return frozenset(each.revision for each in revisions if Path(each.file).resolve() in files)


def is_about_new(walked: Walked, finding: Finding) -> bool:
    """Tell whether the revisions that are judged are the cause of a finding, as far as can be told.

    One about the whole project is theirs when it names a line of theirs, a head that is one of them, or a table that
    they change.
    """
    judged = walked.judged
    if judged is None or finding["code"] in _OF_ALL:
        return True
    if finding["revision"] is not None:
        return finding["revision"] in judged
    if finding["file"] in {each.file for each in walked.revisions if each.revision in judged}:
        return True
    if finding["code"] == "several-heads":
        return bool(judged & set(walked.heads))
    return finding["code"] == "models-differ" and any(
        re.search(rf"\b{re.escape(table.rpartition('.')[2])}\b", finding["detail"]) for table in changed_tables(walked)
    )


def changed_tables(walked: Walked) -> set[str]:
    """Return the tables that are not the same before and after a revision that is judged."""
    return {
        table
        for revision, _, passage in walked.each()
        if walked.judged is not None and revision.revision in walked.judged and passage.before and passage.after
        for table in passage.before.schema.keys() | passage.after.schema.keys()
        if passage.before.schema.get(table) != passage.after.schema.get(table)
    }


def not_reached(walked: Walked) -> list[NotTested]:
    """Name the engines on which no revision that is judged was run, because an earlier one fails there."""
    found = []
    for lane in walked.lanes:
        at = walked.blocked.get(lane.name)
        reached = any(lane.name in walked.passages.get(revision, {}) for revision in walked.judged or ())
        if walked.judged and at and at not in walked.judged and not reached:
            why = f"none of the new revisions was run: {at}, which comes before them, fails"
            found.append(NotTested(lane.title, why))
    return found


def _git(folder: Path, branch: str, *words: str) -> str:
    command = ["git", "-C", str(folder), *words]
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=_SECONDS, check=True, env={**os.environ, "LC_ALL": "C"}
        )
    except FileNotFoundError:
        raise LabError("--git-base needs git, and it is not installed. Type --since and a revision.") from None
    except subprocess.TimeoutExpired:
        raise LabError(f"git did not answer within {_SECONDS} s. Type --since and a revision.") from None
    except subprocess.CalledProcessError as error:
        said = (os.fsdecode(error.stderr).strip().splitlines() or ["no common ancestor"])[0]
        raise LabError(
            f"--git-base {branch}: {said.removeprefix('fatal: ')}. Type a branch or commit that is here, such as "
            "origin/main; where only the last commit was fetched: git fetch --unshallow"
        ) from None
    return os.fsdecode(done.stdout)
