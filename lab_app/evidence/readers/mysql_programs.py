"""Triggers, routines, packages, libraries and events: SQL that the database keeps and runs.

Each is told by what SHOW CREATE prints, without its name, its definer and its dates. The charset and collation of the
connection that made it are left out, too: they belong to the session of whoever typed it.
"""

from datetime import datetime, timedelta

from lab_app.evidence.normalise import closing
from lab_app.evidence.readers import empty_table
from lab_app.evidence.readers.mysql_body import body
from lab_app.evidence.readers.mysql_show import Shown
from lab_app.evidence.readers.mysql_text import plain, quoted, written
from lab_app.evidence.types import Definition, Kind, Schema, Table

_EVENT_DATES = "SELECT event_name, created, last_altered FROM information_schema.events WHERE event_schema = DATABASE()"
_DATE = "%Y-%m-%d %H:%M:%S"
_KINDS: dict[str, Kind] = {
    "FUNCTION": "function",
    "PROCEDURE": "procedure",
    "PACKAGE": "package",
    "PACKAGE BODY": "package body",
    "LIBRARY": "library",
}


def add_triggers(schema: Schema, triggers: list[tuple[str, str, str]], shown: Shown) -> None:
    """Add triggers to their tables: each a name, a table and its moment (BEFORE INSERT), in the order they run in."""
    last: dict[tuple[str, str], str] = {}
    for name, table, moment in triggers:
        _, mode, sql, *_ = shown.show("TRIGGER", name)
        parts = body(sql, shown.database, mode)
        text = written(parts)
        if len(parts) > 1:
            at = parts.index("TRIGGER") + 1
            start = next(place for place in range(at, len(parts)) if parts[place] in ("BEFORE", "AFTER"))
            on = parts.index("ON", start)
            row = parts.index("ROW", on)
            rest = parts[row + 3 :] if parts[row + 1] in ("FOLLOWS", "PRECEDES") else parts[row + 1 :]
            before = last.get((table, moment))
            order = ["FOLLOWS", before] if before else []
            text = written([*parts[start:on], "FOR", "EACH", "ROW", *order, *rest])
        last[table, moment] = name
        text += _made_under(mode, shown)
        schema[table].setdefault("others", []).append(Definition(kind="trigger", name=name, text=text))


def add_routine(schema: Schema, kind: str, name: str, shown: Shown) -> None:
    """Add a function, a procedure, a package or a library."""
    row = shown.show(kind, name)
    mode, sql = row[1], row[2] or ""  # nothing, to whom has no right to see it
    parts = body(sql, shown.database, mode)
    text = written(parts)
    if len(parts) > 1:
        word = kind.rsplit(maxsplit=1)[-1]
        at = next(place for place, part in enumerate(parts) if part.upper() == word)
        before = [part for part in parts[1:at] if part == "AGGREGATE"]
        text = written([*before, *_parameters(parts[at + 2 :])])
    table = empty_table(_KINDS[kind])
    table["definition"] = text + _made_under(mode, shown)
    if len(row) > 5 and row[5] != shown.usual_collation:
        table["options"] = {"collation": row[5]}
    _put(schema, name, table)


def _parameters(parts: list[str]) -> list[str]:
    """Leave out IN, which a parameter is anyway."""
    if parts[:1] != ["("]:
        return parts
    end = closing(parts, 0)
    kept = [part for place, part in enumerate(parts[:end]) if not (part == "IN" and parts[place - 1] in ("(", ","))]
    return [*kept, *parts[end:]]


def add_events(schema: Schema, names: list[str], shown: Shown) -> None:
    """Add events: when they run, and what they do."""
    dates = {name: (created, altered) for name, created, altered in shown.connection.exec_driver_sql(_EVENT_DATES)}
    for name in names:
        _, mode, zone, sql, *_ = shown.show("EVENT", name)
        parts = body(sql, shown.database, mode)
        table = empty_table("event")
        text = written(parts)
        if len(parts) > 1:
            at = next(place for place, part in enumerate(parts) if part.upper() == "SCHEDULE") + 1
            do = parts.index("DO", parts.index("COMPLETION", at))
            if parts[do - 2] == "COMMENT":
                table["comment"] = plain(parts[do - 1]) or None
            state = [] if zone == "SYSTEM" else ["TIME", "ZONE", quoted(zone)]
            text = written([*_schedule(parts[at:do], *dates[name]), *state, *parts[do:]])
        table["definition"] = text + _made_under(mode, shown)
        _put(schema, name, table)


def _schedule(parts: list[str], created: datetime, altered: datetime) -> list[str]:
    """Return when an event runs, and what was said of its end and its state.

    A start that nobody gave is the moment of CREATE or ALTER EVENT, and is left out.
    """
    kept: list[str] = []
    for part in parts[: parts.index("COMMENT")] if "COMMENT" in parts else parts:
        if kept and kept[-1] in ("STARTS", "ENDS", "AT"):
            moment = datetime.strptime(plain(part)[:19], _DATE)
            if kept[-1] == "STARTS" and created <= moment <= altered:
                kept.pop()
            else:
                kept += _moment(moment, altered)
        else:
            kept.append(part)
    said = written(kept).replace(" ON COMPLETION NOT PRESERVE", "").removesuffix(" ENABLE")
    return [said]


def _moment(moment: datetime, altered: datetime) -> list[str]:
    """Write a moment as it was given: by the clock, or so many minutes after the statement that said so."""
    after = moment - altered
    hours, minutes = after % timedelta(hours=1), after % timedelta(minutes=1)
    if after > timedelta(0) and (not hours or (not minutes and moment.second)):
        return ["CURRENT_TIMESTAMP", "+", "INTERVAL", str(after // timedelta(minutes=1)), "MINUTE"]
    return [quoted(moment.strftime(_DATE))]


def _made_under(mode: str, shown: Shown) -> str:
    """Tell the sql_mode that a body runs under, where it is not the server's."""
    return "" if mode == shown.usual_mode else f" (sql_mode {mode or 'none'})"


def _put(schema: Schema, name: str, table: Table) -> None:
    """Add it under its name, or under its name and kind where a table or another kind has that name."""
    schema[name if name not in schema else f"{name} ({table['kind']})"] = table
