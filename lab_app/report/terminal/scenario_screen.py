"""One scenario on a terminal: its story, its matrix, and the evidence of each attempt."""

from collections.abc import Callable, Iterator, Sequence

from rich.text import Text

from lab_app.document.matrix import Matrix, Row, matrix
from lab_app.document.types import Cell, Document
from lab_app.evidence.types import ErrorRecord
from lab_app.report import details
from lab_app.report.details import SQL, RowView, Shared, TableView, shared
from lab_app.report.next_command import Wording, command
from lab_app.report.terminal.layout import beside, indented, ruled, titled, widest, wrapped
from lab_app.report.terminal.matrix_screen import closing, groups, next_commands
from lab_app.report.values import intact, rows_told
from lab_app.text import printable

_MARGIN, _GAP, _HEADING = 2, 3, 8
_UNWRAPPED = 10_000


def scenario_screen(document: Document, width: int, wording: Wording = "make") -> list[Text]:
    """Draw a document that holds one scenario: story, matrix, the details of each attempt, and what to type next."""
    [scenario] = document["scenarios"]
    view = matrix(document)
    lines = titled(Text(scenario["title"], style="bold"), width, f"{scenario['name']}, {scenario['level']}")
    lines += [Text(), *indented(wrapped(scenario["story"], width - 4)), Text()]
    lines += [Text.assemble("  Read more: ", (scenario["reference"], "underline")), Text()]
    lines += groups(view, width, aside=lambda _row: "")
    for row in view.rows:
        lines += attempt_details(row, view, width)
    lines += closing(view, width)
    return lines + next_commands(
        {
            command("sql", wording, scenario["name"]): "the SQL of every dialect, no server needed",
            command("matrix", wording): "every scenario, data at risk first",
        }
    )


def attempt_details(row: Row, view: Matrix, width: int) -> list[Text]:
    """Draw what was typed, the SQL, the engines' own words, the rows and the schema; shared things once."""
    if not row.ran:
        return []
    lines = ruled(row.attempt["title"], "bold", width)
    short = True
    for title, body in _sections(row, view, width - 2 * _MARGIN):
        if not body:
            continue
        inline = len(body) == 1 and _HEADING + len(title) + body[0].cell_len <= width - 2 * _MARGIN
        if not (short and inline):
            lines.append(Text())
        if inline:
            lines += indented([Text.assemble((f"{title}  ".ljust(_HEADING), "bold"), body[0])], _MARGIN)
        else:
            lines += indented([Text(title, style="bold"), *indented(body)], _MARGIN)
        short = inline
    return [*lines, Text()]


def _sections(row: Row, view: Matrix, width: int) -> Iterator[tuple[str, list[Text]]]:
    def common(what: Callable[[Cell], object], draw: Callable[..., list[Text]]) -> list[Text]:
        found = [block for block in shared(row, view.targets, what) if block.value]
        return _blocks(found, draw, width)

    yield "Typed", common(lambda cell: tuple(cell["steps"]), _plain)
    yield "Migration file", common(details.migration, lambda source, room: wrapped(source, room, hang=4))
    yield "SQL", _sql(row, view, width)
    yield "In their own words", common(lambda cell: cell["error"], _error)
    yield "What a person does next", common(details.again, lambda line, room: _plain((line,), room))
    yield "The app's first query afterwards", _first_query(row, view, width)
    yield "Rows", _rows(row, view, width)
    yield "Schema", common(_schema, _plain)
    yield "Python warned", common(lambda cell: tuple(dict.fromkeys(cell["warnings"])), _plain)


def _blocks(found: Sequence[Shared[object]], draw: Callable[..., list[Text]], width: int) -> list[Text]:
    lines: list[Text] = []
    for block in found:
        if block.everywhere:
            lines += draw(block.value, width)
        else:
            lines += [Text(block.label, style="dim"), *indented(draw(block.value, width - 2))]
    return lines


def _plain(texts: Sequence[str], width: int) -> list[Text]:
    return [line for text in texts for line in wrapped(text, width, hang=2)]


def _error(error: ErrorRecord, width: int) -> list[Text]:
    return [Text(printable(details.error_name(error)), style="bold"), *_verbatim(error["message"], width)]


def _verbatim(message: str, width: int) -> list[Text]:
    """Lay out an engine's text with its own line ends; a caret stays under the character that it points at."""
    texts = printable(message).split("\n")
    lines: list[Text] = []
    for text, below in zip(texts, [*texts[1:], ""], strict=True):
        if below.strip() == "^":
            lines += _pointed(text, below.index("^"), width)
        elif text.strip() != "^":
            lines += wrapped(text, width)
    return lines


def _pointed(text: str, caret: int, width: int) -> Iterator[Text]:
    rest = text.ljust(caret + 1)
    while rest:
        cut = len(rest) if len(rest) <= width else rest.rfind(" ", 1, width) + 1 or width
        yield Text(rest[:cut].rstrip())
        if 0 <= caret < cut:
            yield Text(" " * caret + "^")
        rest, caret = rest[cut:], caret - cut


