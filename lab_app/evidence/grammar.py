"""What a parser of expressions must know of an engine: its keywords, and how tightly its operators bind."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lab_app.evidence.tokens import words

#: Words of an expression, which are in capitals wherever they are not quoted. The engines share them.
KEYWORDS = words(
    """AND OR NOT IN IS NULL LIKE BETWEEN TRUE FALSE CASE WHEN THEN ELSE END CAST AS COLLATE ESCAPE EXISTS ANY ALL
    DISTINCT FROM"""
)


class NotUnderstood(ValueError):  # noqa: N818 -- it is an answer: the caller goes another way
    """This is no expression that the parser knows."""


@dataclass(frozen=True)
class Grammar:
    """How tightly operators bind: a larger number binds more tightly. All of them group from the left.

    Two operators of an ``exclusive`` level keep their parentheses, because engines disagree on them. An operator
    is ``associative`` where (a x b) x c is a x (b x c) to the last bit; what is ``negatable`` may have NOT in front.
    ``literals`` are words for a value, and ``same`` other spellings of an operator. Where the engine ``folds``,
    NOT a = b is a <> b, and x BETWEEN a AND b is x >= a AND x <= b.
    """

    binary: Mapping[str, int]
    prefix: Mapping[str, int]
    associative: frozenset[str]
    exclusive: frozenset[int] = frozenset()
    negatable: frozenset[str] = frozenset({"IN", "LIKE", "BETWEEN"})
    literals: Mapping[str, str] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=lambda: {"!=": "<>"})
    folds: bool = False


#: What PostgreSQL, MySQL, MariaDB and SQLite agree on. MySQL prints || as OR, and the bits rank differently in each.
COMMON = Grammar(
    binary={
        "OR": 1, "AND": 2, **dict.fromkeys(("=", "<>", "<", ">", "<=", ">=", "IS", "IN", "LIKE", "BETWEEN"), 4),
        "+": 8, "-": 8, "*": 9, "/": 9, "%": 9,
    },
    prefix={"NOT": 3, "-": 12, "+": 12},
    associative=frozenset({"AND", "OR"}),
    exclusive=frozenset({4}),
)  # fmt: skip
