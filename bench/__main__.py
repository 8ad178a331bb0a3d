"""``python -m bench [family …]``: measure, print the table, and keep it when everything was measured."""

from __future__ import annotations

import difflib
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from bench import catalogue, check, memory, pages, rows, schema, starts, story
from bench.figure import Figure
from bench.report import document, markdown, table
from bench.setting import Setting, say
from lab_app.errors import LabError

FAMILIES: dict[str, Callable[[Setting], list[Figure]]] = {
    "story": story.measure,
    "memory": memory.measure,
    "schema": schema.measure,
    "rows": rows.measure,
    "starts": starts.measure,
    "pages": pages.measure,
    "check": check.measure,
    "catalogue": catalogue.measure,
}
_FOLDER = Path(__file__).parent


def main(names: list[str]) -> int:
    """Measure the named families, or all of them, and return the exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return _measure(_asked(names))
    except LabError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. Nothing is left behind.\n")
        return 130


def _asked(names: list[str]) -> list[str]:
    for name in names:
        if name not in FAMILIES:
            near = difflib.get_close_matches(name, FAMILIES, n=1) or FAMILIES
            raise LabError(f"There are no figures called {name!r}. Type one or more of {', '.join(near)}.")
    return [name for name in FAMILIES if not names or name in names]


def _measure(names: list[str]) -> int:
    """Return the table of these families; one that cannot be measured is told in a line, and the others go on."""
    figures: list[Figure] = []
    failed = False
    with Setting() as setting:
        for name in names:
            say(f"{name}:")
            try:
                figures += FAMILIES[name](setting)
            except LabError as error:
                failed = True
                sys.stderr.write(f"{name}: {error}\n")
        conditions = setting.conditions
    sys.stdout.write(table(figures, conditions))
    if failed:
        return 1
    if names == list(FAMILIES):
        (_FOLDER / "figures.md").write_text(markdown(figures, conditions), encoding="utf-8")
        (_FOLDER / "figures.json").write_text(document(figures, conditions), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
