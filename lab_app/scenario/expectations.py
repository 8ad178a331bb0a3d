"""What an attempt declares that an engine will do: an outcome with its reason, for all versions or for a range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from lab_app.document.outcomes import Outcome
from lab_app.engines import BY_NAME

REASON_WORDS = 8


class ScenarioError(Exception):
    """A scenario file says something that cannot be meant. The loader adds the file and the line."""


@dataclass(frozen=True)
class Expectation:
    """One outcome with its reason in at most eight words, and the error's class or code if it matters."""

    outcome: Outcome
    reason: str
    error: str | None = None

    def __post_init__(self) -> None:
        words = len(self.reason.split())
        if not 1 <= words <= REASON_WORDS:
            raise ScenarioError(f"the reason {self.reason!r} has {words} words: write 1 to {REASON_WORDS}")


def done(reason: str) -> Expectation:
    """Expect no error, the schema that the models say, and every row as it was or as declared."""
    return Expectation("done", reason)


def ignored(reason: str) -> Expectation:
    """Expect no error, and nothing to have happened."""
    return Expectation("ignored", reason)


def drifted(reason: str) -> Expectation:
    """Expect no error, something to have happened, and a schema or rows that are not what is declared."""
    return Expectation("drifted", reason)


def refused(reason: str, error: str | None = None) -> Expectation:
    """Expect an error before anything is changed."""
    return Expectation("refused", reason, error)


def rolled_back(reason: str, error: str | None = None) -> Expectation:
    """Expect an error after something has run, and all of it to be taken back."""
    return Expectation("rolled back", reason, error)


def half_applied(reason: str, error: str | None = None) -> Expectation:
    """Expect an error, and part of the change to stay."""
    return Expectation("half-applied", reason, error)


def rows_changed(reason: str, error: str | None = None) -> Expectation:
    """Expect values that should have survived to be different now."""
    return Expectation("rows changed", reason, error)


def rows_lost(reason: str, error: str | None = None) -> Expectation:
    """Expect rows that should have survived to be gone."""
    return Expectation("rows lost", reason, error)


def not_run(reason: str) -> Expectation:
    """Say that the engine cannot be asked this at all: the attempt is not started there."""
    return Expectation("not run", reason)


#: One expectation, or one for each range of server versions: {"<3.53": refused(…), ">=3.53": done(…)}.
Declared = Expectation | Mapping[str, Expectation]


def by_engine(title: str, everywhere: Declared | None, expected: dict[str, Declared]) -> dict[str, Declared]:
    """Return what an attempt declares of each engine: its own expectation, or everywhere's, or nothing.

    Raises:
        ScenarioError: an engine is unknown, or what is said of it is no expectation.
    """
    for name, declared in expected.items():
        if name not in BY_NAME:
            raise ScenarioError(f"attempt {title!r}: unknown engine {name!r}: write {', '.join(BY_NAME)} or everywhere")
        _check_ranges(title, name, declared)
    found = {name: expected.get(name, everywhere) for name in BY_NAME}
    return {name: declared for name, declared in found.items() if declared is not None}


def _check_ranges(title: str, engine: str, declared: Declared) -> None:
    if isinstance(declared, Expectation):
        return
    if not isinstance(declared, Mapping):
        raise ScenarioError(f"attempt {title!r}: {engine}={declared!r} is no outcome: write {engine}=done('…')")
    for versions in declared:
        try:
            SpecifierSet(versions)
        except InvalidSpecifier:
            raise ScenarioError(f"attempt {title!r}: {engine} version range {versions!r}: write '<3.53'") from None
