"""What only the text of a CREATE TABLE or CREATE INDEX says, worked out once for each text.

https://www.sqlite.org/lang_createtable.html, https://www.sqlite.org/lang_createindex.html
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from lab_app.evidence.readers.sqlite_words import Scope, tokens, unquoted
from lab_app.evidence.tokens import closing, groups
from lab_app.evidence.types import Check, Index, Unique

_OF_TABLE = frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"})
_OF_COLUMN = _OF_TABLE | {"NOT", "NULL", "DEFAULT", "COLLATE", "REFERENCES", "GENERATED", "AS"}


@dataclass(frozen=True)
class Reference:
    """A foreign key's name, and what SQLite's PRAGMA does not say of it: deferrable, match."""

    name: str | None
    options: dict[str, str]


@dataclass
class Declared:
    """What only the CREATE TABLE statement says; a name is None where none was given.

    ``rowid`` is the column that is another name of the rowid; ``conflicts`` what a NOT NULL does other than fail.
    """

    scope: Scope = field(default_factory=Scope)
    options: dict[str, str] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    unique: list[Unique] = field(default_factory=list)
    foreign_keys: list[Reference] = field(default_factory=list)
    computed: dict[str, str] = field(default_factory=dict)
    collations: dict[str, str] = field(default_factory=dict)
    conflicts: dict[str, str] = field(default_factory=dict)
    autoincrement: str | None = None
    rowid: str | None = None
    primary_key_clause: str = ""
    primary_key_conflict: str = ""


@lru_cache(maxsize=1024)
def declared(sql: str) -> Declared:
    """Read a CREATE TABLE. Nobody may change what is returned: the next table of this text gets it, too."""
    parts = tokens(sql)
    if "(" not in parts:
        return Declared()
    start = parts.index("(")
    end = closing(parts, start)
    items = [item for item in groups(parts[start + 1 : end]) if item]
    columns = [unquoted(item[0]) for item in items if item[0].upper() not in _OF_TABLE]
    scope = Scope(unquoted(parts[start - 1]).lower(), {column.lower(): column for column in columns})
    found = Declared(scope, {" ".join(group).upper(): "yes" for group in groups(parts[end + 1 :]) if group})
    for item in items:
        _Item(item, found).read()
    return found


@lru_cache(maxsize=1024)
def index(sql: str, table: str) -> Index:
    """Read a CREATE INDEX, given the CREATE TABLE of its table. Nobody may change what is returned."""
    parts, of = tokens(sql), declared(table)
    unique = parts[1].upper() == "UNIQUE"
    # CREATE [UNIQUE] INDEX name ON table (…): SQLite keeps neither IF NOT EXISTS nor the database's name.
    start = 6 if unique else 5
    end = closing(parts, start)
    terms = (_term(group, of) for group in groups(parts[start + 1 : end]))
    return Index(
        name=unquoted(parts[start - 3]),
        columns=[f"{text}{rest}" for text, rest in terms],
        unique=unique,
        where=of.scope.expression(parts[end + 2 :]) if end + 2 < len(parts) else None,
    )


def _term(parts: list[str], of: Declared) -> tuple[str, str]:
    """Read a column or expression of a key or index, and what makes its order another than the column's own."""
    order = ""
    if len(parts) > 1 and parts[-1].upper() in ("ASC", "DESC"):
        order, parts = (" DESC" if parts[-1].upper() == "DESC" else ""), parts[:-1]
    collation = ""
    if len(parts) > 2 and parts[-2].upper() == "COLLATE":
        collation, parts = unquoted(parts[-1]).upper(), parts[:-2]
    while len(parts) > 2 and parts[0] == "(" and closing(parts, 0) == len(parts) - 1:
        parts = parts[1:-1]
    plain = len(parts) == 1 and unquoted(parts[0]).lower() in of.scope.names
    text = of.scope.name(parts[0]) if plain else of.scope.expression(parts)
    if plain and collation == of.collations.get(text, "BINARY"):
        collation = ""
    return text, (f" COLLATE {collation}" if collation else "") + order


