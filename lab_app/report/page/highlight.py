"""SQL and Python with their words marked for the stylesheet."""

from functools import lru_cache

from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers.python import PythonLexer
from pygments.lexers.shell import BashLexer
from pygments.lexers.sql import SqlLexer

_LEXERS: dict[str, Lexer] = {
    name: lexer(stripnl=False, ensurenl=False)
    for name, lexer in (("sql", SqlLexer), ("python", PythonLexer), ("sh", BashLexer))
}
#: Spans with short class names and no wrapper: <span class="k">SELECT</span>. Pygments escapes what stands in them.
_FORMATTER: HtmlFormatter[str] = HtmlFormatter(nowrap=True)


@lru_cache(maxsize=8192)
def highlighted(text: str, language: str) -> Markup:
    """Write a text as HTML with its tokens in spans; ``language`` is sql, python or sh.

    Engines are sent the same statements over and over: each text is marked once.
    """
    return Markup(highlight(text, _LEXERS[language], _FORMATTER).rstrip("\n"))  # noqa: S704 - Pygments has escaped it
