"""What there is to guess in a scenario, for a projector: large, and one step at a time."""

from dataclasses import dataclass

from flask import render_template, request

from lab_app.errors import LabError
from lab_app.report.prediction import Prediction
from lab_app.report.scenario_view import ScenarioView
from lab_app.report.selection import Selection

#: The question, and then the words to choose from.
_BEFORE = 2
#: Paragraphs of the story on the last step: what happens, and why.
_TOLD = 2


@dataclass(frozen=True)
class Step:
    """One page of the presentation: of how many it is, and how many answers it shows.

    The first asks, the second has the words, each after it shows one answer more, and the last one says why.
    """

    number: int
    answers: int

    @property
    def last(self) -> int:
        """The number of the last step."""
        return _BEFORE + self.answers + 1

    @property
    def shown(self) -> int:
        """How many answers are shown."""
        return max(0, min(self.number - _BEFORE, self.answers))


def present(story: ScenarioView, guess: Prediction | None, wishes: Selection) -> str:
    """Show the step that the address of the request asks for.

    Raises:
        LabError: there is nothing to guess, or no such step.
    """
    name, wanted = story.scenario["name"], request.args["present"]
    if wanted != "1":
        raise LabError(f"present={wanted!r} is no choice. Type present=1.")
    if guess is None:
        raise LabError(f"There is nothing to guess in {name}: it was not run anywhere. Type: flask lab run {name}")
    step = _step(request.args.get("step") or "1", len(guess.answers))
    return render_template(
        "present.html",
        guess=guess,
        step=step,
        title=story.scenario["title"],
        why=story.scenario["story"].split("\n\n")[:_TOLD],
        back=address(name, wishes, step.number - 1) if step.number > 1 else "",
        on=address(name, wishes, step.number + 1) if step.number < step.last else "",
        scenario=f"/scenario/{name}{wishes.query}",
    )


def address(name: str, wishes: Selection, number: int) -> str:
    """Return the address of a step, with the matrix's selection for the way back."""
    query = wishes.query
    return f"/scenario/{name}{query}{'&' if query else '?'}present=1" + (f"&step={number}" if number > 1 else "")


def _step(wanted: str, answers: int) -> Step:
    last = Step(1, answers).last
    if wanted not in map(str, range(1, last + 1)):
        raise LabError(f"step={wanted!r} is no step of this page. Type a number from 1 to {last}.")
    return Step(int(wanted), answers)