def _sql(row: Row, view: Matrix, width: int) -> list[Text]:
    found = shared(row, view.targets, details.statements)
    lines = sql_blocks([("" if block.everywhere else block.label, block.value) for block in found], width)
    if any(map(details.leaves_out, row.ran)):
        lines.append(Text("left out: COMMIT, and what Alembic notes in alembic_version", style="dim"))
    return lines


def sql_blocks(found: Sequence[tuple[str, tuple[SQL, ...]]], width: int) -> list[Text]:
    """Lay out labelled statements: beside each other as far as nothing has to be wrapped for it, else below."""
    lines: list[Text] = []
    line: list[list[Text]] = []
    for label, statements in found:
        block = _statements(label, statements, width)
        whole = _statements(label, statements, _UNWRAPPED)
        if line and sum(map(widest, line)) + _GAP * len(line) + widest(whole) > width:
            lines += beside(line, [widest(each) for each in line], _GAP)
            line = []
        line.append(whole if widest(whole) <= width else block)
    return lines + beside(line, [widest(each) for each in line], _GAP)


def _statements(label: str, block: tuple[SQL, ...], width: int) -> list[Text]:
    lines = [Text(label, style="dim")] if label else []
    margin = 2 if label or any(statement.failed for statement in block) else 0
    for statement in block:
        text = indented(wrapped(statement.text, width - margin, "red" if statement.failed else "", hang=4), margin)
        if statement.failed:
            text[0] = Text.assemble(("✗ ", "red"), text[0][2:])
        lines += text
        if statement.parameters:
            lines += indented(wrapped(f"with {statement.parameters}", width - margin - 4, "dim"), margin + 4)
        if statement.failed:
            lines.append(Text("  failed here", style="bold red"))
    return lines if block else [*lines, Text(" " * margin + "nothing was sent", style="dim")]


def _first_query(row: Row, view: Matrix, width: int) -> list[Text]:
    asked = [cell["first_query"] for cell in row.ran if cell["first_query"]]
    failed = next((query for query in asked if query["error"]), None)
    if not asked:
        return []
    if failed is None:
        return [Text("answers")]
    lines = wrapped(details.laid_out(failed["sql"]), width, hang=4)
    for block in shared(row, view.targets, details.first_error):
        lines.append(Text(block.label, style="dim"))
        lines += indented(_error(block.value, width - 2)) if block.value else [Text("  answers")]
    return lines


def _rows(row: Row, view: Matrix, width: int) -> list[Text]:
    lines: list[Text] = []
    for block in shared(row, view.targets, lambda cell: (rows_told(cell), details.tables(cell))):
        sentence, tables = block.value
        text = Text(sentence, style="" if intact(sentence) else "bold red")
        lines += wrapped(text if block.everywhere else Text.assemble((f"{block.label}: ", "dim"), text), width, hang=2)
        for table in tables:
            lines += [Text(f"  {printable(table.table)}", style="dim")] if len(tables) > 1 else []
            lines += indented(_table(table, width - 2))
    return lines


def _table(table: TableView, width: int) -> list[Text]:
    columns = [_column(table, place) for place in range(len(table.columns))]
    shown, left_out = _fitting(table, columns, width)
    lines = beside([columns[place] for place in shown], [widest(columns[place]) for place in shown])
    if left_out:
        names = ", ".join(table.columns[place] for place in left_out)
        lines += wrapped(f"not shown: {names}", width, "dim", hang=2)
    if table.more:
        lines.append(Text(f"… and {table.more:,} more rows", style="dim"))
    return lines


def _column(table: TableView, place: int) -> list[Text]:
    head = Text(printable(table.columns[place]), style="dim")
    return [head, *(_value(row, place) for row in table.rows)]


def _value(row: RowView, place: int) -> Text:
    value = Text(row.values[place], style="strike red" if row.gone else "")
    if row.gone and place == 0:
        return Text.assemble(value, (" lost", "bold red"))
    was = row.was[place]
    return value if was is None else Text.assemble(value, (f"  was {was}", "bold red"))


def _fitting(table: TableView, columns: list[list[Text]], width: int) -> tuple[list[int], list[int]]:
    """Return the columns that fit, in order: the key, then what changed or is new, then the rest; and the others."""

    def rank(place: int) -> int:
        changed = table.new[place] or any(row.was[place] is not None for row in table.rows)
        return 0 if table.key[place] else 1 if changed else 2

    shown: list[int] = []
    room = width + 2
    for place in sorted(range(len(columns)), key=rank):
        needed = widest(columns[place]) + 2
        if needed <= room or not shown:
            room -= needed
            shown.append(place)
    return sorted(shown), [place for place in range(len(columns)) if place not in shown]


def _schema(cell: Cell) -> tuple[str, ...]:
    changed, missing = details.schema_changes(cell), details.schema_missing(cell)
    return (*changed, *(f"to match the models: {line}" for line in missing))
