"""Which revisions findings are wanted of: those after one, or those whose files a branch has and another has not."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from lab_app.check.evidence import Revision
from lab_app.errors import LabError

_SECONDS = 30


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
