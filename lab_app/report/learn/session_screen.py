"""The screen of a session: the judgement, the hints that were asked for, the solution, and the keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from lab_app.document.judgement import Judgement
from lab_app.report.learn.screen import judgement_lines
from lab_app.report.terminal.layout import Output, console_for, indented, put, titled, wrapped

#: Moves to the top left corner and clears what is below it.
_CLEAR = "\x1b[H\x1b[2J"
_KEYS = "h hint  r reset  n next  q quit"
_KEYS_AND_SOLUTION = "h hint  s solution  r reset  n next  q quit"


def session_screen(
    output: Output,
    *,
    head: str,
    found: Judgement | None,
    hints: Sequence[str],
    said: str = "",
    asks: str = "",
    judging: bool = False,
    solution: Sequence[tuple[str, list[str]]] = (),
    may_see_solution: bool = False,
) -> None:
    """Draw the screen anew: ``head`` is the exercise's number and title, ``hints`` are those to be shown."""
    console = console_for(output)
    width = console.width
    keys = _KEYS_AND_SOLUTION if may_see_solution else _KEYS
    more = list(_more(width - 2, hints, said, asks, judging, solution))
    if found is None:
        lines = indented([*titled(Text(head, style="bold"), width - 2, keys), Text(), *more], 1)
    else:
        lines = judgement_lines(found, width, keys=keys, extra=more)
    console.file.write(_CLEAR)
    put(console, lines)


def _more(
    width: int, hints: Sequence[str], said: str, asks: str, judging: bool, solution: Sequence[tuple[str, list[str]]]
) -> Iterator[Text]:
    for number, hint in enumerate(hints, 1):
        yield Text()
        yield from _hint(number, hint, width)
    for path, lines in solution:
        yield Text()
        yield Text(path, style="bold")
        yield from (_coloured(line) for line in lines)
    for text, style in ((said, "blue"), (asks, "bold")):
        if text:
            yield Text()
            yield from wrapped(text, width, style)
    if judging:
        yield Text()
        yield Text("● judging …", style="blue")


def _hint(number: int, hint: str, width: int) -> Iterator[Text]:
    """Set a hint; a command, after ``$``, and code, which is indented, stay in one piece each, to be pasted."""
    label = Text(f"Hint {number} of 3  ", style="dim")
    for line in hint.splitlines():
        if line.startswith("$ "):
            yield Text(f"    {line[2:]}")
        elif line.startswith("    "):
            yield Text(line)
        else:
            yield from wrapped(Text.assemble(label, line), width, hang=2)
        label = Text("  ")


def _coloured(line: str) -> Text:
    style = {"+": "green", "-": "red", "@": "dim"}.get(line[:1], "")
    return Text(f"  {line}", style=style)
