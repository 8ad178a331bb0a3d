"""A results file that is not what the lab wrote is left out with one line, and whatever is let in makes every page."""

from __future__ import annotations

import copy
import io
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import FLASK, REPOSITORY, lab
from flask.testing import FlaskClient
from pages import client_of, only, put, words
from sample_document import document

from lab_app.document import keep
from lab_app.document.decode import Wrong, document_of
from lab_app.document.file import LARGEST, dump, load, of_scenario
from lab_app.document.packed import record_text
from lab_app.errors import LabError
from lab_app.report.formats import FORMATS, render

#: Stands for no value at all.
GONE = object()
#: What a place may hold instead of what it should.
ODD = (GONE, None, True, -1, 10**300, 1.5, "", "\x1b[2J/../\u202e", [], {}, [None], {"a": None}, {"x": "y", "z": "y"})
#: A little of it for every page; the reports are made of all.
VISITED = ("", "\x1b[2J/../\u202e", [], -1)


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The pages, with a record of one scenario and no results of this machine's own."""
    only(of_scenario(document(), "batch_mode"), monkeypatch, tmp_path)
    return client_of(tmp_path, monkeypatch)


def one() -> Any:
    """A document of one scenario."""
    return of_scenario(document(), "add_age")


def places(node: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each thing in a document; of the things in a list, the first alone."""
    if at:
        yield at
    for key, value in node.items() if isinstance(node, dict) else enumerate(node[:1] if isinstance(node, list) else []):
        yield from places(value, (*at, key))


def spoilt(at: tuple[Any, ...], value: object) -> Any:
    """A document with another value in one place, or none."""
    whole = node = copy.deepcopy(one())
    for key in at[:-1]:
        node = node[key]
    if value is GONE:
        del node[at[-1]]
    else:
        node[at[-1]] = value
    return whole


@pytest.mark.slow
def test_whatever_a_place_holds_it_is_refused_or_makes_every_page(client: FlaskClient) -> None:
    """In each place of a document stands everything that JSON has: no report fails, no page is a 500."""
    keep.own_folder().mkdir()
    file = keep.own_folder() / "add_age.json"
    read = 0
    for at in places(one()):
        for value in ODD:
            text = json.dumps(spoilt(at, value))
            try:
                found = document_of(text.encode())
            except Wrong:
                continue
            read += 1
            for form in FORMATS:
                render(found, form, io.StringIO())
            assert document_of(record_text(found).encode())["schema"] == 2
            if value in VISITED:
                file.write_text(text, encoding="utf-8")
                statuses = [client.get(page).status_code for page in ("/", "/scenario/add_age", "/scenario/add_age.md")]
                assert max(statuses) < 500, (at, value, statuses)
    assert read > 50


def edited(change: Callable[[Any], object]) -> str:
    """A document after a change."""
    whole = copy.deepcopy(one())
    change(whole)
    return json.dumps(whole)


def in_a_text(what: str) -> str:
    """A document with something in a text that json.dumps would not write."""
    return json.dumps(one()).replace('"recorded_at": "', f'"recorded_at": "{what}')


WRONG = {
    "nothing": ("", "is not JSON. Type: flask lab run add_age"),
    "half of it": (json.dumps(one())[:5000], "is not JSON. Type: flask lab run add_age"),
    "bytes": ("\x00\x01", "is not JSON. Type: flask lab run add_age"),
    "another document": (
        '{"name": "x"}',
        "is no result document, and this lab reads schema 1 and 2. Type: flask lab run add_age",
    ),
    "a list": ("[1, 2]", "is no result document"),
    "a later schema": (edited(lambda d: d.update(schema=3)), "is a result document of schema 3, and this lab reads"),
    "a schema of 5,000 digits": (json.dumps(one()).replace('"schema": 2', '"schema": ' + "9" * 5000), "is no result"),
    "depth 100,000": ("[" * 100_000, "is no result document"),
    "depth in a part that nobody reads": (
        json.dumps(one())[:-1] + ', "x": ' + "[" * 100_000 + "]" * 100_000 + "}",
        "is JSON that is nested too deep",
    ),
    "5,000 digits": (json.dumps(one()).replace('"count": 3', '"count": ' + "9" * 5000), "parts missing or wrong ("),
    "NaN": (json.dumps(one()).replace('"ms": 0.0', '"ms": NaN', 1), "is not JSON"),
    "half a surrogate pair": (in_a_text(r"\ud800"), "is not JSON"),
    "no cells": (edited(lambda d: d.pop("cells")), "(there is no `cells`)"),
    "a text for a number": (edited(lambda d: d["cells"][0].update(ms="1")), "(expected `float`, got `str` at $.cells["),
    "no such outcome": (
        edited(lambda d: d["cells"][0].update(outcome="fine")),
        "(invalid enum value 'fine' at $.cells",
    ),
    "an unknown target": (edited(lambda d: d["cells"][0].update(target="oracle")), "not listed, 'oracle')"),
    "an unknown attempt": (edited(lambda d: d["cells"][0].update(attempt="magic")), "not listed, 'magic')"),
    "another engine": (edited(lambda d: d["cells"][0].update(engine="mysql")), "of another engine, 'mysql')"),
    "a cell twice": (edited(lambda d: d["cells"].append(d["cells"][0])), "is there twice)"),
    "a day without an offset": (edited(lambda d: d.update(recorded_at="2026-11-22")), "no moment with its offset"),
    "the first second of all": (edited(lambda d: d.update(recorded_at="0001-01-01T00:00+23:59")), "no moment with"),
    "a name that is a path": (edited(lambda d: d["scenarios"][0].update(name="../x")), "'../x' is no name of a"),
    "a row that is short": (
        edited(lambda d: next(iter(d["cells"][0]["rows_before"].values()))["rows"][0].pop()),
        "have not all",
    ),
    "a value of two types": (
        edited(
            lambda d: next(iter(d["cells"][0]["rows_before"].values()))["rows"][0].__setitem__(0, {"a": "", "b": ""})
        ),
        "hold a value of two types",
    ),
}


@pytest.mark.parametrize(("text", "line"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_file_is_left_out_with_one_line(client: FlaskClient, text: str, line: str) -> None:
    """The page says which file and why, and shows the others."""
    keep.own_folder().mkdir()
    (keep.own_folder() / "add_age.json").write_text(text, encoding="utf-8")
    page = client.get("/")

    assert page.status_code == 200
    assert "add_age.json is" in words(page.text)
    assert line in words(page.text)
    assert "batch_mode" in page.text
    with pytest.raises(LabError) as refusal:
        load(keep.own_folder() / "add_age.json")
    assert str(refusal.value).startswith("add_age.json is")
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 400


def test_more_than_was_asked_for_is_read(tmp_path: Path) -> None:
    """A key that this version does not know, and one that stands there twice, harm nobody: the later one counts."""
    text = json.dumps({**one(), "mood": {"good": [1, 2]}}).replace('"ms": ', '"ms": 7, "ms": ', 1)
    file = tmp_path / "add_age.json"
    file.write_text(text, encoding="utf-8")

    assert load(file) == one()


def pipe(path: Path) -> None:
    """A pipe that nobody writes to."""
    os.mkfifo(path)


def huge(path: Path) -> None:
    """A file of 200 MB."""
    path.touch()
    os.truncate(path, 200 << 20)


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (Path.mkdir, "add_age.json cannot be read (Is a directory). Type: flask lab run add_age"),
        (pipe, "add_age.json is no file. Type: flask lab run add_age"),
        (huge, f"add_age.json is larger than {LARGEST >> 20} MB, and no result document is. Type: flask lab run"),
    ],
    ids=["folder", "pipe", "200 MB"],
)
def test_what_is_no_file_is_not_waited_for(client: FlaskClient, make: Callable[[Path], None], line: str) -> None:
    """A folder, a pipe and a huge file among the results are left out at once."""
    keep.own_folder().mkdir()
    make(keep.own_folder() / "add_age.json")
    page = client.get("/")

    assert page.status_code == 200
    assert line in words(page.text)


def test_a_file_whose_name_is_no_text(client: FlaskClient) -> None:
    """A name that is no UTF-8, with a control character in it, is told as what can be printed."""
    keep.own_folder().mkdir()
    Path(os.fsdecode(bytes(keep.own_folder()) + b"/\xff\x1b[2J.json")).write_text("{", encoding="utf-8")
    page = client.get("/")

    assert page.status_code == 200
    assert r"\udcff\x1b[2J.json is not JSON" in words(page.text)


def test_the_survey_of_servers_is_read_at_the_same_door(client: FlaskClient, tmp_path: Path) -> None:
    """Whatever the file of the last look at the servers holds, its page is there."""
    folder = tmp_path / "home" / "results"
    folder.mkdir(parents=True)
    sound = {"schema": 2, "looked_at": "2026-11-22T17:32:00+00:00", "servers": [{"name": "sqlite"}]}
    for text in ("", "[" * 100_000, json.dumps(sound), json.dumps({**sound, "servers": 1}), '{"schema": ' + "9" * 5000):
        (folder / "servers.json").write_text(text, encoding="utf-8")
        assert client.get("/servers").status_code == 200


@pytest.mark.slow
def test_a_command_tells_each_wrong_file_in_a_line(alone: dict[str, str], tmp_path: Path) -> None:
    """`flask lab report` leaves out what is wrong, one line a file, and writes the rest."""
    folder = tmp_path / "latest.d"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / f"{name}.json").write_text("[" * 100_000, encoding="utf-8")
    os.mkfifo(folder / "three.json")
    result = lab("report", "--format", "markdown", environment={**alone, "LAB_RESULTS": str(tmp_path / "latest.json")})

    assert result.returncode == 0
    assert result.stdout.startswith("## Migration Lab")
    told = [line for line in result.stderr.splitlines() if ".json is " in line]
    assert [line.split()[0] for line in told] == ["one.json", "three.json", "two.json"]


@pytest.mark.slow
def test_results_may_come_through_a_pipe(alone: dict[str, str], tmp_path: Path) -> None:
    """`--results <(…)` waits for what is written to it; a pipe without a writer is told."""
    (tmp_path / "run.json").write_text(dump(one()), encoding="utf-8")
    os.mkfifo(tmp_path / "nobody")
    words = [*FLASK, "report", "--format", "markdown", "--results"]
    script = f"{' '.join(words)} <(sleep 1; cat {tmp_path}/run.json)"
    through = subprocess.run(["bash", "-c", script], env=alone, cwd=REPOSITORY, capture_output=True, text=True)
    nobody = lab("report", "--results", str(tmp_path / "nobody"), environment=alone)

    assert through.returncode == 0, through.stderr
    assert r"add\_age" in through.stdout
    assert (nobody.returncode, nobody.stderr) == (
        2,
        "nobody is not JSON: name a file that --format json wrote\n",
    )


def test_half_a_pair_is_written_so_that_it_is_read(client: FlaskClient, tmp_path: Path) -> None:
    """A lone surrogate in what a database said is spelt out in every file and page, and fails nowhere."""
    found = one()
    found["cells"][0]["reason"] = found["scenarios"][0]["title"] = found["cells"][0]["finding"] = "half \ud83d of it"
    keep.save(found, tmp_path / "out.json", whole=True)

    for file in (tmp_path / "out.json", keep.latest(), keep.own_folder() / "add_age.json"):
        assert load(file)["scenarios"][0]["title"] == r"half \ud83d of it"
    assert r"half \ud83d of it" in client.get("/").text
    for form in FORMATS:
        said = io.StringIO()
        render(found, form, said)
        said.getvalue().encode()


def test_a_title_can_do_nothing_to_what_shows_it(client: FlaskClient) -> None:
    """ESC and its kind in a title, a name or an error reach no terminal, no page, no Markdown and no XML."""
    found = json.loads(json.dumps(one()).replace("Add", "Add\\u001b[31m\\u0007\\u009b\\u202e"))
    assert "\x1b" in found["scenarios"][0]["title"]
    put(found)
    texts = [client.get(page).text for page in ("/", "/scenario/add_age", "/scenario/add_age.md", "/matrix.md")]
    for form in ("terminal", "markdown", "junit"):
        said = io.StringIO()
        render(found, form, said)  # type: ignore[arg-type]
        texts.append(said.getvalue())

    assert not [text for text in texts if {*text} & {"\x1b", "\x07", "\x9b", "\u202e"}]
