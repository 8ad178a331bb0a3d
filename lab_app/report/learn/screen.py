"""One judgement on a terminal: the list, the first surprise in full, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from lab_app.document.judgement import EngineLine, Judgement, Line, Progress, Surprise
from lab_app.report.terminal.layout import Output, console_for, indented, outcome_text, put, titled, wrapped

_SIGNS: dict[Progress, str] = {"passed": "✓", "failed": "✗", "asking": "●", "waiting": "○", "not up": "–"}
_STYLES: dict[Progress, str] = {
    "passed": "green",
    "failed": "bold red",
    "asking": "blue",
    "waiting": "dim",
    "not up": "dim",
}
#: The columns of an engine's title.
_TITLE = 12


def judgement_screen(found: Judgement, output: Output, *, keys: str = "", extra: Sequence[Text] = ()) -> None:
    """Print a judgement on a stream or a rich Console; ``keys`` is the line of keys, ``extra`` stands at the end."""
    console = console_for(output)
    put(console, judgement_lines(found, console.width, keys=keys, extra=extra))


def judgement_lines(found: Judgement, width: int, *, keys: str = "", extra: Sequence[Text] = ()) -> list[Text]:
    """Set a judgement, at most ``width`` columns wide."""
    exercise = found["exercise"]
    inner = width - 2
    head = f"{exercise['number']}/{exercise['of']}  {exercise['title']}"
    lines = titled(Text(head, style="bold"), inner, keys)
    lines += [*wrapped(exercise["task"], inner), Text()]
    for line in found["checks"]:
        lines += _line(line, found["engines"], inner)
    lines.append(Text())
    if any(engine["outcome"] for engine in found["engines"]):
        lines += [*_engines(found["engines"], inner), Text()]
    if found["surprise"]:
        lines += [*_surprise(found["surprise"], inner), Text()]
    lines += wrapped(found["sentence"], inner, "bold")
    if found["command"]:
        lines += [Text(), Text(f"  {found['command']}")]  # in one piece, however long: it is to be pasted
    for text in found["told"].values():
        lines += [Text(), *wrapped(text, inner)]
    if found["passed"]:
        lines += [Text(), Text("The whole story:"), Text(f"  {found['more']}")]
    return indented([*lines, *extra], 1)


def _line(line: Line, engines: Sequence[EngineLine], width: int) -> list[Text]:
    sign = Text(f"{_SIGNS[line['progress']]} ", style=_STYLES[line["progress"]])
    says = Text(line["says"], style="" if line["progress"] != "waiting" else "dim")
    text = Text.assemble(sign, says)
    if line["engines"]:
        text.append(" " * max(2, 38 - text.cell_len))
        text.append_text(Text(" · ", style="dim").join(_lamp(engine) for engine in engines))
    elif line["progress"] == "failed" and line["detail"]:
        text.append(" " * max(2, 38 - text.cell_len))
        text.append(line["detail"], style="dim")
    return wrapped(text, width, hang=2)


def _lamp(engine: EngineLine) -> Text:
    return Text(engine["title"], style=_STYLES[engine["progress"]])


def _engines(engines: Sequence[EngineLine], width: int) -> Iterator[Text]:
    """Set one line an engine, with its word."""
    for engine in engines:
        title = Text(f"{engine['title']:{_TITLE}}")
        if engine["progress"] == "not up":
            title.append(f"{_SIGNS['not up']} not up. Type: {engine['fix']}", style="dim")
        elif engine["outcome"]:
            title.append_text(outcome_text(engine["outcome"]))
        else:
            title.append(f"{_SIGNS['asking']} is being asked", style="blue")
        yield from wrapped(title, width, hang=_TITLE)


def _surprise(surprise: Surprise, width: int) -> Iterator[Text]:
    """Set what was seen beside what was wanted, in the engine's own words where it has some."""
    if surprise["seen"] and surprise["wanted"]:
        for label, said in (("seen", surprise["seen"]), ("wanted", surprise["wanted"])):
            yield from wrapped(Text.assemble((f"{label:8}", "dim"), said), width, hang=8)
    else:
        who = f"{surprise['engine']} says  " if surprise["engine"] else ""
        yield from wrapped(Text.assemble((who, "dim"), surprise["said"]), width, hang=2)
