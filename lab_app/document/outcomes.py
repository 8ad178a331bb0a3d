"""The nine outcome words: their signs, their order, and which of them put data at risk."""

from typing import Literal

Outcome = Literal[
    "done", "ignored", "drifted", "refused", "rolled back", "half-applied", "rows changed", "rows lost", "not run"
]

#: The worst first: the word that wins when the evidence supports two.
WORST_FIRST: tuple[Outcome, ...] = (
    "rows lost",
    "rows changed",
    "half-applied",
    "drifted",
    "rolled back",
    "refused",
    "ignored",
    "done",
    "not run",
)
SIGNS: dict[Outcome, str] = {
    "done": "✓",
    "ignored": "○",
    "drifted": "≠",
    "refused": "✗",
    "rolled back": "↩",
    "half-applied": "½",
    "rows changed": "!",
    "rows lost": "‼",
    "not run": "–",
}
DATA_AT_RISK: frozenset[Outcome] = frozenset({"rows lost", "rows changed", "half-applied"})
