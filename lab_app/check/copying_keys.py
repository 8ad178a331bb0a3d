"""Which keys of a table a foreign key has made by itself: they go when another key suits it, as no other key does."""

from __future__ import annotations

import re

_NAME = r"`((?:[^`]|``)*)`"
_FOREIGN_KEY = re.compile(rf"\s+CONSTRAINT {_NAME} FOREIGN KEY \(([^)]*)\)")
_KEY = re.compile(rf"\s+(?:PRIMARY KEY|UNIQUE KEY {_NAME}|KEY {_NAME}) \((.*?)\)(?: USING \w+)?,?$")


def without_made_keys(table: str, statement: str) -> str:
    """Return the CREATE TABLE of a table without the keys that its foreign keys make again.

    Such a key has the foreign key's columns and its name, or the name of its first column where the engine named the
    foreign key; and no other key begins with these columns, or it would have gone.
    """
    lines = statement.split("\n")
    keys = {number: found for number, line in enumerate(lines) if (found := _KEY.match(line))}
    foreign = {number: found for number, line in enumerate(lines) if (found := _FOREIGN_KEY.match(line))}
    unnamed = _named_again(table, {number: found[1] for number, found in foreign.items()})
    made = set()
    for number, found in foreign.items():
        name, columns = found[1], found[2].replace(", ", ",")
        if number in unnamed:
            lines[number] = lines[number].replace(f"CONSTRAINT `{name}` ", "", 1)
            name = columns.partition(",")[0].strip("`")
        suiting = [place for place, key in keys.items() if f"{key[3]},".startswith(f"{columns},")]
        if len(suiting) == 1 and (key := keys[suiting[0]])[2] == name and key[3] == columns:
            made.add(suiting[0])
    kept = [line for number, line in enumerate(lines) if number not in made]
    return re.sub(r",\n\)", "\n)", "\n".join(kept))


def _named_again(table: str, names: dict[int, str]) -> set[int]:
    """Return which foreign keys get their names from the engine, and would get the same ones again."""
    escaped = table.replace("`", "``")
    by_engine = {number: name for number, name in names.items() if name.startswith(f"{escaped}_ibfk_")}
    again = [f"{escaped}_ibfk_{place}" for place in range(1, len(by_engine) + 1)]
    return set(by_engine) if list(by_engine.values()) == again else set()
