"""Which modules that a revision imports are the project's own, and what their source says of a name."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path


def is_own(module: str, file: str) -> bool:
    """Tell whether a module is the project's own: it lies beside the revision's folders, or has models and its name.

    One that lies with env.py was written for the revisions, and does not change with the models.
    """
    top = module.partition(".")[0]
    home = next((parent for parent in Path(file).parents if (parent / "env.py").is_file()), None)
    if top in sys.stdlib_module_names or (home and any(each.is_relative_to(home) for each in _sources(module, file))):
        return False
    named = top in Path(file).parts and re.search(r"\bmodels?\b", module) is not None
    return named or next(_sources(top, file), None) is not None


def is_enum(name: str, module: str, file: str) -> bool:
    """Tell whether a module's source has a class of words under a name: it asks for no columns."""
    enum = re.compile(rf"^class {name}\(.*Enum\b", re.MULTILINE)
    return any(enum.search(source.read_text(encoding="utf-8", errors="replace")) for source in _sources(module, file))


def _sources(module: str, file: str) -> Iterator[Path]:
    """Yield the files of a module that lies beside a revision's folders: one, or those of a package."""
    top = module.partition(".")[0]
    others = {"versions"} if top in Path(file).parts else {"versions", "site-packages", "dist-packages"}
    parents = [parent for parent in list(Path(file).parents)[:6] if parent.name not in others]
    for base in (base for parent in parents for base in (parent, parent / "src")):
        path = base.joinpath(*module.split("."))
        if path.with_suffix(".py").is_file():
            yield path.with_suffix(".py")
        elif (path / "__init__.py").is_file():
            yield from path.glob("*.py")
