"""A class as a table: pupils as rows, exercises as columns; on a terminal, as CSV, and as a page of one file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from rich.text import Text

from lab_app.document.grades import Grade, Grades, Pupil
from lab_app.report.page.one_file import environment
from lab_app.report.terminal.layout import Output, console_for, put, wrapped

_ENGINES = 4
#: The first characters of a cell that a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def grades_screen(grades: Grades, output: Output) -> None:
    """Print a class on a stream or a rich Console: the table, why each one that is not passed is not, and the count."""
    console = console_for(output)
    put(console, _lines(grades, console.width))


def _lines(grades: Grades, width: int) -> Iterator[Text]:
    names = list(grades["exercises"])
    first = min(max([len("pupil"), *(len(pupil["name"]) for pupil in grades["pupils"])]), 24)
    columns = [max(len(name), 5) for name in names]
    if first + sum(columns) + 2 * len(columns) > width:  # then numbers stand for names
        yield from (Text(f"{number:2}  {name}", style="dim") for number, name in enumerate(names, 1))
        yield Text()
        names, columns = [str(number) for number in range(1, len(names) + 1)], [5] * len(names)
    head = f"{'pupil':{first}}  " + "  ".join(f"{n:{w}}" for n, w in zip(names, columns, strict=True))
    yield Text(head.rstrip(), style="bold")
    for pupil in grades["pupils"]:
        yield _row(pupil, first, columns)
    yield Text()
    for pupil in grades["pupils"]:
        for grade in pupil["grades"]:
            if not grade["passed"] and grade["state"]:
                said = f"{pupil['name']}, {grade['exercise']}: {grade['sentence']}"
                yield from wrapped(said, width, hang=2)
    for title, why in grades["not_up"].items():
        yield from wrapped(f"{title} was not asked: {why}", width, hang=2)
    yield Text(summary(grades), style="bold")


def summary(grades: Grades) -> str:
    """Return the count in a sentence."""
    handed_in = [grade for pupil in grades["pupils"] for grade in pupil["grades"] if grade["state"]]
    passed = sum(grade["passed"] for grade in handed_in)
    pupils = len(grades["pupils"])
    counted = f"{pupils} pupil{'' if pupils == 1 else 's'}, {passed} of {len(handed_in)} submissions passed"
    return f"{counted}, in {grades['ms'] / 1000:.0f} s"


def _row(pupil: Pupil, first: int, columns: list[int]) -> Text:
    name = pupil["name"] if len(pupil["name"]) <= first else f"{pupil['name'][: first - 1]}…"
    row = Text(f"{name:{first}}")
    for grade, width in zip(pupil["grades"], columns, strict=True):
        row.append("  ")
        row.append(f"{mark(grade):{width}}", style=_style(grade))
    row.rstrip()
    return row


def mark(grade: Grade) -> str:
    """Return a grade as a cell: passed, with the count where that is not all engines; not yet; nothing handed in."""
    if grade["state"] is None:
        return "–"
    if not grade["passed"]:
        return "✗"
    count = len(grade["engines"])
    return "✓" if count == _ENGINES else f"✓ {count}/{_ENGINES}"


def _style(grade: Grade) -> str:
    return "green" if grade["passed"] else "dim" if grade["state"] is None else "bold"


def grades_csv(grades: Grades) -> str:
    """Return a class as CSV, a line for each pupil and exercise; names that look like formulas are quoted as text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["pupil", "exercise", "passed", "engines", "state", "sentence"])
    for pupil in grades["pupils"]:
        for grade in pupil["grades"]:
            engines = " ".join(grade["engines"])
            passed = "yes" if grade["passed"] else "no"
            cells = [pupil["name"], grade["exercise"], passed, engines, grade["state"] or "", grade["sentence"]]
            writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return out.getvalue()


def grades_page(grades: Grades) -> str:
    """Return a class as one HTML file, which needs nothing else."""
    return environment().get_template("lab/grades.html").render(grades=grades, mark=mark, summary=summary(grades))
