"""Evidence, verdict and expectation become a cell of the result document."""

from __future__ import annotations

from lab_app.document.outcomes import Outcome
from lab_app.document.types import Cell, Evidence, Expected
from lab_app.document.verdict import verdict
from lab_app.scenario.declare import Attempt
from lab_app.scenario.expectations import Expectation


def cell(scenario: str, attempt: Attempt, engine: str, expected: Expectation | None, evidence: Evidence | None) -> Cell:
    """Make the cell of an attempt: with evidence what was observed, without it why there is none.

    Where nothing is expected, it is being measured.
    """
    made = not_run(scenario, attempt.name, engine, expected.reason if expected else "", None)
    made["expected"] = _declared(expected)
    if evidence is None:
        made["as_expected"] = expected is not None and expected.outcome == "not run"
        return made
    outcome, finding = verdict(evidence)
    made.update(evidence)  # type: ignore[typeddict-item]
    made["outcome"] = outcome
    made["finding"] = finding
    made["as_expected"] = _as_expected(outcome, evidence, expected)
    made["reason"] = expected.reason if expected and made["as_expected"] else _short(evidence, finding)
    return made


def mistaken(scenario: str, attempt: Attempt, engine: str, expected: Expectation | None, line: str) -> Cell:
    """Make the cell of an attempt whose own Python is wrong: nothing was asked of the engine that it could answer."""
    made = not_run(scenario, attempt.name, engine, line, None)
    return {**made, "expected": _declared(expected), "mistake": True}


def not_run(scenario: str, attempt: str, engine: str, reason: str, fix: str | None) -> Cell:
    """Make a cell that was not run: no evidence, the reason, and the command that fixes it.

    Its target is named like the engine, until the run knows whether it has several versions of it.
    """
    return {
        "scenario": scenario,
        "attempt": attempt,
        "target": engine,
        "engine": engine,
        "outcome": "not run",
        "reason": reason,
        "finding": reason,
        "fix": fix,
        "expected": None,
        "as_expected": False,
        "ms": 0.0,
        "steps": [],
        "statements": [],
        "error": None,
        "warnings": [],
        "revision_before": [],
        "revision_after": [],
        "schema_before": None,
        "schema_after": None,
        "schema_goal": None,
        "rows_before": None,
        "rows_after": None,
        "survival": [],
        "first_query": None,
        "migration": None,
    }


def _declared(expected: Expectation | None) -> Expected | None:
    if expected is None:
        return None
    return {"outcome": expected.outcome, "reason": expected.reason, "error": expected.error}


def _as_expected(outcome: Outcome, evidence: Evidence, expected: Expectation | None) -> bool:
    if expected is None:
        return True
    if outcome != expected.outcome:
        return False
    error = evidence["error"]
    return expected.error is None or (error is not None and expected.error in (error["class"], error["code"]))


def _short(evidence: Evidence, finding: str) -> str:
    """Give a reason for a cell that nobody foresaw: the engine's error class, or what decided the verdict."""
    error = evidence["error"]
    return f"{error['class']} {error['code'] or ''}".strip() if error else finding
