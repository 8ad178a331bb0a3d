"""The body of a trigger, a routine or an event: the engine keeps it as it was typed, and it is levelled here.

Comments, white space, and the case of reserved words go, and parentheses around a lone value or around parentheses.
Names keep their case: that of a table means something on most servers.
"""

import re

from lab_app.evidence.normalise import closing
from lab_app.evidence.readers.mysql_text import is_name, plain, tokens

#: Words that MySQL and MariaDB reserve, or that stand in the head of a definition: no name in a body is one of them.
_RESERVED = frozenset({
    "ADD", "AFTER", "AGGREGATE", "ALL", "ALTER", "ALWAYS", "AND", "AS", "ASC", "BEFORE", "BEGIN", "BETWEEN",
    "BIGINT", "BINARY", "BLOB", "BOTH", "BY", "CALL", "CASCADE", "CASE", "CAST", "CHANGE", "CHAR", "CHARACTER",
    "CHECK", "CLOSE", "COLLATE", "COLUMN", "COMMENT", "CONDITION", "CONSTRAINT", "CONTINUE", "CONVERT", "CREATE",
    "CROSS", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "CURRENT_USER", "CURSOR", "DATABASE", "DATE",
    "DATETIME", "DEC", "DECIMAL", "DECLARE", "DEFAULT", "DELETE", "DESC", "DETERMINISTIC", "DISTINCT", "DIV", "DO",
    "DOUBLE", "DROP", "EACH", "ELSE", "ELSEIF", "END", "EXISTS", "EXIT", "FALSE", "FETCH", "FLOAT", "FOLLOWS",
    "FOR", "FOREIGN", "FOUND", "FROM", "FULLTEXT", "FUNCTION", "GRANT", "GROUP", "HANDLER", "HAVING", "IF",
    "IGNORE", "IN", "INDEX", "INNER", "INOUT", "INSERT", "INT", "INTEGER", "INTERVAL", "INTO", "INVOKER", "IS",
    "ITERATE", "JOIN", "JSON", "KEY", "LANGUAGE", "LEADING", "LEAVE", "LEFT", "LIKE", "LIMIT", "LOCALTIME",
    "LOCALTIMESTAMP", "LONGBLOB", "LONGTEXT", "LOOP", "MATCH", "MEDIUMINT", "MEDIUMTEXT", "MOD", "MODIFIES",
    "MODIFY", "NATURAL", "NEW", "NO", "NOT", "NULL", "NUMERIC", "OF", "OFFSET", "OLD", "ON", "OPEN", "OR", "ORDER",
    "OUT", "OUTER", "OVER", "PARTITION", "PRECEDES", "PRIMARY", "PROCEDURE", "READS", "REAL", "REFERENCES",
    "REGEXP", "RELEASE", "RENAME", "REPEAT", "REPLACE", "RESIGNAL", "RETURN", "RETURNS", "RIGHT", "RLIKE", "ROW",
    "ROWS", "SECURITY", "SELECT", "SET", "SIGNAL", "SMALLINT", "SQL", "SQLEXCEPTION", "SQLSTATE", "SQLWARNING",
    "TABLE", "TEXT", "THEN", "TIMESTAMP", "TINYINT", "TO", "TRAILING", "TRIGGER", "TRUE", "UNION", "UNIQUE",
    "UNSIGNED", "UNTIL", "UPDATE", "USING", "VALUES", "VARBINARY", "VARCHAR", "WHEN", "WHERE", "WHILE", "WINDOW",
    "WITH", "XOR", "ZEROFILL",
})  # fmt: skip
#: Functions that everybody has, in front of their parenthesis.
_FUNCTIONS = frozenset({
    "ABS", "AVG", "CEIL", "CEILING", "CHAR_LENGTH", "COALESCE", "CONCAT", "CONCAT_WS", "COUNT", "CURDATE",
    "CURTIME", "DATE", "DATE_ADD", "DATE_FORMAT", "DATE_SUB", "DATEDIFF", "DAY", "FLOOR", "GREATEST", "HOUR", "IF",
    "IFNULL", "JSON_ARRAY", "JSON_EXTRACT", "JSON_OBJECT", "JSON_UNQUOTE", "LAST_INSERT_ID", "LEAST", "LEFT",
    "LENGTH", "LOWER", "LTRIM", "MAX", "MD5", "MIN", "MINUTE", "MOD", "MONTH", "NOW", "NULLIF", "POW", "POWER",
    "RAND", "REPLACE", "RIGHT", "ROUND", "ROW_COUNT", "RTRIM", "SECOND", "SUBSTR", "SUBSTRING", "SUM", "SYSDATE",
    "TIMESTAMPDIFF", "TRIM", "TRUNCATE", "UNIX_TIMESTAMP", "UPPER", "USER", "UUID", "YEAR",
})  # fmt: skip
_NO_CALL_AFTER = {"INTO", "TABLE", "REFERENCES", "UPDATE", "FROM", "JOIN", "."}
_SAME = {"INTEGER": "INT", "NUMERIC": "DECIMAL", "DEC": "DECIMAL"}
_WIDTHS = {"TINYINT", "SMALLINT", "MEDIUMINT", "INT", "BIGINT"}
_AFTER_VALUE = re.compile(r"[\w`'\"$)]")
#: What a condition or a value stands between.
_BEFORE_CONDITION = {"IF", "ELSEIF", "WHEN", "WHILE", "UNTIL", "WHERE", "HAVING", "RETURN"}
_ENDS: tuple[list[str], ...] = ([], [";"], ["THEN"], ["DO"], ["END"], ["ELSE"], ["GROUP"], ["ORDER"], ["LIMIT"])
#: Operators that bind no tighter than a comparison does.
_LOOSER = frozenset({
    "AND", "OR", "XOR", "NOT", "=", "<>", "<", ">", "<=", ">=", "<=>", "LIKE", "REGEXP", "RLIKE", "IN", "IS", "BETWEEN",
    "||", "&&", ":=", "CASE",
})  # fmt: skip


