"""What a scenario comes to, as one sentence that is worked out from its cells."""

from collections.abc import Sequence

from lab_app.document.outcomes import DATA_AT_RISK, WORST_FIRST, Outcome
from lab_app.document.types import Cell, EngineRecord
from lab_app.report.scenario_view import ScenarioView
from lab_app.report.values import survived

#: What one engine does, and what several do.
_VERBS: dict[Outcome, tuple[str, str]] = {
    "rows lost": ("loses rows", "lose rows"),
    "rows changed": ("changes rows", "change rows"),
    "half-applied": ("keeps half of it", "keep half of it"),
    "drifted": ("ends with another schema", "end with another schema"),
    "rolled back": ("takes it back", "take it back"),
    "refused": ("refuses", "refuse"),
    "ignored": ("does nothing", "do nothing"),
    "done": ("does as asked", "do as asked"),
}
_ALL = {2: "both engines", 3: "all three engines", 4: "all four engines"}


def headline(story: ScenarioView, engines: Sequence[EngineRecord]) -> str:
    """Make a sentence for a heading: what each engine does in the row that says most, the worst first.

    ``SQLite loses rows; PostgreSQL, MySQL and MariaDB do as asked``; the attempt is not named in it.
    """
    row = story.key_row
    titles = {engine["name"]: engine["title"] for engine in engines}
    found: dict[Outcome, list[Cell]] = {}
    for cell in sorted(row.ran, key=lambda cell: WORST_FIRST.index(cell["outcome"])):
        found.setdefault(cell["outcome"], []).append(cell)
    if not found:
        return "Not run on any engine"
    parts = [_part(word, [titles[cell["engine"]] for cell in cells], len(row.cells)) for word, cells in found.items()]
    sentence = "; ".join(parts)
    return sentence[:1].upper() + sentence[1:]


def proof(story: ScenarioView) -> str:
    """Tell what decided the worst cell of that row, if data is at risk: ``2 of 5 rows changed: '12kg' became 12``."""
    worst = min(story.key_row.ran, key=lambda cell: WORST_FIRST.index(cell["outcome"]), default=None)
    if worst is None or worst["outcome"] not in DATA_AT_RISK:
        return ""
    return worst["finding"] if worst["outcome"] == "half-applied" else survived(worst["survival"])


def listed(words: Sequence[str]) -> str:
    """List words in a sentence: a, b and c."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _part(word: Outcome, titles: list[str], engines: int) -> str:
    one, several = _VERBS[word]
    if len(titles) == engines and engines in _ALL:
        return f"{_ALL[engines]} {several}"
    return f"{listed(titles)} {one if len(titles) == 1 else several}"
