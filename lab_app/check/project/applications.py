"""What a project's files say of its application, without being run: what it is called, and how it is made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lab_app.check.project.files import files, text

_NAMED = re.compile(
    r"FLASK_APP\s*[=:]\s*[\"']?([\w./:()-]+)|ENV\s+FLASK_APP[ \t]+[\"']?([\w./:()-]+)"
    r"|flask\s+(?:--app|-A)[ =][\"']?([\w./:()-]+)"
)
#: How a server is told: less certain, because a module that is served may be another one than is migrated.
_SERVED = re.compile(r"(?:gunicorn|uwsgi|waitress-serve|hypercorn)\b[^\n]*?[\s\"'\[,=]([a-zA-Z_][\w.]*:\w+(?:\(\))?)")
_FACTORY = re.compile(r"^def ((?:create|make|build)_app\w*|create_application|app_factory)\(", re.MULTILINE)
_APP = re.compile(r"^(app|application)\s*(?::\s*\w+\s*)?=\s*\w+\(", re.MULTILINE)
_MIGRATE = re.compile(r"\bMigrate\(|migrate\.init_app\(")
_GROUP = re.compile(r"^(\w+)\s*=\s*FlaskGroup\(", re.MULTILINE)
_GROUP_DECORATED = re.compile(r"@(?:click\.)?group\([^)]*cls=FlaskGroup[^)]*\)\s*\ndef (\w+)\(", re.MULTILINE)
#: Files that say how an application is started, in the order in which they are believed.
_TELLING = (
    (re.compile(r"\.flaskenv"), 0),
    (re.compile(r"\.env"), 1),
    (re.compile(r".*Dockerfile.*"), 2),
    (re.compile(r".*\.ya?ml"), 3),
    (re.compile(r"Makefile|Procfile|.*\.(sh|toml|cfg)"), 4),
    (re.compile(r"README.*|.*\.env.*"), 5),
)
_SERVED_RANK, _WRITTEN_RANK, _USUAL_RANK, _FACTORY_RANK = 6, 7, 8, 9


@dataclass(frozen=True)
class Candidate:
    """Something that may be the application: an import path of Flask's, or of a FlaskGroup, and where it was found.

    ``rank`` and ``depth`` are how far it is believed, 0 most.
    """

    path: str
    found: str
    group: bool = False
    rank: int = 0
    depth: int = 0

    @property
    def is_guess(self) -> bool:
        """Whether no file says that it is migrated, or Flask's, by name."""
        return self.rank in (_SERVED_RANK, _USUAL_RANK, _FACTORY_RANK)


def applications(folder: Path) -> list[Candidate]:
    """Return what may be the application, the likeliest first; one that is named twice comes before the others."""
    found = sorted([*_named(folder), *_written(folder), *_usual(folder)], key=lambda each: (each.rank, each.depth))
    times = {each.path: sum(other.path == each.path for other in found) for each in found}
    unique = list({each.path: each for each in reversed(found)}.values())[::-1]
    return sorted(unique, key=lambda each: -min(times[each.path], 2))


def undecided(candidates: list[Candidate]) -> list[Candidate]:
    """Return the first candidates where nothing speaks for one of them: made by modules that lie equally deep."""
    first = candidates[0]
    alike = [each for each in candidates if (each.rank, each.depth, each.group) == (first.rank, first.depth, False)]
    return alike if first.rank == _WRITTEN_RANK and len(alike) > 1 and alike[0] is first else []


def _named(folder: Path) -> Iterator[Candidate]:
    """Yield what the project's own files say."""
    for path in files(folder):
        rank = next((rank for pattern, rank in _TELLING if pattern.fullmatch(path.name)), None)
        if rank is None:
            continue
        said, relative = text(path), path.relative_to(folder)
        for match in _NAMED.finditer(said):
            if placed := _placed(match[1] or match[2] or match[3], path.parent, folder):
                yield Candidate(placed, f"FLASK_APP in {relative}", rank=rank, depth=len(relative.parts))
        for match in _SERVED.finditer(said):
            if placed := _placed(match[1], path.parent, folder):
                yield Candidate(placed, f"served in {relative}", rank=_SERVED_RANK, depth=len(relative.parts))


def _placed(named: str, beside: Path, folder: Path) -> str | None:
    """Return what a file names as it is called from the project's folder: its own folder is tried after that.

    None where the name is a file that is not there.
    """
    what, colon, attribute = re.match(r"(.*?)(?:(:)([\w()]+))?$", named).groups()  # type: ignore[union-attr]
    ending = f":{attribute}" if colon else ""
    is_path = what.endswith(".py") or "/" in what
    # A path in a container has folders before it that are not here.
    parts = what.removesuffix(".py").strip("./").split("/") if is_path else what.split(".")
    for start in range(len(parts) if is_path else 1):
        for base in dict.fromkeys((folder, beside, folder / "src", beside / "src")):
            module = base.joinpath(*parts[start:])
            if module.with_suffix(".py").is_file() or (module / "__init__.py").is_file():
                if base == folder and not is_path:
                    return named
                name = str(module.relative_to(folder))
                return f"{name}.py{ending}" if module.with_suffix(".py").is_file() else f"{name}{ending}"
    return None if is_path else named


def _written(folder: Path) -> Iterator[Candidate]:
    """Yield the modules that make a Migrate object or a FlaskGroup."""
    for path in files(folder):
        if path.suffix != ".py" or "versions" in path.parts:
            continue
        said, relative = text(path), path.relative_to(folder)
        module = ".".join(relative.with_suffix("").parts).removesuffix(".__init__")
        depth = len(relative.parts)
        if group := _GROUP.search(said) or _GROUP_DECORATED.search(said):
            yield Candidate(f"{module}:{group[1]}", f"FlaskGroup in {relative}", True, _WRITTEN_RANK, depth)
        called = str(relative) if relative.parts[0] == "src" else module
        factory = _FACTORY.search(said)
        if _MIGRATE.search(said) and (name := factory or _APP.search(said)):
            yield Candidate(f"{called}:{name[1]}", f"Migrate() in {relative}", False, _WRITTEN_RANK, depth)
        elif factory and "Flask(" in said:
            yield Candidate(f"{called}:{factory[1]}", f"{factory[1]}() in {relative}", False, _FACTORY_RANK, depth)


def _usual(folder: Path) -> Iterator[Candidate]:
    """Yield the modules that Flask itself would look for."""
    for name in ("wsgi.py", "app.py", "manage.py", "run.py"):
        if (folder / name).is_file() and "lask" in text(folder / name) + _imported(folder, name):
            yield Candidate(name, f"the file {name}", rank=_USUAL_RANK)


def _imported(folder: Path, name: str) -> str:
    """Return the text of the project's modules that a file imports from: ``from shop import create_app``."""
    found = re.findall(r"^from (\w+)[\w.]* import", text(folder / name), re.MULTILINE)
    return "".join(text(folder / f"{module}.py") + text(folder / module / "__init__.py") for module in found)
