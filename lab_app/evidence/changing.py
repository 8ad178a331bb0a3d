"""Whether a statement changes something in the database: decided by what it is, not by how it begins.

Of what is not known here it is taken that it does. Session settings, locks, statistics and a transaction's ends are
no change; neither is a statement that found no row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from lab_app.evidence.statement_tokens import Token, statements, tokens
from lab_app.evidence.types import Schema, Statement

_ROWS = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE"})
_READS = frozenset({"SELECT", "VALUES", "TABLE"})
#: Statements that leave every table, row and definition as it was.
_NOTHING = frozenset({
    "ABORT", "ANALYZE", "ATTACH", "BEGIN", "CACHE", "CHECK", "CHECKPOINT", "CHECKSUM", "CLOSE", "CLUSTER", "COMMIT",
    "DEALLOCATE", "DECLARE", "DESC", "DESCRIBE", "DETACH", "DISCARD", "END", "EXPLAIN", "FETCH", "FLUSH", "GET",
    "HANDLER", "HELP", "KILL", "LISTEN", "LOCK", "MOVE", "NOTIFY", "OPTIMIZE", "PRAGMA", "PREPARE", "REINDEX",
    "RELEASE", "REPAIR", "RESET", "ROLLBACK", "SAVEPOINT", "SET", "SHOW", "START", "UNLISTEN", "UNLOCK", "USE",
    "VACUUM", "XA",
})  # fmt: skip
#: Where an EXPLAIN or another statement around it ends, and the statement itself begins.
_BEGINS = _ROWS | _READS | {"WITH", "CREATE", "CALL", "EXECUTE", "REFRESH", "DECLARE"}
#: Words of a routine's body that change something, whatever is around them.
_IN_A_BODY = _ROWS | frozenset(["ALTER", "CREATE", "DROP", "EXECUTE", "GRANT", "RENAME", "REVOKE", "TRUNCATE"])
_NAMES = re.compile(r'[\w"`\[]')
_KEPT_PRAGMAS = frozenset({"user_version", "application_id", "writable_schema"})
#: What is written in another language may do anything; what comes with the server or an extension is left alone.
_READ_LANGUAGES = frozenset({"sql", "plpgsql", "c", "internal"})
#: The definitions of functions and procedures by their bare names; several may have one name.
Routines = Mapping[str, list[str]]

#: How engines say that they could not read a string; SQLite's driver takes one statement.
_UNREAD = re.compile(r"\bsyntax\b|one statement at a time", re.IGNORECASE)
_POINTED = re.compile(r"^(LINE (\d+): )(.*)\n( *)\^", re.MULTILINE)


def changed_something(statement: Statement, schema: Schema) -> bool:
    """Tell whether a statement that was sent has changed something, be it taken back later.

    ``schema`` is the one that it met: whether ``SELECT f()`` changes something follows from what ``f`` is. Of several
    statements in one string that failed, those before the one that failed count.
    """
    routines = _routines(schema)
    parts = statements(statement["sql"])
    if statement["error"] is not None:
        return any(changes(part, routines) for part in _before_the_error(parts, statement["sql"], statement["error"]))
    if statement.get("rows") == 0 and len(parts) == 1 and _verbs([token.text for token in parts[0]]) == 1:
        return False
    return any(changes(part, routines) for part in parts)


def changes(part: list[Token], routines: Routines) -> bool:
    """Tell whether one statement changes something, where these routines are known by their definitions."""
    words = [token.text for token in part]
    while words and words[0] == "(":
        words, part = words[1:], part[1:]
    first, rest = (words or [""])[0], part[1:]
    match first:
        case "SELECT" | "VALUES" | "TABLE" | "WITH":
            return _changes_rows(words) or _into_a_table(words) or _calls_a_change(part, routines)
        case "EXPLAIN" | "ANALYZE" | "DESCRIBE" | "DESC":
            return _executes(words) and changes(_from_its_verb(rest), routines)
        case "DO":
            return _changes_in_body(rest, routines)
        case "CALL":
            return _called(rest, routines) is not False
        case "EXECUTE":
            return words[1:2] != ["IMMEDIATE"] or _text_changes(part[2:], routines)
        case "SET":
            return words[1:2] == ["PASSWORD"] or _set(part, routines)
        case "BEGIN":
            return words[1:3] == ["NOT", "ATOMIC"] and _changes_in_body(rest, routines)
        case "COPY":
            return "FROM" in _outside_brackets(words) or _changes_rows(words)
        case "LOAD":
            return words[1:2] in (["DATA"], ["XML"])
        case "PRAGMA":
            return "=" in words and any(token.called in _KEPT_PRAGMAS for token in rest)
    return bool(words) and first not in _NOTHING


def _verbs(words: list[str]) -> int:
    """Count the words that may change rows; replace(…) and insert(…) are functions."""
    return sum(word in _ROWS and after != "(" for word, after in zip(words, [*words[1:], ""], strict=True))


def _changes_rows(words: list[str]) -> bool:
    """Tell whether INSERT, UPDATE, DELETE or MERGE begins anywhere: after WITH, or after a bracket."""
    return any(
        word in _ROWS and before in ("(", ")") and _NAMES.match(after)
        for before, word, after in zip(words, words[1:], [*words[2:], ""], strict=False)
    )


def _into_a_table(words: list[str]) -> bool:
    """Tell whether a SELECT makes a table: into a variable or a file changes nothing here."""
    outside = _outside_brackets(words)
    if "INTO" not in outside:
        return False
    target = outside[outside.index("INTO") + 1 :][:1]
    return bool(target) and not target[0].startswith("@") and target[0] not in ("OUTFILE", "DUMPFILE")


def _outside_brackets(words: list[str]) -> list[str]:
    found, depth = [], 0
    for word in words:
        depth += (word == "(") - (word == ")")
        if not depth:
            found.append(word)
    return found


def _executes(words: list[str]) -> bool:
    """Tell whether EXPLAIN runs what it explains: EXPLAIN ANALYZE, and MariaDB's ANALYZE of a statement."""
    verb = next((place for place, word in enumerate(words) if place and word in _BEGINS), len(words))
    if words[0] == "ANALYZE":
        return words[1:2] != ["TABLE"] and verb < len(words) and (verb == 1 or words[1] == "FORMAT")
    if "ANALYZE" not in words[1:verb]:
        return False
    return words[words.index("ANALYZE") + 1].strip("'").upper() not in ("FALSE", "OFF", "0")


