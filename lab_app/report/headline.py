"""What a scenario comes to, as one sentence that is worked out from its cells."""

from collections.abc import Sequence

from lab_app.document.outcomes import DATA_AT_RISK, WORST_FIRST, Outcome
from lab_app.document.targets import in_words, kind, spelt
from lab_app.document.types import Cell, TargetRecord
from lab_app.report.scenario_view import ScenarioView
from lab_app.report.values import survived

#: What one database does, and what several do.
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


def headline(story: ScenarioView, targets: Sequence[TargetRecord]) -> str:
    """Make a sentence for a heading: what each target does in the row that says most, the worst first.

    ``SQLite loses rows; PostgreSQL, MySQL and MariaDB do as asked``; the attempt is not named in it.
    """
    row = story.key_row
    columns = [target for target in targets if target["name"] in row.by_target]
    found: dict[Outcome, list[Cell]] = {}
    for cell in sorted(row.ran, key=lambda cell: WORST_FIRST.index(cell["outcome"])):
        found.setdefault(cell["outcome"], []).append(cell)
    if not found:
        return f"Not run on any {kind(columns[:1])}"
    parts = [_part(word, [cell["target"] for cell in cells], columns) for word, cells in found.items()]
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


def _part(word: Outcome, names: list[str], columns: Sequence[TargetRecord]) -> str:
    one, several = _VERBS[word]
    if len(names) == len(columns) > 1:
        return f"{'both' if len(names) == 2 else f'all {spelt(len(names))}'} {kind(columns)} {several}"
    told = in_words(names, columns)
    return f"{listed(told)} {one if len(told) == 1 else several}"
