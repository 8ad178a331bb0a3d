"""What the cell of each step says, and that it says no less than the findings do."""

from __future__ import annotations

from typing import Any

import pytest
from sample_check import finding

from lab_app.check.answers import Answer, Failure, Place, Sent
from lab_app.check.cells import cells
from lab_app.check.evidence import LaneRecord, Passage, Revision, Walked
from lab_app.document.outcomes import Outcome
from lab_app.evidence.rows import TableData
from lab_app.evidence.state import State

pytestmark = pytest.mark.fast

CHANGE = Sent("ALTER TABLE student", Place("f", 1, revision=True), True, 1, None, 1.0)
DONE = Answer(None, statements=(CHANGE,))


def state(rows: int, *, noted: bool) -> State:
    """A database with so many students."""
    data = TableData({"id": "INTEGER"}, ["id"], [(number,) for number in range(rows)], rows)
    return State({}, {"student": data}, ["0002"] if noted else [])


def failed(message: str = "no", *, changes: bool = False) -> Answer:
    """A step that fails, before or after it has changed something."""
    return Answer(Failure("DataError", None, message, "", None), statements=(CHANGE,) if changes else ())


def whole(**more: Any) -> Passage:
    """Up, down and up again, all of which passed, but for what is named."""
    known = {
        "before": state(5, noted=False), "first": DONE, "up": DONE, "after": state(5, noted=True),
        "down": DONE, "back": state(5, noted=False), "up_again": DONE, "after_again": state(5, noted=True),
    }  # fmt: skip
    return Passage(**{**known, **more})


def said(passage: Passage, *findings: Any) -> dict[str, Outcome]:
    """The word of each step."""
    walked = Walked(
        lanes=[LaneRecord("sqlite", "sqlite", "SQLite", transactional_ddl=False)],
        revisions=[Revision("0002", (), (), "", "f")],
        passages={"0002": {"sqlite": passage}},
    )
    return {cell["direction"]: cell["outcome"] for cell in cells(walked, findings)}


@pytest.mark.parametrize(
    ("code", "step", "word"),
    [
        ("rows-lost", "up", "rows lost"),
        ("rows-changed", "up", "rows changed"),
        ("value-invented", "up", "rows changed"),
        ("nothing-happened", "up", "ignored"),
        ("error-swallowed", "up", "ignored"),
        ("version-did-not-move", "up", "ignored"),
        ("no-new-row", "up", "drifted"),
        ("downgrade-differs", "down", "drifted"),
        ("downgrade-loses", "down", "rows changed"),
        ("upgrade-again-differs", "up again", "drifted"),
    ],
)
def test_an_error_of_a_step_that_passed_is_its_word(code: str, step: str, word: Outcome) -> None:
    """The other steps are done; so is this one on an engine of which nothing was found, and for a warning."""
    done = {"up": "done", "down": "done", "up again": "done"}
    assert said(whole(), finding(code, "0002", "sqlite")) == {**done, step: word}
    assert said(whole(), finding(code, "0002", "mysql")) == done
    assert said(whole(), finding(code, "0001", "sqlite")) == done
    assert said(whole(), finding(code, "0002", "sqlite", severity="warning")) == done


def test_the_worst_of_two_errors_is_told() -> None:
    """Rows that are lost before those that are changed; rows that a downgrade deletes are lost."""
    found = [finding(code, "0002", "sqlite") for code in ("nothing-happened", "rows-lost", "value-invented")]
    assert said(whole(), *found)["up"] == "rows lost"
    assert said(whole(back=state(3, noted=False)), finding("downgrade-loses", "0002", "sqlite"))["down"] == "rows lost"


@pytest.mark.parametrize(
    ("passage", "word"),
    [
        (Passage(first=failed()), "refused"),
        (Passage(first=failed(changes=True)), "rolled back"),
        (Passage(first=failed(changes=True), stayed=["+ table x"]), "half-applied"),
        (Passage(first=failed('extension "postgis" is not available')), "not run"),
    ],
)
def test_a_step_that_failed_says_what_it_left(passage: Passage, word: Outcome) -> None:
    """An extension that the server lacks is nobody's fault: nothing was run."""
    assert said(passage) == {"up": word}
    assert said(passage, finding("refused", "0002", "sqlite")) == {"up": word}


def test_each_step_that_failed_has_its_own_word() -> None:
    """A downgrade, and the upgrade after it."""
    assert said(whole(down=failed(), back=None, up_again=None)) == {"up": "done", "down": "refused"}
    assert said(whole(up_again=failed(changes=True), after_again=None))["up again"] == "rolled back"
