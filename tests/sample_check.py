"""A check's document made by hand: two revisions, three engines of which one is not up, two findings."""

from __future__ import annotations

from typing import Any

from lab_app.document.check import CheckCell, CheckDocument, CheckStatement, Direction, Finding
from lab_app.document.outcomes import Outcome
from lab_app.document.types import TargetRecord
from lab_app.evidence.types import Rows

#: What a terminal, XML, Markdown, GitHub and HTML each take for something else; a half of a surrogate pair at the end.
HARM = "\x1b[31mred\x07 ]]> <script>alert(1)</script> | a_b*c `x` % 100%25\nnext :: , \u202e \ud800"
TITLES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB"}
FILE = "migrations/versions/0002_change.py"


def target(engine: str, version: str | None = "1.2", *, name: str = "") -> TargetRecord:
    """One column; without a version the engine is not up."""
    return {
        "name": name or engine,
        "engine": engine,
        "title": TITLES[engine],
        "up": version is not None,
        "version": version,
        "source": "local" if version else None,
        "reason": None if version else "there is no Docker engine",
        "fix": None if version else "make up",
    }


def rows(*names: str) -> Rows:
    """The rows of one table, students with these names."""
    kept: list[list[Any]] = [[number, name] for number, name in enumerate(names, 1)]
    return {"student": {"columns": ["id", "name"], "key": ["id"], "rows": kept, "count": len(kept), "digest": None}}


def cell(revision: str, target: str, outcome: Outcome = "done", direction: Direction = "up", **more: Any) -> CheckCell:
    """One step; what else is known of it is named."""
    known: CheckCell = {
        "revision": revision,
        "direction": direction,
        "target": target,
        "engine": target.split(maxsplit=1)[0],
        "outcome": outcome,
        "reason": "it did what it says",
        "finding": "it did what it says",
        "ms": 12.0,
        "error": None,
        "statements": [],
        "schema_before": None,
        "schema_after": None,
        "rows_before": None,
        "rows_after": None,
    }
    return {**known, **more}  # type: ignore[typeddict-item]


def finding(code: str = "rows-lost", revision: str | None = "0002", *engines: str, **more: Any) -> Finding:
    """One error, at a line of the second revision."""
    known: Finding = {
        "code": code,
        "severity": "error",
        "engine": engines[0] if engines else None,
        "engines": list(engines) or None,
        "revision": revision,
        "title": "Rows of student are gone",
        "detail": "SQLite: 1 of the 2 rows that the lab made are gone.\nBatch mode drops the old table.",
        "fix": "Switch foreign_keys off in env.py.",
        "file": FILE if revision else None,
        "line": 11 if revision else None,
        "scenario": None,
        "fingerprint": "0123456789abcdef0123456789abcdef",
    }
    return {**known, **more}  # type: ignore[typeddict-item]


def check(**more: Any) -> CheckDocument:
    """The document; parts that are named take the place of its own."""
    sent: CheckStatement = {"sql": "DELETE FROM student", "line": 11, "file": FILE, "rows": 1, "ms": 0.5}
    lost = {"statements": [sent], "rows_before": rows("Ada", "Ben"), "rows_after": rows("Ada"), "reason": "1 is gone"}
    known: CheckDocument = {
        "schema": 1,
        "kind": "check",
        "recorded_at": "2026-11-22T17:32:00+00:00",
        "versions": {"python": "3.11.7"},
        "theirs": {"python": "3.11.7", "alembic": "1.13.0"},
        "ms": 2500.0,
        "project": {
            "name": "school",
            "app": "school:create_app",
            "inside": ".",
            "migrations": "migrations",
            "url_through": "SQLAlchemy.init_app",
            "started": {"left": [], "programs": [], "refused": ["localhost:6379"]},
        },
        "targets": [target("sqlite"), target("postgresql"), target("mysql", None)],
        "revisions": [
            {"revision": "0001", "parents": [], "message": "students", "file": "migrations/versions/0001_students.py"},
            {"revision": "0002", "parents": ["0001"], "message": "a change", "file": FILE},
        ],
        "cells": [
            *(cell("0001", name) for name in ("sqlite", "postgresql")),
            cell("0002", "sqlite", "rows lost", **lost),
            cell("0002", "postgresql"),
            cell("0002", "postgresql", "drifted", "down"),
        ],
        "findings": [finding("rows-lost", "0002", "sqlite"), finding("several-heads", None, severity="warning")],
        "skipped": [],
        "not_tested": [{"what": "MySQL", "why": "there is no Docker engine. To fix it: make up"}],
    }
    return {**known, **more}  # type: ignore[typeddict-item]


def harmful() -> CheckDocument:
    """The same with HARM wherever a document has words of others."""
    harm: dict[str, Any] = {"title": HARM, "detail": HARM, "fix": HARM, "file": HARM}
    whole = check()
    sent = {"sql": f"SELECT '{HARM}'", "line": 1, "file": HARM, "rows": None, "ms": None}
    error = {"class": HARM, "code": HARM, "message": HARM}
    bad = {"reason": HARM, "statements": [sent], "error": error, "rows_before": rows(HARM), "rows_after": rows("Ada")}
    return check(
        project={**whole["project"], "name": HARM, "app": HARM},
        revisions=[whole["revisions"][0], {"revision": "0002", "parents": [HARM], "message": HARM, "file": HARM}],
        cells=[*whole["cells"][:2], cell("0002", "sqlite", "refused", **bad), cell("0002", "postgresql")],
        findings=[finding("rows-lost", "0002", "sqlite", **harm), finding(HARM, None, **{**harm, "file": None})],
        skipped=[{"code": HARM, "revision": HARM, "because": HARM}],
        not_tested=[{"what": HARM, "why": HARM}],
    )