def body(sql: str, database: str, mode: str) -> list[str]:
    """Return the levelled tokens of a statement; ``mode`` is the sql_mode that it was made under."""
    if "NO_BACKSLASH_ESCAPES" in mode:
        return [sql]  # a backslash is a character there, and strings would be cut in the wrong places
    parts = [_word(part) for part in tokens(sql, database, ansi_quotes="ANSI_QUOTES" in mode)]
    levelled: list[str] = []
    for place, part in enumerate(parts):
        before = levelled[-1] if levelled else ""
        after = parts[place + 1] if place + 1 < len(parts) else ""
        word = part.upper()
        name = before == "." or (after == "." and word not in ("NEW", "OLD"))
        known = not name and (word in _RESERVED or _is_call(word, before, after))
        levelled.append(_SAME.get(word, word) if known else part)
    while levelled and levelled[-1] == ";":
        levelled.pop()
    return _without_parentheses(levelled)


def _word(part: str) -> str:
    """Take a name out of its quotes where it needs none."""
    if not is_name(part):
        return part
    name = plain(part)
    return name if re.fullmatch(r"[A-Za-z_]\w*", name) and name.upper() not in _RESERVED else part


def _is_call(word: str, before: str, after: str) -> bool:
    return after == "(" and word in _FUNCTIONS and before not in _NO_CALL_AFTER


def _without_parentheses(parts: list[str]) -> list[str]:
    """Leave out parentheses that hold parentheses or a lone value, and the width of an integer."""
    found = list(parts)
    for place in range(len(parts) - 1, -1, -1):
        if found[place] != "(":
            continue
        end = closing(found, place)
        while found[place + 1] == "(" and closing(found, place + 1) == end - 1:
            del found[end], found[place]
            end -= 2
        before = found[place - 1] if place else ""
        lone = end == place + 2
        if lone and before in _WIDTHS and "ZEROFILL" not in found[end : end + 3]:
            del found[place : end + 1]
        elif (lone and before and not _AFTER_VALUE.match(before)) or _whole(found, place, end):
            del found[end], found[place]
    return found


def _whole(parts: list[str], start: int, end: int) -> bool:
    """Tell whether parentheses are around all of a condition, or all of a sum that is compared or assigned."""
    before, inside, after = parts[start - 1] if start else "", parts[start + 1 : end], parts[end + 1 : end + 2]
    if not inside or after not in _ENDS or inside[0] in ("SELECT", "WITH") or "," in inside:
        return False
    return before in _BEFORE_CONDITION or (before in ("=", ":=") and not _LOOSER.intersection(inside))
