"""What the students page says of an answer: the finding for a heading, the revisions, and why it is so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lab_app.study.protocol import Act, Answer, ColumnPair, Deed
from lab_app.text import printable

_FAILED: dict[Deed, str] = {
    "upgrade": "The upgrade failed",
    "downgrade": "The downgrade failed",
    "add": "The student was not added",
}


@dataclass(frozen=True)
class Step:
    """One place on the way of revisions. ``state`` is also the word that stands beside it."""

    revision: str
    message: str
    state: Literal["applied", "now", "not yet"]


@dataclass(frozen=True)
class View:
    """An answer of the app on an engine, as a page shows it."""

    title: str
    answer: Answer

    @property
    def works(self) -> bool:
        """Whether the app's own query was answered."""
        return self.answer["query"]["error"] is None

    @property
    def heading(self) -> str:
        """The finding as a sentence."""
        error = self.answer["query"]["error"]
        if error:
            return f"The app fails: {first_line(error['message'])}"
        return f"The app answers: {students(len(self.answer['query']['rows']))}"

    @property
    def steps(self) -> list[Step]:
        """Base and each revision, in the order in which they are applied."""
        names = ["base", *(each["revision"] for each in self.answer["revisions"])]
        messages = ["no table", *(each["message"] for each in self.answer["revisions"])]
        here = names.index(self.answer["revision"] or "base")
        return [
            Step(name, message, "now" if place == here else "applied" if place < here else "not yet")
            for place, (name, message) in enumerate(zip(names, messages, strict=True))
        ]

    @property
    def above(self) -> Step | None:
        """Where an upgrade goes; None at the top."""
        return next((step for step in self.steps if step.state == "not yet"), None)

    @property
    def below(self) -> Step | None:
        """Where a downgrade goes; None at base."""
        return ([None, *(step for step in self.steps if step.state == "applied")])[-1]

    @property
    def missing(self) -> list[ColumnPair]:
        """The columns that the model names and the table has not."""
        return [column for column in self.answer["columns"] if column["model"] and not column["table"]]

    @property
    def why(self) -> str:
        """Why it is as it is, in two sentences."""
        rows = self.answer["rows"]
        if rows is None:
            return (
                "At base there is no student table: the downgrade dropped it, and every row went with it. "
                "The upgrade makes the table anew and empty; only starting over brings the rows back."
            )
        empty = "The table is empty: its rows went when a downgrade dropped it, and no upgrade brings them back."
        if self.missing:
            safe = f"The table's rows are safe ({students(rows)}), and the upgrade adds the column."
            there = "" if rows else empty
            return (
                f"The model in the code has {self._missing_names}, the table on {self.title} does not, "
                f"and every query of the page names it. {there or safe}"
            )
        if not self.works:
            return "The model and the table have the same columns. The query fails for another reason."
        if rows == 0:
            return f"The model and the table have the same columns again. {empty}"
        return (
            "The model and the table have the same columns, so the query is answered. "
            "The age is NULL wherever nobody has told one."
        )

    @property
    def outcome(self) -> str:
        """What came of the last button, in one line; empty when none was pressed."""
        act = self.answer["last"]
        if act is None:
            return ""
        if act["error"]:
            return f"{_FAILED[act['do']]}: {first_line(act['error']['message'])}"
        return "The student was added." if act["do"] == "add" else self._migrated(act)

    def _migrated(self, act: Act) -> str:
        """Tell where the database went, and what became of its rows."""
        went = f"{'Upgraded' if act['do'] == 'upgrade' else 'Downgraded'} to {self.answer['revision'] or 'base'}."
        before, after = act["rows_before"], self.answer["rows"]
        if before is None:
            return f"{went} The table is new and empty."
        if after is None:
            return f"{went} The table is gone, and {students(before)} with it."
        without = f", without {self._missing_names}" if self.missing else ""
        if before == after:
            return f"{went} Every row is still there: {students(after)}{without}."
        return f"{went} The table had {students(before)} and has {students(after)} now{without}."

    @property
    def _missing_names(self) -> str:
        return " and ".join(column["name"] for column in self.missing)


def students(count: int) -> str:
    """Write so many students: no students, 1 student, 4 students."""
    return "1 student" if count == 1 else f"{count or 'no'} students"


def first_line(message: str) -> str:
    """Return the first line of what an engine said."""
    return printable(message).strip().partition("\n")[0] or "it said nothing"
