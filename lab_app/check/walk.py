"""The walk: every lane from base to head, a revision at a time, together; then both ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from lab_app.check.answers import Answer
from lab_app.check.beginnings import Beginning, begin_at_head, begin_from_sql
from lab_app.check.differences import differences, succeeded
from lab_app.check.evidence import Ends, LaneRecord, NotTested, Passage, Revision, Unseeded, Walked
from lab_app.check.findings.causes import extension_not_there
from lab_app.check.judged import with_ancestors
from lab_app.check.lane import Lane
from lab_app.check.observe import MAIN, VersionTable
from lab_app.check.own_rows import RowFiles
from lab_app.check.passing import Passing
from lab_app.check.schemas import why_not
from lab_app.check.seeding.seed import seed
from lab_app.check.worth_cutting import WorthCutting
from lab_app.evidence.state import State

T = TypeVar("T")
R = TypeVar("R")


class Watcher(Protocol):
    """Who is told how far the walk is."""

    def loading(self, lane: str) -> None:
        """Hear that a lane loads the project."""

    def loaded(self, walked: Walked) -> None:
        """Hear what came of loading on every lane, and which revisions there are."""

    def at(self, revision: str, done: int, of: int) -> None:
        """Hear that all lanes begin with a revision."""


class Walk:
    """One walk over a history, on lanes that wait for each other at each revision: rows need all their schemas.

    ``cuts`` cuts every revision in the middle, too. ``beginning`` says what it starts from: an empty database, unless
    the person has another one.
    """

    def __init__(
        self, lanes: Sequence[Lane], watcher: Watcher, *, cuts: bool, beginning: Beginning | None = None
    ) -> None:
        self.seen = Walked()
        self._lanes = list(lanes)
        self._watcher = watcher
        self._cutting = WorthCutting(everywhere=cuts)
        self._states: dict[str, State] = {}
        self._unseeded: set[str] = set()
        self._beginning = beginning or Beginning()
        self._own_rows = RowFiles(())

    def walk(self) -> Walked:
        """Load the project on every lane, walk its history, and return everything that was seen."""
        with ThreadPoolExecutor(max(1, len(self._lanes))) as pool:
            self._each = pool.map
            try:
                if self._load():
                    if self._beginning.models:
                        self._walk_back()
                    else:
                        self._walk_on()
            except BaseException:  # Ctrl-C, above all: nobody waits for a step that may take a minute
                for lane in self._lanes:
                    lane.give_up()
                raise
        self.seen.not_tested += self._own_rows.not_tested(self._lanes)
        self.seen.not_tested += [
            NotTested(f"{name} on {lane.title}", "it was gone after a snapshot was brought back: it cannot be copied")
            for lane in self._lanes
            for name in lane.left_out
        ]
        self.seen.blocked = {lane.name: lane.blocked for lane in self._lanes if lane.blocked}
        return self.seen

    @property
    def _going(self) -> list[Lane]:
        return [lane for lane in self._lanes if not lane.blocked]

    def _load(self) -> bool:
        """Load the project on every lane, and run its env.py once; tell whether there is a history to walk."""
        answers = dict(zip(self._lanes, self._on(self._lanes, self._start), strict=True))
        self.seen.loaded = {lane.name: answer for lane, answer in answers.items()}
        self._lanes = [lane for lane in self._lanes if succeeded(answers[lane])]
        if not self._lanes:
            self._watcher.loaded(self.seen)
            return False
        history = answers[self._lanes[0]].said
        self.seen.revisions = _revisions(history["revisions"])
        self.seen.heads, self.seen.bases = history["heads"], history["bases"]
        self.seen.set_aside = {
            lane.name: why for lane in self._lanes if (why := why_not(lane.engine, answers[lane], self.seen.revisions))
        }
        self._lanes = [lane for lane in self._lanes if lane.name not in self.seen.set_aside]
        loaded = dict(zip(self._lanes, self._on(self._lanes, Lane.read), strict=True))
        self._ask_env()
        self._watcher.loaded(self.seen)
        for lane in self._lanes:
            lane.files = {each.revision: each.file for each in self.seen.revisions}
        for lane, after in zip(self._lanes, self._on(self._lanes, Lane.read), strict=True):
            before = loaded[lane]
            if before.schema or before.revisions:
                self.seen.left[lane.name] = before
            if written := differences(before, after):
                self.seen.env_left[lane.name] = written
        binds = [slot for slot in self._lanes[0].slots if slot != MAIN] if self._lanes else []
        self._own_rows = RowFiles(self._beginning.own_rows(binds, self.seen.revisions))
        # Whatever loading and env.py wrote is gone then, under the same name.
        list(self._on(self._lanes, Lane.anew))
        list(self._on([lane for lane in self._lanes if lane.name in self.seen.env_left], self._with_env))
        return True

    def _with_env(self, lane: Lane) -> None:
        """Let env.py write what it writes whenever it runs: no revision makes that, and no downgrade takes it back."""
        lane.do("settings")

    def _start(self, lane: Lane) -> Answer:
        self._watcher.loading(lane.name)
        return lane.start()

    def _ask_env(self) -> None:
        """Ask env.py how it configures Alembic; a lane on which it fails is one on which no command can run."""
        answers = dict(zip(self._lanes, self._on(self._lanes, lambda lane: lane.do("settings")), strict=True))
        self.seen.loaded |= {lane.name: answer for lane, answer in answers.items() if answer.failure}
        self._lanes = [lane for lane in self._lanes if succeeded(answers[lane])]
        for lane in self._lanes:
            said = answers[lane].said
            lane.version_table = VersionTable(said["version_table"], said["version_table_schema"])
            lane.rolls_back = said["transactional_ddl"] and not said["autocommit"]
            self.seen.lanes.append(
                LaneRecord(lane.name, lane.engine.name, lane.engine.title, said["transactional_ddl"])
            )

    def _walk_on(self) -> None:
        """Walk from base, or from where the person's database is, to the head."""
        if self._beginning.starts:
            self._begin(lambda lane: begin_from_sql(lane, self._beginning))
            noted = [revision for lane in self._going for revision in lane.read().revisions]
            self.seen.there = with_ancestors(self.seen.revisions, noted)
        for number, revision in enumerate(self.seen.revisions):
            self._watcher.at(revision.revision, number, len(self.seen.revisions))
            if revision.revision not in self.seen.there:
                self._pass(revision)
        self._own_rows.put_at_head(self._going, self._states)
        self._look_at_ends()

    def _walk_back(self) -> None:
        """Walk from what the models make to the base, newest first, as far as it goes."""
        self._begin(begin_at_head)
        for number, revision in enumerate(reversed(self.seen.revisions)):
            self._watcher.at(revision.revision, number, len(self.seen.revisions))
            self._seed(revision)
            self.seen.taken_back[revision.revision] = self._step_back(revision)
            self._pass(revision)
            self._step_back(revision)
            for lane in self._lanes:
                passage = self.seen.passages[revision.revision].get(lane.name)
                if lane.blocked == revision.revision and passage and passage.never_passed:
                    lane.blocked = None  # it stands before the revision, where the way back goes on

    def _begin(self, make: Callable[[Lane], str]) -> None:
        """Make what each lane starts from; a lane on which that fails is left out."""
        for lane, why in zip(self._lanes, self._on(self._lanes, make), strict=True):
            if why:
                lane.blocked = self._beginning.called
                self.seen.not_tested.append(NotTested(lane.title, why))

    def _step_back(self, revision: Revision) -> dict[str, Answer]:
        """Take a revision back on every lane; where that fails, what is before it cannot be reached."""
        lanes = self._going
        answers = self._on(lanes, lambda lane: lane.do("down", revision=revision.revision))
        taken_back = dict(zip(lanes, answers, strict=True))
        for lane, answer in taken_back.items():
            if answer.failure:
                lane.blocked = revision.revision
                why = f"its downgrade fails, and nothing before it is reached: {answer.failure.line}"
                self.seen.not_tested.append(NotTested(f"{revision.revision} on {lane.title}", why))
            else:
                self._states[lane.name] = lane.read()
        return {lane.name: answer for lane, answer in taken_back.items()}

    def _seed(self, revision: Revision) -> None:
        """Put rows into the tables that have none; the person's own come first, where all lanes take them."""
        lanes = self._going
        for lane in lanes:
            if lane.name not in self._states:
                self._states[lane.name] = lane.read()
        self._own_rows.put(lanes, self._states)
        changed, failed = seed(lanes, self._states)
        for each in failed:
            if each.what not in self._unseeded:  # it is tried again at each revision, and told once
                self._unseeded.add(each.what)
                self.seen.not_tested.append(NotTested(f"{each.what} at {revision.revision}", each.why))
                self.seen.unseeded.append(Unseeded(each.what, revision.revision, each.why))
        for lane in lanes:
            if changed[lane.name]:
                self._states[lane.name] = lane.read()

    def _pass(self, revision: Revision) -> None:
        self._seed(revision)
        lanes = self._going
        passages = self._on(lanes, lambda lane: self._passage(lane, revision))
        self.seen.passages[revision.revision] = {
            lane.name: passage for lane, passage in zip(lanes, passages, strict=True)
        }
        self._note_extensions(revision)

    def _note_extensions(self, revision: Revision) -> None:
        """Name the servers that lack an extension which a revision needs: nothing is wrong with the project."""
        for lane in self._lanes:
            passage = self.seen.passages[revision.revision].get(lane.name)
            failure = passage.first.failure if passage and passage.first else None
            if failure and (extension := extension_not_there(failure)):
                why = (
                    f"there is no extension {extension}, which {revision.revision} needs. On a server that has it, "
                    f"type --from FILE.sql with CREATE EXTENSION {extension}"
                )
                self.seen.not_tested.append(NotTested(lane.title, why))

    def _passage(self, lane: Lane, revision: Revision) -> Passage:
        passing = Passing(lane, revision, self._states[lane.name], self._cutting)
        passage = passing.walk(only_up=not self.seen.judges(revision.revision))
        self._states[lane.name] = passing.state
        return passage

    def _look_at_ends(self) -> None:
        """Look at both ends; where a lane was blocked, only at what the models make.

        Where the walk did not start from an empty database, the way down to base is not gone.
        """
        ends = self._on(self._lanes, self._end)
        self.seen.ends = {lane.name: found for lane, found in zip(self._lanes, ends, strict=True)}

    def _end(self, lane: Lane) -> Ends:
        found = Ends() if lane.blocked else _way(lane, whole=not self._beginning.starts)
        lane.anew()
        if lane.name in self.seen.env_left:
            self._with_env(lane)
        found.made = lane.do("create_all")
        if succeeded(found.made):
            found.made_state = lane.read()
        return found

    def _on(self, lanes: Iterable[Lane], act: Callable[[Lane], R]) -> Iterable[R]:
        return list(self._each(act, lanes))


def _way(lane: Lane, *, whole: bool) -> Ends:
    """Look at the head of a lane; where it is the ``whole`` way, go down to base in one go, and up again."""
    found = Ends(head=lane.read(), compared=lane.do("compare"))
    if not whole:
        return found
    found.down = lane.do("downgrade", revision="base")
    if succeeded(found.down):
        found.base = lane.read()
        found.up = lane.do("upgrade", revision="heads")
        found.up_state = lane.read()
    return found


def _revisions(told: list[dict[str, list[str] | str]]) -> list[Revision]:
    """Read the history, oldest first; a revision branches when another one has a parent of its."""
    found = []
    for each in told:
        others = [other for other in told if other is not each]
        parents = set(each["parents"])
        branches = any(parents & set(other["parents"]) or not (parents or other["parents"]) for other in others)
        found.append(
            Revision(
                revision=str(each["revision"]),
                parents=tuple(each["parents"]),
                depends_on=tuple(each["depends_on"]),
                message=str(each["message"]),
                file=str(each["file"]),
                branches=branches,
            )
        )
    return found
