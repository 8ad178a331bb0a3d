"""How a database's texts and values are written, and what became of the rows, in words."""

from lab_app.document.types import Cell
from lab_app.document.wording import literal, unmet
from lab_app.evidence.types import Survival, Value, ValueChange
from lab_app.text import printable

_AS_IT_WAS, _AS_DECLARED = "every row as it was", "every row as declared"
_CHANGES_TOLD = 3
_LONGEST = 24


def short(value: Value) -> str:
    """Write a value on one line of at most 24 characters; the last three say when there was more."""
    line = printable(literal(value)).replace("\n", "\\n")
    return line if len(line) <= _LONGEST else line[: _LONGEST - 3] + "..."


def survived(survival: list[Survival]) -> str:
    """Tell what became of the rows, in one sentence: 2 of 3 rows changed: 'n/a' became 0."""
    if not survival:
        return "no rows were compared"
    told = [_table(table, named=len(survival) > 1) for table in survival if table["lost"] or table["changed"]]
    return "; ".join(told) or _intact(survival)


def rows_told(cell: Cell) -> str:
    """Tell what became of the rows of a cell: what is not as declared, too, if that decided its outcome."""
    for table in cell["survival"]:
        for wish in table.get("unmet", []):
            if (told := unmet(table["table"], wish)) == cell["finding"]:
                return _not_as_declared(told)
    return survived(cell["survival"])


def intact(told: str) -> bool:
    """Tell whether a sentence says that every row that should have survived did."""
    return told in (_AS_IT_WAS, _AS_DECLARED)


def _not_as_declared(told: str) -> str:
    return printable(f"not every row as declared: {told}").replace("\n", "\\n")


def _intact(survival: list[Survival]) -> str:
    """Tell what became of rows none of which was lost or changed against what is declared."""
    as_declared = any(table.get("as_declared") for table in survival)
    wishes = [(table["table"], wish) for table in survival for wish in table.get("unmet", [])]
    if as_declared and wishes:
        return _not_as_declared(unmet(*wishes[0]))
    for table in survival:
        if table["how"] == "digest" and (untold := _untold(table)):
            return untold
    return _AS_DECLARED if as_declared else _AS_IT_WAS


def _untold(table: Survival) -> str:
    """Tell what a digest did not: rows of another number, and columns that were meant to change."""
    if table["before"] != table["after"]:
        return f"{_rows(table['before'])} of {table['table']} became {table['after']:,}: they were not compared"
    columns = [change["column"] for change in table["changes"]]
    told = "every column" if len(columns) > _CHANGES_TOLD else ", ".join(columns)
    return f"{table['table']}: {told} compared in the first rows alone" if columns else ""


def _table(table: Survival, *, named: bool) -> str:
    told = []
    if table["lost"]:
        told.append(f"{table['lost']} of {_rows(table['before'])} lost")
    if table["changed"]:
        told.append(_changed(table))
    return (f"{table['table']}: " if named else "") + ", ".join(told)


def _changed(table: Survival) -> str:
    if table["how"] == "digest":
        return f"some of {_rows(table['before'])} changed: their digest is another one"
    return f"{table['changed']} of {_rows(table['before'])} changed: {_became(table['changes'])}"


def _became(changes: list[ValueChange]) -> str:
    several = len({change["column"] for change in changes}) > 1
    pairs = dict.fromkeys(
        (f"{change['column']} " if several else "") + f"{short(change['before'])} became {short(change['after'])}"
        for change in changes
    )
    told = list(pairs)[:_CHANGES_TOLD]
    return ", ".join(told) + (", and more" if len(pairs) > len(told) else "")


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
