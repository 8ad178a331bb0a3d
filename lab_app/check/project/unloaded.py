"""Why a project could not be loaded, in one line with what to type."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from lab_app.check.answers import Failure
from lab_app.check.findings.causes import table_not_there
from lab_app.check.project.files import beside
from lab_app.check.project.interpreter import LAB_S_OWN
from lab_app.check.project.understood import Understood

#: Packages by the name of the module that is missing, where they differ.
PACKAGES = {
    "MySQLdb": "mysqlclient", "psycopg2": "psycopg2-binary", "dotenv": "python-dotenv", "yaml": "PyYAML",
    "PIL": "Pillow", "jwt": "PyJWT", "decouple": "python-decouple", "bs4": "beautifulsoup4", "dateutil":
    "python-dateutil", "sklearn": "scikit-learn", "environ": "django-environ", "magic": "python-magic",
}  # fmt: skip
#: What a newer Python has, by what is missed in an older one.
_NEWER = re.compile(
    r"cannot import name '(UTC|StrEnum|Self|TypeAlias|ParamSpec|Annotated|batched|override|NotRequired|zoneinfo)' "
    r"from '(datetime|enum|typing|itertools)'|No module named '(tomllib|zoneinfo|graphlib)'"
    r"|unsupported operand type\(s\) for \|: '(type|NoneType|ABCMeta|_GenericAlias)'|'type' object is not subscriptable"
)
_SETTING = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b|(?<=')[A-Z][A-Z0-9_]{2,}(?=')")
#: Names of variables that tell where a database is, and what of the address each part of a name asks for.
_OF_A_DATABASE = re.compile(r"DATABASE|SQL|MARIA|POSTGRES|^PG|(?:^|_)DB(?:[A-Z_]|$)")
_PARTS = (
    (r"UR[IL]$|DSN$", "{url}"), (r"HOST|SERVER", "{host}"), (r"PORT", "{port}"), (r"USER", "{user}"),
    (r"PASS|PWD|PW$", "{password}"), (r"NAME$|DATABASE$|DB$", "{database}"),
)  # fmt: skip
#: What faulthandler writes, besides frames.
_DUMP = re.compile(r'^  File ".+", line \d+ in |most recent call first|^Extension modules: |^Fatal Python error')
_REFUSED = re.compile(r"migration-lab refused a connection to ([^\s/]+:\d+): ")
_FRAME = re.compile(r'File "([^"]+)", line (\d+) in (\S+)')


def why_unloaded(failure: Failure, project: Understood, printed: Sequence[str], others: Sequence[str] = ()) -> str:
    """Say why a project could not be loaded, and what to type.

    ``printed`` are the last lines that it printed, ``others`` the applications that were not tried.
    """
    for reason in _REASONS:
        if said := reason(failure, project, printed):
            return said
    in_env = failure.at is not None and Path(failure.at.file).name == "env.py"
    what = "env.py fails, and so no command can run" if in_env else "The project cannot be loaded"
    told = f"{what}: {failure.line.rstrip('.')}{_place(failure, project)}"
    if failure.error == "ProjectNotFoundError":  # the probe's own: its text is for the person
        told = failure.line.partition(": ")[2].rstrip(".")
        if " Type " in told:
            return told
    # The same module once more would fail at the same line.
    elsewhere = [other for other in others if _module(other) != _module(project.app or "")]
    if elsewhere and not in_env:
        return f"{told}. Type --app and another application: {', '.join(elsewhere)}"
    works = f"See to it that {'alembic' if project.ini else 'flask db'} current works in {project.folder}"
    return f"{told}. {works}." if in_env or project.ini else f"{told}. {works}, or type --app and another application."


def _missing_module(failure: Failure, project: Understood, _printed: Sequence[str]) -> str:
    found = re.match(r"No module named '([\w.]+)'", failure.message)
    if failure.error != "ModuleNotFoundError" or not found or _NEWER.match(failure.message):
        return ""
    name = found[1].partition(".")[0]
    own = project.folder.joinpath(*found[1].split("."))
    if template := _template(own.with_suffix(".py")):
        return _copy(template, own.with_suffix(".py"), project)
    if project.app and name == re.split(r"[:.]", project.app)[0]:
        return (
            f"There is no module {name} in {project.folder}, which {project.found.get('app', '--app')} names. "
            "Type --app and the application's import path, such as --app app:create_app"
        )
    if project.found.get("python") == LAB_S_OWN:
        return (
            f"The project needs the module {found[1]}, and the lab's own interpreter, which was taken because "
            f"{project.folder} has no .venv, has none. Type --python and the one of the project's environment"
        )
    return (
        f"The project needs the module {found[1]}, and {project.interpreter} has none{_place(failure, project)}. "
        f"Type {project.interpreter} -m pip install {PACKAGES.get(name, name)}, or --python and the project's own"
    )


def _newer_python(failure: Failure, project: Understood, _printed: Sequence[str]) -> str:
    newer = bool(_NEWER.search(failure.message))
    if failure.error == "SyntaxError" and failure.at:
        newer = _compiles(failure.at.file)
    if not newer:
        return ""
    return (
        f"The project needs a newer Python than {project.python}, which {project.interpreter} is: {failure.line}"
        f"{_place(failure, project)}. Type --python and a newer one that has the project's packages."
    )


def _setting(failure: Failure, project: Understood, _printed: Sequence[str]) -> str:
    """Find a setting that is wanted: a KeyError, or a message that names a variable."""
    found = _SETTING.search(failure.message)
    if not found or failure.sql or failure.error in ("ImportError", "NameError", "AttributeError", "SyntaxError"):
        return ""
    name = found[0]
    line = _line(failure)
    in_config = failure.error == "KeyError" and re.search(rf"config\w*\[['\"]{name}['\"]\]", line)
    return (
        f"The project wants the setting {name} ({failure.line}){_place(failure, project)}. "
        f"Type what you typed and add {'--setting' if in_config else '--env'} {name}={_value(name)}"
    )


def _value(name: str) -> str:
    """Return what a variable is to hold: the scratch database's address, or the part of it that the name asks for."""
    if not _OF_A_DATABASE.search(name):
        return "VALUE"
    return next((part for pattern, part in _PARTS if re.search(pattern, name)), "VALUE")