class _Item:
    """One column or table constraint, read from left to right: CONSTRAINT name belongs to what follows it."""

    def __init__(self, parts: list[str], found: Declared) -> None:
        self.parts, self.found, self.place = parts, found, 0
        self.words = [part.upper() for part in parts]
        self.name: str | None = None
        self.column = None if self.words[0] in _OF_TABLE else unquoted(parts[0])

    def word(self) -> str:
        return self.words[self.place] if self.place < len(self.words) else ""

    def took(self, *words: str) -> bool:
        """Take these words, if they come next."""
        if (*self.words[self.place : self.place + len(words)],) != words:
            return False
        self.place += len(words)
        return True

    def group(self) -> list[str]:
        """Take what is in parentheses; nothing where none are next."""
        if self.word() != "(":
            return []
        start, end = self.place, closing(self.parts, self.place)
        self.place = end + 1
        return self.parts[start + 1 : end]

    def read(self) -> None:
        """Go from word to word; each kind of constraint takes what belongs to it."""
        if self.column is not None:
            self.place = 1
            while self.place < len(self.parts) and self.words[self.place] not in _OF_COLUMN:
                self.place += 1
        while self.place < len(self.parts):
            word = self.words[self.place]
            if word == "(":
                self.group()
                continue
            self.place += 1
            if word == "CONSTRAINT":
                self.name, self.place = unquoted(self.parts[self.place]), self.place + 1
            elif word in _READERS:
                _READERS[word](self)
                self.name = None

    def primary_key(self) -> None:
        self.took("KEY")
        inline, group = self.column is not None, self.group()
        autoincrement = bool(group) and group[-1].upper() == "AUTOINCREMENT"
        columns, orders = self.terms(group[:-1] if autoincrement else group)
        descending = inline and self.word() == "DESC"
        self.place += inline and self.word() in ("ASC", "DESC")
        orders += ["DESC"] if descending else []
        conflict = self.conflict()
        if autoincrement or (inline and self.took("AUTOINCREMENT")):
            self.found.autoincrement = columns[0]
        if len(columns) == 1 and not descending and "WITHOUT ROWID" not in self.found.options:
            # INTEGER PRIMARY KEY DESC is none, and PRIMARY KEY (id DESC) is one, whatever order it names.
            self.found.rowid = columns[0]
        self.found.primary_key_clause = (", ".join(orders) + conflict).strip()
        self.found.primary_key_conflict = conflict.strip()

    def unique(self) -> None:
        columns, orders = self.terms(self.group())
        clause = (", ".join(orders) + self.conflict()).strip()
        unique = Unique(name=self.name, columns=columns)
        if clause:
            unique["clause"] = clause
        # One that says the same is none: SQLite makes no second index.
        if all({**other, "name": None} != {**unique, "name": None} for other in self.found.unique):
            self.found.unique.append(unique)

    def terms(self, group: list[str]) -> tuple[list[str], list[str]]:
        """Return a key's columns, and those with an order or a collation of their own."""
        if self.column is not None:
            return [self.column], []
        terms = [_term(part, self.found) for part in groups(group) if part]
        orders = [rest.strip() if len(terms) == 1 else text + rest for text, rest in terms if rest]
        return [text for text, _ in terms], orders

    def check(self) -> None:
        self.found.checks.append(Check(name=self.name, text=self.found.scope.expression(self.group())))
        # It may be written, and does nothing.
        self.conflict()

    def not_null(self) -> None:
        if self.took("NULL") and (conflict := self.conflict()):
            self.found.conflicts[self.column or ""] = conflict.removeprefix(" ON CONFLICT ")

    def conflict(self) -> str:
        """Take an ON CONFLICT; to ABORT is what every constraint does."""
        if not self.took("ON", "CONFLICT"):
            return ""
        action, self.place = self.word(), self.place + 1
        return "" if action == "ABORT" else f" ON CONFLICT {action}"

    def reference(self) -> None:
        self.place += 1
        self.group()
        options: dict[str, str] = {}
        while True:
            if self.took("ON"):
                self.place += 1
                self.place += 2 if self.word() in ("SET", "NO") else 1
            elif self.took("MATCH"):
                match, self.place = self.word(), self.place + 1
                options |= {"MATCH": match} if match != "SIMPLE" else {}
            elif self.took("NOT", "DEFERRABLE"):
                _ = self.took("INITIALLY", "DEFERRED") or self.took("INITIALLY", "IMMEDIATE")
            elif self.took("DEFERRABLE"):
                # Any other clause is what goes without saying: https://www.sqlite.org/foreignkeys.html#fk_deferred
                if self.took("INITIALLY", "DEFERRED"):
                    options["deferrable"] = "INITIALLY DEFERRED"
                self.took("INITIALLY", "IMMEDIATE")
            else:
                break
        self.found.foreign_keys.append(Reference(self.name, options))

    def collation(self) -> None:
        name, self.place = unquoted(self.parts[self.place]).upper(), self.place + 1
        self.found.collations[self.column or ""] = name

    def generated(self) -> None:
        text = self.found.scope.expression(self.group())
        stored = self.took("STORED")
        self.found.computed[self.column or ""] = text + (" STORED" if stored else " VIRTUAL")

    def default(self) -> None:
        """Step over the value, which the PRAGMA tells."""
        if self.word() == "(":
            self.group()
        else:
            self.place += 2 if self.word() in ("-", "+") else 1


_READERS: dict[str, Callable[[_Item], None]] = {
    "PRIMARY": _Item.primary_key,
    "UNIQUE": _Item.unique,
    "CHECK": _Item.check,
    "REFERENCES": _Item.reference,
    "NOT": _Item.not_null,
    "COLLATE": _Item.collation,
    "AS": _Item.generated,
    "DEFAULT": _Item.default,
}
