"""Setting text for a terminal: styles, wrapping, columns, and what the output can carry.

Everything is built from rich's Text, never from its markup: what a database says is printed as it is.
"""

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

from rich.console import Console
from rich.text import Text

from lab_app.document.outcomes import SIGNS, Outcome
from lab_app.text import printable

PIPED_WIDTH = 80
NARROWEST, WIDEST = 60, 120
STYLES: dict[Outcome, str] = {
    "done": "green",
    "ignored": "yellow",
    "drifted": "yellow",
    "refused": "cyan",
    "rolled back": "cyan",
    "half-applied": "bold red",
    "rows changed": "bold red",
    "rows lost": "bold red",
    "not run": "dim",
}
#: One character for one character, so that columns stay where they are.
_ASCII = str.maketrans("✓○≠✗↩½‼–─×→", "+o/x<~X--x>")

Output = Console | TextIO


def console_for(output: Output) -> Console:
    """Make a console on a stream: 80 columns and no escape codes when it is piped, at most 120 on a screen."""
    if isinstance(output, Console):
        return output
    plain = bool(os.environ.get("NO_COLOR"))
    console = Console(file=output, color_system=None if plain else "auto", highlight=False, markup=False, emoji=False)
    console.width = max(NARROWEST, min(WIDEST, console.width)) if output.isatty() else PIPED_WIDTH
    return console


def put(console: Console, lines: Iterable[Text]) -> None:
    """Print lines as they are; in ASCII signs where the output's encoding cannot carry them."""
    page = Text("\n").join(map(_plain, lines))
    page.end = "\n"
    try:
        page.plain.encode(console.encoding)
    except UnicodeEncodeError:
        with console.capture() as captured:
            console.print(page, soft_wrap=True)
        speakable = captured.get().translate(_ASCII)
        console.file.write(speakable.encode(console.encoding, "backslashreplace").decode(console.encoding))
    else:
        console.print(page, soft_wrap=True)


def _plain(line: Text) -> Text:
    """Return a line that can do nothing to the terminal; in one that could, colour is the least worry."""
    said = printable(line.plain)
    return line if said == line.plain else Text(said)


def outcome_text(outcome: Outcome) -> Text:
    """Return an outcome's sign and word."""
    return Text(f"{SIGNS[outcome]} {outcome}", style=STYLES[outcome])


def wrapped(text: str | Text, width: int, style: str = "", hang: int = 0) -> list[Text]:
    """Wrap a text into lines at most ``width`` wide; what does not fit goes on, ``hang`` further in."""
    whole = text if isinstance(text, Text) else Text(printable(text), style=style)
    lines: list[Text] = []
    for line in whole.split("\n", allow_blank=True):
        if line.cell_len <= width:
            lines.append(line)
            continue
        margin = len(line.plain) - len(line.plain.lstrip()) + hang
        [head, *_] = line.wrap(_RULER, width)
        rest = line[len(head.plain) :]
        rest = rest[len(rest.plain) - len(rest.plain.lstrip()) :]
        head.rstrip()
        lines += [head, *indented(rest.wrap(_RULER, max(width - margin, 1)), margin)]
    for line in lines:
        line.rstrip()
    return lines


#: rich asks for a console to wrap with, and takes nothing from it that a fixed one does not have.
_RULER = Console(file=sys.stderr, width=PIPED_WIDTH, color_system=None)


def indented(lines: Iterable[Text], by: int = 2) -> list[Text]:
    """Return the same lines, further in."""
    return [Text(" " * by).append_text(line) if line.plain else line for line in lines]


def titled(title: Text, width: int, aside: str = "") -> list[Text]:
    """Set a title, with something dim at the right end of the line; below it where there is no room."""
    lines = wrapped(title, width)
    gap = width - lines[-1].cell_len - len(aside)
    if aside and gap >= 2:
        lines[-1] = Text.assemble(lines[-1], " " * gap, (aside, "dim"))
    elif aside:
        lines.append(Text(aside, style="dim"))
    return lines


def ruled(title: str, style: str, width: int) -> list[Text]:
    """Set a heading with a line to the right margin."""
    lines = wrapped(title, width, style)
    lines[-1] = Text.assemble(lines[-1], (" " + "─" * (width - lines[-1].cell_len - 1), "dim"))
    return lines


def beside(blocks: Sequence[Sequence[Text]], widths: Sequence[int], gap: int = 2) -> list[Text]:
    """Set blocks of lines side by side, each as wide as its width says."""
    lines = []
    for number in range(max(map(len, blocks), default=0)):
        line = Text()
        start = 0
        for block, width in zip(blocks, widths, strict=True):
            if number < len(block):
                line.append(" " * (start - line.cell_len))
                line.append_text(block[number])
            start += width + gap
        lines.append(line)
    return lines


def widest(lines: Iterable[Text]) -> int:
    """Return the width of the widest line."""
    return max((line.cell_len for line in lines), default=0)
