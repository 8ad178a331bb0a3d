"""The list of the exercises on a terminal: how far one is, and the next command to type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from lab_app.report.terminal.layout import Output, console_for, indented, put, titled, wrapped

_SIGNS = {"done": ("✓", "green"), "begun": ("●", "blue"), "not yet": ("○", "dim")}
_ALL = 4


@dataclass(frozen=True)
class PathLine:
    """One exercise of the list; ``engines`` are those that it was passed on."""

    number: int
    name: str
    title: str
    far: str
    engines: Sequence[str] = ()


def path_screen(lines: Sequence[PathLine], next_: str, command: str, output: Output) -> None:
    """Print the list; ``next_`` is the title of the next exercise, or empty, and ``command`` what to type."""
    console = console_for(output)
    width = console.width - 2
    done = sum(line.far == "done" for line in lines)
    page = titled(Text("The lesson, with your own hands", style="bold"), width, f"{done} of {len(lines)} done")
    page.append(Text())
    name_width = max(len(line.name) for line in lines)
    for line in lines:
        sign, style = _SIGNS[line.far]
        text = Text.assemble((sign, style), f" {line.number:2}  {line.name:{name_width}}  {line.title}")
        if line.engines and len(line.engines) < _ALL:
            text.append(f"  on {', '.join(line.engines)}", style="dim")
        page += wrapped(text, width, hang=name_width + 7)
    page += [Text(), Text("✓ done  ● begun  ○ not yet", style="dim"), Text()]
    page += wrapped(f"Next: {next_}. Type:" if next_ else "All of them are done.", width)
    if next_:
        page += [Text(), Text(f"  {command}", style="bold")]
    put(console, indented(page, 1))
