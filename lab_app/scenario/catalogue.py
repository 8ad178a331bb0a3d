"""Where scenario files are found, and how one is read."""

from __future__ import annotations

import difflib
import inspect
import os
import re
import sys
import traceback
from collections.abc import Iterable
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

from lab_app.errors import LabError
from lab_app.folders import scenarios_folder
from lab_app.scenario.declare import Scenario
from lab_app.scenario.expectations import ScenarioError

NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


def folders() -> list[Path]:
    """List the folders that are searched: LAB_SCENARIOS or ./scenarios first, then the lab's own."""
    own = Path(os.environ.get("LAB_SCENARIOS", "scenarios")).absolute()
    return list(dict.fromkeys(folder.resolve() for folder in (own, scenarios_folder()) if folder.is_dir()))


def files() -> dict[str, Path]:
    """Return every scenario file by its name, in alphabetical order.

    Raises:
        LabError: two folders hold a scenario of one name.
    """
    found: dict[str, Path] = {}
    for folder in folders():
        for path in sorted(folder.glob("*.py")):
            if not NAME.match(path.stem) or not _is_scenario(path):
                continue
            if path.stem in found:
                raise LabError(f"Two scenarios are named {path.stem}: {found[path.stem]} and {path}. Rename one.")
            found[path.stem] = path
    return dict(sorted(found.items()))


def _is_scenario(path: Path) -> bool:
    # ./scenarios may belong to another tool: only files that mention the lab are ours.
    try:
        return path.is_file() and "lab_app" in path.read_text(encoding="utf-8", errors="replace")
    except OSError:  # that it cannot be read is told when it is run
        return True


def find_all(names: Iterable[str]) -> dict[str, Path]:
    """Find the files of several scenarios, in the order of their names here; the folders are read once.

    Raises:
        LabError: there is no such scenario; the nearest names are given.
    """
    known = files()
    return {name: _known(name, known) for name in names}


def find(name: str) -> Path:
    """Return the file of one scenario.

    Raises:
        LabError: there is none; the nearest names are given.
    """
    # Not files(), which reads every one of them, unless there is none of that name.
    found = [path for folder in folders() if NAME.match(name) and _is_scenario(path := folder / f"{name}.py")]
    return found[0] if len(found) == 1 else _known(name, files())


def _known(name: str, known: dict[str, Path]) -> Path:
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    hint = f"Nearest: {', '.join(near)}." if near else "All of them: flask lab list."
    raise LabError(f"There is no scenario {name!r}. {hint}")


def load(path: Path, *, measuring: bool = False) -> Scenario:
    """Read one scenario file; what it expects may be missing where that is to be measured.

    Raises:
        LabError: the file cannot be meant: its name, the line and what to write.
    """
    module = _execute(path)
    scenario = getattr(module, "scenario", None)
    where = shown(path)
    if not isinstance(scenario, Scenario):
        raise LabError(f"{where}:1: no scenario here. Write scenario = Scenario(title=…).")
    if not (module.__doc__ or "").strip():
        raise LabError(f"{where}:1: the story is missing. Write it as the file's docstring.")
    if not scenario.attempts:
        raise LabError(f"{where}: no attempt. Add one with @scenario.attempt(…).")
    if not any(scenario.seed.values()) and scenario.start != "empty":
        raise LabError(f"{where}: no rows. Add some with scenario.rows(…): on empty tables most stories do not happen.")
    for attempt in scenario.attempts:
        if attempt.undeclared and not measuring:
            lacking = f"attempt {attempt.title!r}: no expectation for {', '.join(attempt.undeclared)}"
            fix = f"add it, or everywhere=; flask lab run {path.stem} --measure prints what to add"
            raise LabError(f"{where}:{attempt.line}: {lacking}: {fix}")
    return scenario


def story(path: Path) -> str:
    """Return the prose of a scenario file: its docstring in paragraphs, each on one line; indented code as it is."""
    doc = inspect.cleandoc(sys.modules[_module_name(path)].__doc__ or "")
    paragraphs = re.split(r"\n[ ]*\n", doc)
    return "\n\n".join(text if text.startswith("    ") else " ".join(text.split()) for text in paragraphs)


def _module_name(path: Path) -> str:
    return f"lab_scenario_{path.stem}"


def _execute(path: Path) -> ModuleType:
    loader = SourceFileLoader(_module_name(path), str(path))
    module = ModuleType(loader.name)
    module.__file__ = str(path)
    # Registered first: inspect finds the source of a function through its module.
    sys.modules[loader.name] = module
    try:
        loader.exec_module(module)
    except SyntaxError as error:
        raise LabError(f"{shown(path)}:{error.lineno or 1}: {error.msg}. Python cannot read this line.") from None
    except BaseException as error:  # whatever a scenario file does at its top level, the person gets file and line
        line = next(
            (f.lineno for f in reversed(traceback.extract_tb(error.__traceback__)) if f.filename == str(path)), 1
        )
        kind = "" if isinstance(error, ScenarioError) else f"{type(error).__name__}: "
        raise LabError(f"{shown(path)}:{line}: {kind}{_words(error)}".removesuffix(": ")) from None
    return module


def _words(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # it is the scenario's own class
        return "its text cannot be had"


def shown(path: Path) -> str:
    """Return what a scenario file is called in a sentence."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else f"scenarios/{path.name}"
