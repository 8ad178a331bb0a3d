"""Text of others: what of it can be printed, on one line, and how much."""

import re

#: Control characters, half surrogates, and the marks that turn the direction of writing.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_LONGEST_LINE = 1000
#: So much of its end is kept of a sentence that is cut: there it says what to type.
_END = 200


def printable(text: str) -> str:
    """Return a text that can do nothing to a terminal or to XML: control characters spelt out, tabs as spaces."""
    lines = text.replace("\r\n", "\n").expandtabs(4)
    return _UNPRINTABLE.sub(lambda found: ascii(found[0])[1:-1], lines)


def one_line(text: str) -> str:
    """Return a text as one line that can be printed; of a long one the middle is left out."""
    whole = cut(text[:-_END], _LONGEST_LINE - _END) + text[-_END:] if len(text) > _LONGEST_LINE else text
    return " ".join(map(str.strip, printable(whole).splitlines()))


def cut(text: str, longest: int) -> str:
    """Return a text of at most about so many characters: of a longer one its beginning, and how much is left out."""
    return text if len(text) <= longest else f"{text[:longest]} … {len(text) - longest:,} more characters"
