"""SQL as MySQL and MariaDB print it, in pieces, and written down again in one spelling.

``SHOW CREATE`` prints an expression from its parsed form: keywords, ``<>`` and parentheses are the engine's already.
What is left is how it quotes: names, strings with backslashes, and the charset in front of a string.
The body of a trigger, a routine or an event is kept as it was typed, and is levelled in ``mysql_body``.
"""

import re

from lab_app.evidence.normalise import closing

_TOKEN = re.compile(
    r"""(?P<comment>--(?=\s|\Z)[^\n]*|\#[^\n]*|/\*(?!M?!|\+).*?\*/)
      | (?P<opening>/\*M?!\d*|\*/)        # what only these engines run; the sign around it says nothing
      | (?P<string>(?:\b[bnx])?'(?:[^'\\]|\\.|'')*')
      | (?P<name>`(?:[^`]|``)*`)
      | (?P<double>"(?:[^"\\]|\\.|"")*")
      | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ | /\*\+.*?\*/
      | \d+\.\d*(?:e[+-]?\d+)? | [\w$]+
      | <=> | ->> | -> | := | <> | != | <= | >= | \|\| | && | << | >> | \S""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_ESCAPE = re.compile(r"\\(.)|''", re.DOTALL)
_ESCAPED = {"0": "\0", "b": "\b", "n": "\n", "r": "\r", "t": "\t", "Z": "\x1a", "%": "\\%", "_": "\\_"}
#: A charset in front of a string in which ASCII is ASCII: the connection's, which nobody wrote.
_INTRODUCERS = {"_utf8mb4", "_utf8mb3", "_utf8", "_latin1", "_ascii"}
_WORD = re.compile(r"[\w`\"$]")
_NAME = re.compile(r"[^\W\d]|[`\"$]")
_NO_SPACE_AFTER = {"(", ".", "@", "!"}
_NO_SPACE_BEFORE = {")", ",", ".", ";"}
#: Words that may stand before a parenthesis without being a function's name.
_OPERATORS = {
    "and", "or", "xor", "not", "in", "like", "regexp", "rlike", "between", "is", "then", "else", "when", "case", "as",
    "where", "by", "on", "from", "join", "values", "select", "union", "all", "exists", "than", "any", "some", "using",
    "set", "return", "if", "elseif", "while", "until", "limit", "having", "div", "mod", "with", "default", "into",
    "check", "key", "hash", "range", "list", "array",
}  # fmt: skip


def tokens(sql: str, database: str = "", ansi_quotes: bool = True) -> list[str]:
    """Split SQL into words, `names`, 'strings' and signs.

    Comments are left out, and so is the name of the database where it qualifies another name.
    A string has doubled quotes and no backslashes. Without ``ansi_quotes``, double quotes are around a string.
    """
    found: list[str] = []
    own = (f"`{database}`", database) if database else ()
    for match in _TOKEN.finditer(sql):
        kind, part = match.lastgroup, match[0]
        if kind == "comment" or kind == "opening":
            continue
        if kind == "string":
            part = _string(part)
            if found and found[-1].lower() in _INTRODUCERS and part.isascii():
                found.pop()
        elif kind == "double":
            part = f"`{part[1:-1].replace('`', '``')}`" if ansi_quotes else quoted(unescaped(part[1:-1], '"'))
        elif part == "!=":
            part = "<>"
        elif part == "." and found and found[-1] in own:
            found.pop()
            continue
        found.append(part)
    return found


def unescaped(text: str, quote: str = "'") -> str:
    """Return what a string holds, from what is between its quotes."""
    if "\\" not in text and quote not in text:
        return text
    text = text.replace(quote * 2, "''") if quote != "'" else text
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]) if match[1] else quote, text)


def quoted(text: str) -> str:
    """Write a string with its quotes doubled, and everything else as it is."""
    return "'" + text.replace("'", "''") + "'"


def _string(token: str) -> str:
    if "\\" not in token:
        return token
    start = token.index("'")
    return token[:start] + quoted(unescaped(token[start + 1 : -1]))


def is_name(token: str) -> bool:
    """Tell whether a token is a name in quotes."""
    return token[0] == "`"


def plain(token: str) -> str:
    """Return a name, or the text of a string, without its quotes."""
    if token[0] in "`'" and len(token) > 1:
        return token[1:-1].replace(token[0] * 2, token[0])
    return token


def expression(parts: list[str]) -> str:
    """Write an expression with no parentheses around the whole or a lone value."""
    while parts and parts[0] == "(" and closing(parts, 0) == len(parts) - 1:
        parts = parts[1:-1]
    parts = list(parts)
    for place in range(len(parts) - 3, 0, -1):
        # A word before the parenthesis is a function or an operator that needs it.
        if parts[place] == "(" and parts[place + 2] == ")" and not _WORD.match(parts[place - 1]):
            parts[place : place + 3] = [parts[place + 1]]
    return written(parts)


def written(parts: list[str]) -> str:
    """Write tokens with even spaces, and plain names without quotes."""
    text = ""
    for place, part in enumerate(parts):
        last = parts[place - 1] if place else ""
        before = parts[place - 2] if place > 1 else ""
        call = part == "(" and _NAME.match(last) and last.lower() not in _OPERATORS
        sign = last == "-" and not (before and (_WORD.match(before) or before == ")" or before[0] == "'"))
        variable = part == "@" and last == "@"
        glued = not last or last in _NO_SPACE_AFTER or part in _NO_SPACE_BEFORE or call or sign or variable
        text += (part if glued else " " + part) if part[0] != "`" else ("" if glued else " ") + _shown(part)
    return text


def _shown(token: str) -> str:
    name = plain(token)
    return name if re.fullmatch(r"[A-Za-z_]\w*", name) else '"' + name.replace('"', '""') + '"'
