"""Histories that Alembic cannot read, or reads in another way than a person means: one finding each, with the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from checks import checked, refusal
from probes import lane, written

from lab_app.check.evidence import Walked
from lab_app.check.findings.found import Found
from lab_app.check.findings.history import history

VERSIONS = "migrations/versions"


def _revision(revision: object, parent: object, more: str = "") -> str:
    """A revision that does nothing; ``more`` are further lines of its head."""
    head = f"revision = {revision!r}\ndown_revision = {parent!r}\n{more}\n"
    return f"{head}\ndef upgrade():\n    pass\n\ndef downgrade():\n    pass\n"


def _found(folder: Path, files: dict[str, str | bytes]) -> list[Found]:
    """What is found in the history of a project with one revision, 0001, and these files beside it."""
    for name, text in files.items():
        path = folder / VERSIONS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with lane(folder) as found:
        answer = found.start()
    heads = [] if answer.failure else answer.said["heads"]
    return list(history(Walked(loaded={"sqlite": answer}, heads=heads)))


#: The files beside 0001, the code of the finding, its title, and the file and line that it names.
BROKEN: dict[str, tuple[dict[str, str | bytes], str, str, str]] = {
    "syntax": ({"2.py": "def x(:\n"}, "unreadable-revision", "A revision file cannot be read", "2.py:1"),
    "import": ({"2.py": "import nowhere\n"}, "unreadable-revision", "A revision file cannot be read", "2.py:1"),
    "raises": ({"2.py": "\nraise OSError\n"}, "unreadable-revision", "A revision file cannot be read", "2.py:2"),
    "exits": ({"2.py": "\n\nraise SystemExit(3)\n"}, "unreadable-revision", "A revision file cannot be read", "2.py:3"),
    "not UTF-8": ({"2.py": b'x = "\xfc"\n'}, "unreadable-revision", "A revision file cannot be read", "2.py:1"),
    "null bytes": ({"2.py": b"x = 1\0\n"}, "unreadable-revision", "A revision file cannot be read", "2.py:None"),
    "no revision": ({"help.py": "x = 1\n"}, "unreadable-revision", "A revision file cannot be read", "help.py:None"),
    "cycle": ({"2.py": _revision("0002", "0003"), "3.py": _revision("0003", "0002")},
              "unreadable-revision", "The history goes in a circle", "3.py:None"),
    "its own parent": ({"2.py": _revision("0002", "0002")},
                       "unreadable-revision", "The history goes in a circle", "2.py:None"),
    "missing parent": ({"2.py": _revision("0002", "abcd")},
                       "missing-parent", "The revision's parent abcd is not there", "2.py:None"),
    "missing parent of a merge": ({"2.py": _revision("0002", ("0001", "abcd"))},
                                  "missing-parent", "The revision's parent abcd is not there", "2.py:None"),
    "missing dependency": ({"2.py": _revision("0002", "0001", "depends_on = 'abcd'")},
                           "missing-parent", "The revision's parent abcd is not there", "2.py:None"),
    "two heads": ({"2.py": _revision("0002", "0001"), "3.py": _revision("0003", "0001")},
                  "several-heads", "The history has 2 heads", "None:None"),
    "one id twice": ({"2.py": _revision("0002", "0001"), "3.py": _revision("0002", "0001")},
                     "several-heads", "Two files have the id 0002, and Alembic takes one of them", "None:None"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_history_is_one_finding(case: str, tmp_path: Path) -> None:
    """It is an error, and the file to mend is named."""
    files, code, title, place = BROKEN[case]
    (found,) = _found(written(tmp_path), files)
    assert (found.code, found.severity) == (code, "error")
    assert found.title.startswith(title)
    file = found.place.file if found.place else found.file
    line = found.place.line if found.place else None
    assert f"{Path(file).name if file else None}:{line}" == place
    if case == "one id twice":
        assert found.says == ("They are 2.py and 3.py; the other one is never run.",)


def test_heads_of_branches_with_names_are_no_error(tmp_path: Path) -> None:
    """A plugin that brings revisions of its own has a head of its own, by intention."""
    plugin = _revision("p1", None, "branch_labels = ('shop',)\ndepends_on = '0001'")
    (found,) = _found(written(tmp_path), {"2.py": _revision("0002", "0001"), "p1.py": plugin})
    assert (found.code, found.severity, found.fix) == ("several-heads", "note", "flask db upgrade heads")


def test_two_heads_of_one_branch_are_an_error(tmp_path: Path) -> None:
    """A name that both heads have tells them from nothing."""
    files = {
        "p1.py": _revision("p1", "0001", "branch_labels = ('shop',)"),
        "p2.py": _revision("p2", "p1"),
        "p3.py": _revision("p3", "p1"),
    }
    (found,) = _found(written(tmp_path), dict(files))
    assert (found.code, found.severity) == ("several-heads", "error")


@pytest.mark.slow
def test_no_revision_is_nothing_to_check(alone: dict[str, str], tmp_path: Path) -> None:
    """An empty folder, or a wrong one, is no history without a fault."""
    folder = written(tmp_path)
    (folder / VERSIONS / "0001_change.py").unlink()
    assert refusal(checked(folder, environment=alone)) == (
        "There is no revision in migrations. Type flask db migrate, or -d and the migrations folder."
    )


def test_revisions_elsewhere_are_read_there(tmp_path: Path) -> None:
    """``version_locations`` names further folders, and a line in one of them is a revision's."""
    folder = written(tmp_path)
    ini = folder / "migrations" / "alembic.ini"
    own = "[alembic]\nversion_locations = migrations/versions plugins/shop/versions\npath_separator = space"
    ini.write_text(ini.read_text().replace("[alembic]", own))
    plugins = folder / "plugins" / "shop" / "versions"
    plugins.mkdir(parents=True)
    (plugins / "p1.py").write_text(_revision("p1", None, "depends_on = '0001'").replace("pass", "1 / 0", 1))
    with lane(folder) as found:
        assert found.start().failure is None
        found.do("up", revision="0001")
        answer = found.do("up", revision="p1")
    assert answer.failure is not None
    assert answer.failure.at is not None
    assert (Path(answer.failure.at.file), answer.failure.at.revision) == (plugins / "p1.py", True)


@pytest.mark.parametrize(
    "reads",
    [
        "open(__file__.replace('0002_change.py', 'data.txt')).read()",
        "open('migrations/versions/data.txt').read()",
        "__import__('importlib').import_module('migrations.helpers').name",
        "__import__('sys').path.append('migrations'); from helpers import name",
    ],
)
def test_a_revision_finds_what_lies_beside_it(reads: str, tmp_path: Path) -> None:
    """A file, or a module, beside the revisions is found as in the project's own folder."""
    files = {"migrations/versions/data.txt": "x", "migrations/helpers.py": "name = 'x'"}
    with lane(written(tmp_path, (reads, ""), files=files)) as found:
        assert found.start().failure is None
        found.do("up", revision="0001")
        assert found.do("up", revision="0002").failure is None
