"""Predict: a question that gives nothing away, and every answer as it was recorded."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pages import client_of, found, only, words
from sample_document import document

from lab_app.document import keep
from lab_app.document.decode import document_of
from lab_app.document.matrix import Matrix, matrix
from lab_app.document.outcomes import SIGNS
from lab_app.document.types import Document
from lab_app.report.prediction import ASKED_OF_ALL, CHOICES, Prediction, prediction, tempting
from lab_app.report.scenario_view import ScenarioView, scenario_views
from lab_app.scenario import catalogue
from lab_app.scenario.declare import LONGEST_QUESTION

#: The outcome words, and other forms of them that would say as much.
GIVEN_AWAY = re.compile(r"\b(done|ignor|drift|refus|roll|half|los[est]|lost|fails? on|error)", re.IGNORECASE)
STORY = "/scenario/batch_parent_cascade_deletes_children"


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The pages of a machine that has run nothing yet."""
    return client_of(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def record() -> Document:
    """The record of the repository."""
    kept = keep.recorded()
    assert kept
    return kept


def told(shown: Document) -> list[tuple[ScenarioView, Matrix]]:
    """Every story of a document, and the matrix that it is of."""
    view = matrix(shown)
    return [(story, view) for story in scenario_views(view)]


def guessed(story: ScenarioView, view: Matrix) -> Prediction:
    """What there is to guess in a story; there must be something."""
    guess = prediction(story, view.targets)
    assert guess, story.scenario["name"]
    return guess


def answers(page: str) -> list[tuple[str, list[str], str]]:
    """Each engine of a page: its name, the choices that are marked as right, and what is said of it."""
    rows = re.findall(r"<fieldset>(.*?)</fieldset>", page, re.DOTALL)
    return [
        (
            words(found(r"<legend>(.*?)</legend>", row)[0]),
            found(r'<label class="[a-z-]+ is"><input type="radio" name="guess-[a-z0-9-]+" value="([a-z-]+)">', row),
            words(found(r'<p class="say">(.*?)</p>', row)[0]),
        )
        for row in rows
    ]


@pytest.fixture(scope="module")
def asked() -> dict[str, str]:
    """The question of each file."""
    return {name: catalogue.load(path).question for name, path in catalogue.files().items()}


def test_each_scenario_asks_a_question_that_gives_nothing_away(asked: dict[str, str]) -> None:
    """Short, with a question mark, unlike any other, and without a word that is the answer."""
    assert len(asked) > 90
    for name, question in asked.items():
        assert question.endswith("?"), name
        assert len(question) <= LONGEST_QUESTION, name
        assert not GIVEN_AWAY.search(question), (name, question)
    assert len({question.casefold() for question in asked.values()}) == len(asked)


def test_the_record_asks_what_the_files_ask(record: Document, asked: dict[str, str]) -> None:
    """A page shows the record, so its questions are those of today's files."""
    assert {scenario["name"]: scenario.get("question") for scenario in record["scenarios"]} == asked


def test_a_document_without_questions_is_read_and_asks_the_same_of_all(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Documents of before questions have none: they are read as ever, and their pages ask what each engine does."""
    older = document(mariadb=True)
    assert all("question" not in scenario for scenario in older["scenarios"])
    only(older, monkeypatch, tmp_path)
    for scenario in older["scenarios"]:
        assert ASKED_OF_ALL in words(client.get(f"/scenario/{scenario['name']}").text)


def test_a_question_must_be_a_text() -> None:
    """What is no text is not let in."""
    text = '{"schema": 2, "kind": "run", "recorded_at": "2026-11-22T17:32:05+00:00", "versions": {}, "ms": 1, "targets": [], "scenarios": [{"name": "a", "title": "t", "level": "beginner", "story": "", "lesson": [], "hints": [], "reference": "", "attempts": [], "question": %s}], "cells": []}'  # noqa: E501
    assert document_of((text % '"Why?"').encode())["scenarios"][0]["question"] == "Why?"
    with pytest.raises(ValueError, match="question"):
        document_of((text % "5").encode())


def test_the_choices_are_the_words_that_an_engine_can_come_to() -> None:
    """Eight of the nine words: nobody guesses that something was not run."""
    assert {*CHOICES, "not run"} == set(SIGNS)
    assert len(CHOICES) == len(SIGNS) - 1


def test_the_attempt_is_the_first_that_is_not_the_better_way(record: Document) -> None:
    """What a person would try is predicted, and some of it differs between engines."""
    rows = [tempting(story) for story, _ in told(record)]
    assert not any(row.attempt["better"] for row in rows)
    assert all(row.attempt is row.scenario["attempts"][0] or row.scenario["attempts"][0]["better"] for row in rows)
    assert sum(row.differs for row in rows) > len(rows) / 2


def test_every_answer_is_the_recorded_word_with_its_reason(client: FlaskClient, record: Document) -> None:
    """On every page each engine that ran has its word marked, once, and its reason; the others have no row."""
    for story, view in told(record):
        guess = guessed(story, view)
        cells = {cell["target"]: cell for cell in tempting(story).ran}
        shown = answers(client.get(f"/scenario/{story.scenario['name']}").text)
        assert len(shown) == len(cells) == len(guess.answers)
        for (title, right, said), cell in zip(shown, cells.values(), strict=True):
            assert title in ("SQLite", "PostgreSQL", "MySQL", "MariaDB")
            assert right == [cell["outcome"].replace(" ", "-")]
            assert said == words(f"right it was: {cell['outcome']} it was: {cell['outcome']} {cell['reason']}")


def test_an_engine_that_did_not_run_is_told_and_not_asked(client: FlaskClient) -> None:
    """A database that is no file has no row to guess, and the page says why."""
    page = client.get("/scenario/delete_sqlite_file").text
    assert [title for title, _, _ in answers(page)] == ["SQLite"]
    assert "Not run: MySQL: the database is not a file here" in words(page)


def test_what_was_run_nowhere_is_not_predicted(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without any result there is no way in, and the presentation says so in a line."""
    empty = document(mariadb=True)
    for cell in empty["cells"]:
        cell["outcome"], cell["statements"] = "not run", []
    only(empty, monkeypatch, tmp_path)
    assert "#predict" not in client.get("/scenario/add_age").text
    answer = client.get("/scenario/add_age?present=1")
    assert answer.status_code == 400
    assert "There is nothing to guess in add_age" in words(answer.text)


def test_a_revision_that_alembic_wrote_is_not_shown_before(record: Document) -> None:
    """What flask db migrate overlooked is missing in its file, which would be the answer; a person's file is shown."""
    by_name = {story.scenario["name"]: guessed(story, view) for story, view in told(record)}
    assert by_name["autogenerate_blind_spots"].migration is None
    assert by_name["autogenerate_blind_spots"].typed[0].startswith("flask db migrate")
    assert "batch_alter_table" in (by_name["batch_leftover_tmp_table"].migration or "")
    assert by_name["batch_leftover_tmp_table"].wanted == ("~ student.course nullable yes → no",)
    assert all(guess.typed or guess.migration for guess in by_name.values())


def test_the_rows_are_shown_whatever_became_of_them(record: Document) -> None:
    """The tables to begin with are all that there were: those that changed alone would say too much."""
    for story, view in told(record):
        [cell, *_] = tempting(story).ran
        assert [table.table for table in guessed(story, view).tables] == list(cell["rows_before"] or {})


def test_nothing_of_it_is_sent(client: FlaskClient) -> None:
    """The guesses stand in no form, so that no key and no button sends them; the page's one form runs the scenario."""
    page = client.get(STORY).text
    for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
        assert "guess-" not in form
        assert 'name="scenario"' in form


def test_a_question_is_text_and_nothing_else(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Markup in somebody's question stays text, on the page and on every step."""
    hostile = document(mariadb=True)
    for scenario in hostile["scenarios"]:
        scenario["question"] = "<img src=x onerror=alert(1)>\"'?"
    only(hostile, monkeypatch, tmp_path)
    for place in ("", *(f"?present=1&step={step}" for step in range(1, 8))):
        page = client.get(f"/scenario/add_age{place}").text
        assert "<img" not in page
        assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_the_evidence_is_there_for_who_looks_something_up(client: FlaskClient) -> None:
    """The page holds finding and evidence as ever, outside of the guessing, and a link out of it leads there."""
    page = client.get(STORY).text
    guessing = page[page.index('<section class="predict"') : page.index('id="the-evidence"')]
    assert 'id="cascade-sqlite"' not in guessing
    assert 'id="cascade-sqlite"' in page
    assert 'href="#the-evidence"' in guessing
    assert "SQLite loses rows" not in words(guessing)


def steps(client: FlaskClient, place: str) -> list[str]:
    """The pages of a presentation, from link to link."""
    pages = []
    while place:
        answer = client.get(place)
        assert answer.status_code == 200, place
        pages.append(answer.text)
        place = next(iter(found(r'<a rel="next"[^>]* href="([^"]+)"', answer.text)), "")
        assert len(pages) < 20
    return pages


def test_the_presentation_goes_step_by_step(client: FlaskClient) -> None:
    """Question, words, one engine more on each page, and at last the title and why; nothing is on a page too early."""
    pages = steps(client, f"{STORY}?present=1&show=risk")
    assert len(pages) == 7
    shown = [found(r'<li class="([a-z-]+)"[^>]*><h2>', page) for page in pages]
    assert shown[0] == []
    assert shown[1] == ["open"] * 4
    assert shown[2] == ["rows-lost", "open", "open", "open"]
    assert shown[4] == ["rows-lost", "done", "done", "open"]
    assert shown[5] == shown[6] == ["rows-lost", "done", "done", "done"]
    for page in pages[:-1]:
        assert "Batch mode on a parent deletes its children" not in words(page)
    for page in pages[:2]:
        assert "CASCADE follows" not in words(page)
    assert "Batch mode on a parent deletes its children" in words(pages[-1])
    assert f'href="{STORY}?show=risk#the-evidence"' in pages[-1]


def test_every_scenario_can_be_presented(client: FlaskClient, record: Document) -> None:
    """Each has its question as the main heading, and a step for each engine that ran."""
    for story, view in told(record):
        guess = guessed(story, view)
        place = f"/scenario/{story.scenario['name']}?present=1"
        page = client.get(place).text
        assert [words(each) for each in found(r"<h1>(.*?)</h1>", page)] == [words(guess.question)]
        last = len(guess.answers) + 3
        assert client.get(f"{place}&step={last}").status_code == 200
        assert client.get(f"{place}&step={last + 1}").status_code == 400


@pytest.mark.parametrize("step", ["0", "8", "-1", "two", "²", "9" * 5000])
def test_a_step_that_there_is_not_is_one_line(client: FlaskClient, step: str) -> None:
    """The page says which steps there are."""
    answer = client.get(STORY, query_string={"present": "1", "step": step})
    assert answer.status_code == 400
    assert "is no step of this page. Type a number from 1 to 7." in words(answer.text)


def test_another_word_than_1_is_no_presentation(client: FlaskClient) -> None:
    """present=yes is answered with what to type; an empty one is no wish."""
    answer = client.get(f"{STORY}?present=yes")
    assert answer.status_code == 400
    assert "present='yes' is no choice. Type present=1." in words(answer.text)
    assert "SQLite loses rows" in words(client.get(f"{STORY}?present=").text)