def _arguments(failure: Failure, project: Understood, _printed: Sequence[str]) -> str:
    """Find a factory that wants arguments, which Flask calls without any."""
    if failure.error != "NoAppException" or "could not be called with the specified arguments" not in failure.message:
        return ""
    return (
        f"{project.app} wants arguments that it is not called with. "
        f"""Type --app "{(project.app or "").partition("(")[0]}('VALUE')", with what it wants in the brackets"""
    )


def _missing_table(failure: Failure, project: Understood, _printed: Sequence[str]) -> str:
    """Find an application that asks for its tables before any revision can have made them."""
    table = table_not_there(failure) if failure.sql else None
    if table is None:
        return ""
    return (
        f"The application asks for the table {table} while it is loaded{_place(failure, project)}, and no revision has "
        "made it then: flask db upgrade fails on an empty database, too. Let it ask later, or look first whether "
        f"{table} is there."
    )


def _missing_file(failure: Failure, project: Understood, _printed: Sequence[str]) -> str:
    found = re.search(r"No such file or directory\)?: '([^']+)'", failure.message)
    if not found:
        return ""
    wanted = Path(project.folder, found[1])
    if template := _template(wanted):
        return _copy(template, wanted, project)
    return f"The project wants the file {found[1]}{_place(failure, project)}. Make it, as the project's README tells."


def _no_answer(failure: Failure, project: Understood, printed: Sequence[str]) -> str:
    if failure.kind == "error":
        return ""
    last = next((line for line in reversed(printed) if line.strip() and not _DUMP.search(line)), "it printed nothing")
    where = hangs_in(printed, project.folder)
    if failure.kind == "crashed":
        at = f" in {where}" if where else ""
        return f"The project ended the process while it was loaded{at}: {failure.message}. Its last line: {last}"
    if refused := next((found[1] for line in printed if (found := _REFUSED.search(line))), ""):
        return (
            f"The project was not loaded: {failure.message}, and tries to reach {refused}, which the lab refuses. "
            f"Type what you typed and add --allow {refused}, if it is nobody's database"
        )
    return (
        f"The project was not loaded: {failure.message}{f', and hangs in {where}' if where else ''}. If it waits for "
        "another program, start that and add --allow HOST:PORT; or give it longer with --seconds 300"
    )


_REASONS: tuple[Callable[[Failure, Understood, Sequence[str]], str], ...] = (
    _no_answer,
    _arguments,
    _missing_table,
    _newer_python,
    _missing_module,
    _missing_file,
    _setting,
)


def hangs_in(printed: Sequence[str], folder: Path) -> str:
    """Read the last dump of faulthandler's: the innermost line of the project's own, else of anybody's."""
    frames: list[tuple[str, str, str]] = []
    for line in printed:
        if "most recent call first" in line:
            frames = []  # the main thread comes last
        elif found := _FRAME.search(line):
            frames.append((found[1], found[2], found[3]))
    own = [each for each in frames if Path(each[0]).is_relative_to(folder) and "site-packages" not in each[0]]
    if not frames:
        return ""
    file, line, name = (own or frames)[0]
    return f"{Path(file).relative_to(folder) if own else file}:{line} ({name})"


def _template(wanted: Path) -> Path | None:
    """Return the template of a file that is not there, when it lies beside it."""
    return None if wanted.exists() else beside(wanted)


def _copy(template: Path, wanted: Path, project: Understood) -> str:
    """Tell that a file is to be made from its template."""
    return (
        f"The project wants {_inside(wanted, project)}, whose template lies beside it. "
        f"Type cp {template} {wanted}, and edit it"
    )


def _module(app: str) -> str:
    """Return the module that an application's path names: ``shop.app`` of shop/app.py and of shop.app:create_app."""
    return app.partition(":")[0].removesuffix(".py").replace("/", ".")


def _compiles(file: str) -> bool:
    """Tell whether the lab's own Python, a newer one, reads a file that another one does not."""
    try:
        compile(Path(file).read_text(encoding="utf-8"), file, "exec", dont_inherit=True)
    except (OSError, SyntaxError, ValueError):
        return False
    return True


def _line(failure: Failure) -> str:
    """Return the text of the line that failed."""
    if not failure.at:
        return ""
    try:
        return Path(failure.at.file).read_text(encoding="utf-8", errors="replace").splitlines()[failure.at.line - 1]
    except (OSError, IndexError):
        return ""


def _place(failure: Failure, project: Understood) -> str:
    if not failure.at:
        return ""
    return f" ({_inside(Path(failure.at.file), project)}:{failure.at.line})"


def _inside(path: Path, project: Understood) -> Path:
    return path.relative_to(project.folder) if path.is_relative_to(project.folder) else path
