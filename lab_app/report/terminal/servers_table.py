"""The engines on a terminal: up or not, version, source, address, and how long each took."""

from collections.abc import Sequence

from rich.text import Text

from lab_app.document.survey import ServerLine, called
from lab_app.report.moments import took
from lab_app.report.terminal.layout import STYLES, Output, console_for, indented, put, wrapped


def servers_table(records: Sequence[ServerLine], output: Output) -> None:
    """Print a line for each engine; for one that is not up, why, and the command that fixes it beneath."""
    console = console_for(output)
    columns = [_columns(record) for record in records if record["up"]]
    widths = [max(map(len, column)) for column in zip(*columns, strict=True)]
    name = max((len(called(record)) for record in records), default=0)
    lines: list[Text] = []
    for record in records:
        lines += _up(record, name, widths, console.width) if record["up"] else _not_up(record, name, console.width)
    put(console, lines)


def _columns(record: ServerLine) -> tuple[str, str, str]:
    return record["version"] or "", record["source"] or "", record["address"] or ""


def _up(record: ServerLine, name: int, widths: Sequence[int], width: int) -> list[Text]:
    cells = [text.ljust(room) for text, room in zip(_columns(record), widths, strict=True)]
    state = Text.assemble((called(record).ljust(name), "bold"), "  ", ("✓ up", STYLES["done"]), "      ")
    line = Text.assemble(state, "  ".join(cells), (f"  {took(record['ms']):>7}", "dim"))
    return wrapped(line, width, hang=name + 12)


def _not_up(record: ServerLine, name: int, width: int) -> list[Text]:
    margin = name + 12
    reason = wrapped(record["reason"] or "", width - margin)
    head = Text.assemble((called(record).ljust(name), "bold"), "  ", ("– not up", STYLES["not run"]), "  ")
    fix = [Text(record["fix"], style="bold")] if record["fix"] else []
    return [Text.assemble(head, reason[0]), *indented([*reason[1:], *fix], margin)]
