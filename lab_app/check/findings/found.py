"""One cause is one finding: what is found on several engines at one line is gathered here."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from lab_app.check.answers import Place
from lab_app.document.check import SEVERITIES, Finding, Severity

#: What explains others, and so is said before them.
_FIRST = ("needs-a-start",)


@dataclass(frozen=True)
class Found:
    """A finding on some lanes; see ``Finding`` for the fields. ``says`` is what each lane adds, a sentence each.

    ``about`` is what tells two findings of one code at one place apart: a table, a column.
    """

    code: str
    severity: Severity
    lanes: tuple[str, ...]
    revision: str | None
    title: str
    says: tuple[str, ...] = ()
    why: str = ""
    fix: str = ""
    place: Place | None = None
    file: str | None = None
    scenario: str | None = None
    about: str = ""

    @property
    def key(self) -> tuple[object, ...]:
        """What makes two findings one."""
        place = (self.place.file, self.place.line) if self.place else (self.file, None)
        return (self.code, self.severity, self.revision, place, self.about)


@dataclass
class Findings:
    """Gathers findings in the order in which they are found."""

    found: dict[tuple[object, ...], Found] = field(default_factory=dict)

    def add(self, *findings: Found) -> None:
        """Add findings; one that is known already gets the lanes and what they say."""
        for new in findings:
            known = self.found.get(new.key)
            if known is None:
                self.found[new.key] = new
                continue
            lanes = tuple(dict.fromkeys((*known.lanes, *new.lanes)))
            says = tuple(dict.fromkeys((*known.says, *new.says)))
            self.found[new.key] = replace(known, lanes=lanes, says=says)

    def fold(self, into: Mapping[str, Sequence[str]]) -> None:
        """Leave out findings of a code where another one is about the same thing at the same revision."""
        about = {(each.code, each.revision, each.about) for each in self.found.values()}
        self.found = {
            key: each
            for key, each in self.found.items()
            if not any(
                (code, each.revision, each.about.removeprefix("value ")) in about for code in into.get(each.code, ())
            )
        }

    def documents(self, order: Iterable[str]) -> list[Finding]:
        """Return the findings as the document has them, the worst first, otherwise as the revisions come."""
        revisions = {revision: place for place, revision in enumerate(order)}
        found = sorted(
            self.found.values(),
            key=lambda each: (
                SEVERITIES.index(each.severity),
                each.code not in _FIRST,
                revisions.get(each.revision or "", len(revisions)),
            ),
        )
        return [_document(each) for each in found]


def _document(found: Found) -> Finding:
    file = found.place.file if found.place else found.file
    return {
        "code": found.code,
        "severity": found.severity,
        "engine": found.lanes[0] if found.lanes else None,
        "engines": list(found.lanes) or None,
        "revision": found.revision,
        "title": found.title,
        "detail": "\n".join(filter(None, (*_together(found.says), found.why))),
        "fix": found.fix,
        "file": file,
        "line": found.place.line if found.place else _line_of_function(file, found.code) if file else None,
        "scenario": found.scenario,
        "fingerprint": _fingerprint(found),
    }


def _line_of_function(file: str, code: str) -> int:
    """Return the line at which the function begins that a finding without a statement is about; 1 where it has none."""
    name = "downgrade" if code.startswith("downgrade") else "upgrade"
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return 1
    return next((number for number, line in enumerate(lines, 1) if re.match(rf"def {name}\w*\(", line)), 1)


def _together(says: Iterable[str]) -> list[str]:
    """Put those that say the same into one sentence: ``SQLite, MySQL and MariaDB: …``."""
    engines: dict[str, list[str]] = {}
    for sentence in says:
        title, colon, text = sentence.partition(": ")
        engines.setdefault(text if colon and " " not in title else sentence, []).append(title if colon else "")
    return [
        text if text in says else f"{', '.join(titles[:-1])}{' and ' if titles[1:] else ''}{titles[-1]}: {text}"
        for text, titles in engines.items()
    ]


def _fingerprint(found: Found) -> str:
    """Return what stays the same when lines move: the code, the revision, and what it is about."""
    parts = (found.code, found.severity, found.revision or "", found.about or found.title)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