def _from_its_verb(part: list[Token]) -> list[Token]:
    return next((part[place:] for place, token in enumerate(part) if token.text in _BEGINS), [])


def _set(part: list[Token], routines: Routines) -> bool:
    """Tell whether SET changes something: MariaDB's SET STATEMENT … FOR runs one, and a value may be a call."""
    words = [token.text for token in part]
    if words[1:2] == ["STATEMENT"] and "FOR" in words:
        return changes(part[words.index("FOR") + 1 :], routines)
    return _calls_a_change(part, routines)


def _calls_a_change(part: list[Token], routines: Routines) -> bool:
    """Tell whether a function is called that is known to change something."""
    return any(
        _routine_changes(token.called, routines)
        for token, after in pairwise(part)
        if after.text == "(" and token.called in routines
    )


def _called(rest: list[Token], routines: Routines) -> bool | None:
    """Tell whether the procedure of a CALL changes something; None where it is not known."""
    names = [token.called for token in rest[: next((n for n, token in enumerate(rest) if token.text == "("), 3)]]
    known = [name for name in names if name in routines]
    return _routine_changes(known[-1], routines) if known else None


def _text_changes(rest: list[Token], routines: Routines) -> bool:
    inside = rest[0].inside if rest else ""
    return not inside or any(changes(part, routines) for part in statements(inside))


def _routines(schema: Schema) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, entry in schema.items():
        if entry["kind"] in ("function", "procedure"):
            name = key.partition("(")[0].rpartition(".")[2].strip('"`').lower()
            found.setdefault(name, []).append(entry.get("definition", ""))
    return found


def _routine_changes(name: str, routines: Routines) -> bool:
    """Tell whether a routine changes something, itself or through others."""
    others = {other: texts for other, texts in routines.items() if other != name}
    return any(_changes_in_body(tokens(text), others) for text in routines[name])


def _changes_in_body(part: list[Token], routines: Routines) -> bool:
    if any(name not in _READ_LANGUAGES for name in _languages(part)):
        return True
    body = list(_unfolded(part))
    words = [token.text for token in body]
    return any(_is_a_change(words, place) for place in range(len(words))) or _calls_a_change(body, routines)


def _languages(part: list[Token]) -> Iterator[str]:
    for token, after in pairwise(part):
        if token.text == "LANGUAGE":
            yield after.called or after.inside.lower()


def _unfolded(part: list[Token]) -> Iterator[Token]:
    """Yield the tokens of a routine without its head, and what stands between dollars or, after AS, in quotes."""
    head = False
    for place, token in enumerate(part):
        if token.text == "CREATE" and not place:
            head = True
        elif token.text in ("FUNCTION", "PROCEDURE", "AGGREGATE"):
            head = False
        elif token.text.startswith("$") or (token.text.endswith("'") and part[place - 1].text == "AS"):
            yield from _unfolded(tokens(token.inside))
        elif not head:
            yield token


def _is_a_change(words: list[str], place: int) -> bool:
    word, before, after = words[place], words[place - 1] if place else "", words[place + 1 : place + 2]
    if word == "UPDATE":
        return before not in ("FOR", "KEY")
    if word in ("REPLACE", "INSERT"):
        return after != ["("] and before != "OR"
    return word in _IN_A_BODY


def _before_the_error(parts: list[list[Token]], sql: str, error: str) -> list[list[Token]]:
    """Return the statements of a string that had run before one failed.

    A string that cannot be read is not begun. Where the engine does not point at the place, it is not the first.
    """
    if _UNREAD.search(error):
        return []
    pointed = _POINTED.search(error)
    if not pointed:
        return parts[:-1]
    start, number, shown, margin = pointed.groups()
    line = sum(len(text) for text in sql.splitlines(keepends=True)[: int(number) - 1])
    place = sql.find(shown[len(margin) - len(start) :].removesuffix("..."), line)
    return [part for part, after in pairwise(parts) if place >= after[0].start]
