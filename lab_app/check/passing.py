"""One revision on one lane: up, one more row, down, up again; and what to try when a step fails."""

from __future__ import annotations

from lab_app.check.answers import Answer
from lab_app.check.cutting import cut
from lab_app.check.differences import differences, succeeded
from lab_app.check.evidence import Passage, Revision, moved
from lab_app.check.harmless import leaves_nothing
from lab_app.check.lane import Lane
from lab_app.check.new_rows import no_new_row
from lab_app.check.seeding.empty import empty_tables
from lab_app.check.seeding.seed import seed
from lab_app.check.worth_cutting import WorthCutting
from lab_app.evidence.state import State


class Passing:
    """The walk of one lane across one revision; ``before`` is what was read there last.

    ``passage`` is filled as far as the lane gets. ``state`` is what the lane holds at the end.
    """

    def __init__(self, lane: Lane, revision: Revision, before: State, cutting: WorthCutting) -> None:
        self.passage = Passage(before=before)
        self.state = before
        self._lane = lane
        self._revision = revision
        self._cutting = cutting
        self._kept = False

    def walk(self, *, only_up: bool = False) -> Passage:
        """Take every step that can be taken; a lane that cannot get past the revision is blocked there.

        ``only_up`` is for a revision that is not judged: whoever comes after it begins where it ends.
        """
        if not (self._lane.rolls_back and leaves_nothing(self._revision) and not self._cutting.everywhere):
            self._keep(self.state)
        first = self._up()
        self.passage.first = first
        if succeeded(first):
            self._passed(first, "wild")
        else:
            self._after_failure()
        if self.passage.after is None or not moved(self._revision.revision, self.passage.after):
            self._lane.blocked = self._revision.revision
            return self.passage
        if only_up:
            return self.passage
        self.passage.no_new_row = no_new_row(self._lane, self.passage.before, self.passage.after)
        self._down_and_up()
        cut(
            self._lane,
            self._revision.revision,
            self.passage,
            self._cutting.places(self._lane.name, self._revision, self.passage),
        )
        return self.passage

    def _keep(self, state: State) -> None:
        self._lane.keep(state)
        self._kept = True

    def _up(self) -> Answer:
        return self._lane.do("up", revision=self._revision.revision)

    def _passed(self, up: Answer, rows: str) -> None:
        self.passage.up = up
        self.passage.passed_with = rows  # type: ignore[assignment]
        self.state = self.passage.after = self._lane.read()

    def _after_failure(self) -> None:
        """See what stayed, type it again, try without rows, then with tidy ones; go on from the best that passed."""
        before = self.passage.before
        assert before is not None  # noqa: S101 - for the type checker
        self.passage.stayed = differences(before, self._lane.read())
        if not self._kept:
            self._keep(before)  # the engine has rolled everything back
        failure = self.passage.first.failure if self.passage.first else None
        if failure and failure.kind == "error":  # what has hung once would hang once more
            self.passage.again = self._up()
        self._lane.restore()
        without = self._emptied()
        self.passage.empty = empty = self._up()
        if not succeeded(empty):
            self._lane.restore()
            self.state = before
            return
        goal = self._lane.read()
        self._lane.restore()
        self._emptied()
        tidy = self._lane.read()
        seed([self._lane], {self._lane.name: tidy}, goal.schema, wild=False)
        self.passage.before = tidied = self._lane.read()
        self._keep(tidied)
        self.passage.fit = fit = self._up()
        if succeeded(fit):
            self._passed(fit, "fit")
            return
        self._lane.restore()
        self._emptied()
        self.passage.before = without
        self._keep(without)
        again = self._up()
        if succeeded(again):
            self._passed(again, "empty")

    def _emptied(self) -> State:
        empty_tables(self._lane)
        return self._lane.read()

    def _down_and_up(self) -> None:
        passage, after = self.passage, self.passage.after
        assert after is not None  # noqa: S101 - for the type checker
        passage.down = self._lane.do("down", revision=self._revision.revision)
        if not succeeded(passage.down):
            passage.down_stayed = differences(after, self._lane.read())
            self._back_up()
            return
        passage.back = self._lane.read()
        passage.up_again = self._up()
        if not succeeded(passage.up_again):
            self._back_up()
            return
        self.state = passage.after_again = self._lane.read()

    def _back_up(self) -> None:
        """Bring back what was before the revision, and go up once: the walk goes on from there."""
        if self._kept:
            self._lane.restore()
            self._up()
        self.state = self._lane.read()
        if not moved(self._revision.revision, self.state):
            self._lane.blocked = self._revision.revision
