"""What Alembic reads from a migrations folder: compiled once for each content, and logged nowhere.

Alembic compiles env.py, every revision file and script.py.mako anew for each command, and Python's own cache goes by
the time stamp in seconds, by which a file that was edited twice in one second is taken for the old one. In a worker
the same contents come again and again, so what is compiled is kept under the content itself.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import logging.config
import os
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from alembic.util import pyfiles
from mako.template import Template

_KEPT = 512
#: By a file's name and content.
_codes: dict[tuple[str, bytes], CodeType] = {}


@contextlib.contextmanager
def compiled_once() -> Iterator[None]:
    """Have Alembic use what is kept, inside the block; it has no setting for that."""
    own: Any = pyfiles
    before = own.load_module_py, own.Template
    own.load_module_py, own.Template = _load_module, _template
    try:
        yield
    finally:
        own.load_module_py, own.Template = before


@contextlib.contextmanager
def without_logging() -> Iterator[None]:
    """Log nothing inside the block, and leave out what env.py would read from alembic.ini to configure it."""
    own: Any = logging.config
    before = own.fileConfig, logging.root.manager.disable
    own.fileConfig = lambda *_arguments, **_options: None
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        own.fileConfig = before[0]
        logging.disable(before[1])


def _load_module(module_id: str, path: str | os.PathLike[str]) -> ModuleType:
    """Load a file as a module, as Alembic's own function does, and write no bytecode beside it."""
    spec = importlib.util.spec_from_file_location(module_id, path)
    if spec is None:
        raise ImportError(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    exec(_code(Path(path)), module.__dict__)  # noqa: S102 - a migration is code to run
    return module


def _code(file: Path) -> CodeType:
    """Return a file's code; the same content elsewhere is the same code, and its traceback names the first place."""
    key = file.name, file.read_bytes()
    if key not in _codes:
        if len(_codes) >= _KEPT:
            _codes.clear()
        _codes[key] = compile(key[1], str(file), "exec", dont_inherit=True)
    return _codes[key]


def _template(filename: str, **options: Any) -> Template:
    return _template_of(filename, Path(filename).read_text(encoding="utf-8"), tuple(options.items()))


@functools.lru_cache(maxsize=_KEPT)
def _template_of(filename: str, _content: str, options: tuple[tuple[str, Any], ...]) -> Template:
    return Template(filename=filename, **dict(options))  # noqa: S702 - it writes Python, and no page
