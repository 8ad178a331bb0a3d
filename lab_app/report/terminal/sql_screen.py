"""The SQL of one scenario in every dialect, side by side, with no server asked."""

from collections.abc import Mapping, Sequence

from rich.text import Text

from lab_app.report.details import SQL, laid_out
from lab_app.report.terminal.layout import Output, console_for, indented, put, ruled, wrapped
from lab_app.report.terminal.scenario_screen import sql_blocks


def sql_screen(title: str, attempts: Sequence[tuple[str, Mapping[str, Sequence[str]]]], output: Output) -> None:
    """Print what each attempt would send: for each attempt its title and the statements by engine title.

    Engines that are sent the same share one block.
    """
    console = console_for(output)
    lines = [*wrapped(title, console.width, "bold"), Text()]
    for attempt, by_engine in attempts:
        lines += ruled(attempt, "bold", console.width)
        lines += [*indented(sql_blocks(_blocks(by_engine), console.width - 2)), Text()]
    put(console, lines)


def _blocks(by_engine: Mapping[str, Sequence[str]]) -> list[tuple[str, tuple[SQL, ...]]]:
    found: dict[tuple[SQL, ...], list[str]] = {}
    for engine, statements in by_engine.items():
        sent = tuple(SQL(_ended(laid_out(sql)), None, failed=False) for sql in statements)
        found.setdefault(sent, []).append(engine)
    return [(", ".join(engines), sent) for sent, engines in found.items()]


def _ended(sql: str) -> str:
    """End a statement with the one semicolon that makes it paste; a remark stays as it is."""
    return sql if sql.startswith("--") else sql.rstrip(";") + ";"
