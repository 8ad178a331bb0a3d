"""The pages without a server: a client whose results are a test's own, and what a page says."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from lab_app.document import keep
from lab_app.document.file import of_scenario
from lab_app.document.types import Document
from lab_app.web.site import create_site


def client_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The pages with results in this folder; nothing is there yet."""
    monkeypatch.delenv("LAB_ALLOWED_HOSTS", raising=False)
    monkeypatch.setenv("LAB_HOME", str(folder / "home"))
    monkeypatch.setenv("LAB_RESULTS", str(folder / "latest.json"))
    return create_site().test_client()


def put(document: Document) -> None:
    """Keep a document as this machine's own, scenario by scenario, as a run does."""
    _write_each(document, keep.own_folder())


def only(document: Document, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let a document be the record."""
    recorded = folder / "recorded"
    _write_each(document, recorded)
    monkeypatch.setattr("lab_app.document.keep.recorded_results", lambda: recorded)


def _write_each(document: Document, folder: Path) -> None:
    """Write a file for each scenario, as the contract has it."""
    folder.mkdir(parents=True, exist_ok=True)
    for scenario in document["scenarios"]:
        text = json.dumps(of_scenario(document, scenario["name"]))
        (folder / f"{scenario['name']}.json").write_text(text, encoding="utf-8")


def words(html: str) -> str:
    """What a page says: its text without its tags, white space made even."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def found(pattern: str, html: str) -> list[str]:
    """What the one group of a pattern finds in a page, entities resolved."""
    return [unescape(match[1]) for match in re.finditer(pattern, html, re.DOTALL)]


def groups(pattern: str, html: str) -> list[tuple[str, ...]]:
    """What all groups of a pattern find in a page, entities resolved."""
    return [tuple(map(unescape, match.groups())) for match in re.finditer(pattern, html, re.DOTALL)]


def token(html: str) -> str:
    """The token of a page's first form."""
    return found(r'name="csrf_token" value="([^"]+)"', html)[0]
