"""What a project's files say without being run: where its migrations are, and what its application is called."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: Folders in which nothing of the project's own is looked for.
_LEFT_OUT = {
    "node_modules", ".git", "site-packages", "tests", "test", "docs", "__pycache__", ".tox", ".nox", "build", "dist",
}  # fmt: skip
_DEPTH = 6
_LONGEST = 300_000
_NAMED = re.compile(
    r"FLASK_APP\s*[=:]\s*[\"']?([\w./:()-]+)|flask\s+(?:--app|-A)[ =][\"']?([\w./:()-]+)",
)
_FACTORY = re.compile(r"^def ((?:create|make)_app\w*|create_application|app_factory)\(", re.MULTILINE)
_APP = re.compile(r"^(app|application)\s*(?::\s*\w+\s*)?=\s*\w+\(", re.MULTILINE)
_MIGRATE = re.compile(r"\bMigrate\(|migrate\.init_app\(")
_GROUP = re.compile(r"^(\w+)\s*=\s*FlaskGroup\(", re.MULTILINE)
#: Files that say how an application is started, in the order in which they are believed.
_TELLING = (
    (re.compile(r"\.flaskenv"), 0),
    (re.compile(r"\.env"), 1),
    (re.compile(r".*Dockerfile.*"), 2),
    (re.compile(r".*\.ya?ml"), 3),
    (re.compile(r"Makefile|Procfile|.*\.(sh|toml|cfg)"), 4),
    (re.compile(r"README.*|.*\.env.*"), 5),
)


@dataclass(frozen=True)
class Candidate:
    """Something that may be the application: an import path of Flask's, or of a FlaskGroup, and where it was found."""

    path: str
    found: str
    group: bool = False


def applications(folder: Path) -> list[Candidate]:
    """Return what may be the application, the likeliest first; one that is named twice comes before the others."""
    found = [*_named(folder), *_written(folder), *_usual(folder)]
    times = {each.path: sum(other.path == each.path for other in found) for each in found}
    unique = list({each.path: each for each in reversed(found)}.values())[::-1]
    return sorted(unique, key=lambda each: -min(times[each.path], 2))


def migrations(folder: Path) -> list[Path]:
    """Return the folders with an env.py and revisions, those of Flask-Migrate first, then the nearest."""
    found = []
    for path in _files(folder):
        if path.name == "env.py" and ((path.parent / "versions").is_dir() or (path.parent / "script.py.mako").exists()):
            text = _text(path)
            if "run_migrations" in text:
                found.append(("current_app" not in text, len(path.parts), path.parent))
    return [path for _, _, path in sorted(found)]


def _named(folder: Path) -> Iterator[Candidate]:
    """Yield what the project's own files say, those that are believed most first."""
    ranked = []
    for path in _files(folder):
        rank = next((rank for pattern, rank in _TELLING if pattern.fullmatch(path.name)), None)
        if rank is not None:
            for match in _NAMED.finditer(_text(path)):
                ranked.append((rank, len(path.parts), match[1] or match[2], path))
    for _, _, named, path in sorted(ranked, key=lambda each: each[:2]):
        yield Candidate(named, f"FLASK_APP in {path.relative_to(folder)}")


def _written(folder: Path) -> Iterator[Candidate]:
    """Yield the modules that make a Migrate object or a FlaskGroup."""
    for path in sorted(_files(folder), key=lambda each: len(each.parts)):
        if path.suffix != ".py" or "versions" in path.parts:
            continue
        text, relative = _text(path), path.relative_to(folder)
        module = ".".join(relative.with_suffix("").parts).removesuffix(".__init__")
        if group := _GROUP.search(text):
            yield Candidate(f"{module}:{group[1]}", f"FlaskGroup in {relative}", group=True)
        if _MIGRATE.search(text):
            name = _FACTORY.search(text) or _APP.search(text)
            if name:
                yield Candidate(f"{module}:{name[1]}", f"Migrate() in {relative}")


def _usual(folder: Path) -> Iterator[Candidate]:
    """Yield the modules that Flask itself would look for."""
    for name in ("wsgi.py", "app.py", "manage.py", "run.py"):
        if (folder / name).is_file():
            yield Candidate(name, f"the file {name}")


def _files(folder: Path) -> Iterator[Path]:
    for above, folders, names in os.walk(folder):
        depth = len(Path(above).relative_to(folder).parts)
        folders[:] = sorted(
            name
            for name in folders
            if depth < _DEPTH and name not in _LEFT_OUT and not (Path(above) / name / "pyvenv.cfg").exists()
        )
        yield from (Path(above) / name for name in sorted(names))


def _text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(_LONGEST)
    except OSError:
        return ""
