"""Which part of the matrix is asked for: what the address of a page says, and nothing that is kept anywhere else."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Literal, get_args
from urllib.parse import urlencode

from lab_app.document.matrix import Matrix, Row
from lab_app.document.types import LEVELS, Cell
from lab_app.errors import LabError

Show = Literal["all", "differ", "risk"]
SHOWN: dict[Show, Callable[[Row], bool]] = {
    "all": lambda _row: True,
    "differ": lambda row: row.differs,
    "risk": lambda row: row.agreement == "data at risk",
}
_LONGEST = 80


@dataclass(frozen=True)
class Selection:
    """What to show: all rows, those that differ, or those with data at risk; a level; two targets; words to find.

    ``run`` is ``recorded`` when this machine's own results are to be left out. Empty means: no such wish.
    """

    show: Show = "all"
    level: str = ""
    a: str = ""
    b: str = ""
    q: str = ""
    run: str = ""

    @property
    def query(self) -> str:
        """The selection as the end of an address, with its question mark; nothing when everything is shown."""
        wishes = {name: value for name, value in asdict(self).items() if value not in ("", "all")}
        return f"?{urlencode(wishes)}" if wishes else ""

    def but(self, **changes: str) -> "Selection":
        """Return the same with other wishes."""
        return replace(self, **changes)  # type: ignore[arg-type]

    @property
    def pair(self) -> tuple[str, ...]:
        """The two targets to compare, by their names, or none."""
        return (self.a, self.b) if self.a and self.b else ()

    def of(self, view: Matrix) -> Matrix:
        """Return the rows and columns that were asked for; rows agree or differ in the columns that are left.

        Raises:
            LabError: the matrix has no such target.
        """
        known = tuple(target["name"] for target in view.targets)
        for place, name in zip("ab", self.pair, strict=False):
            _known(place, name, known)
        targets = tuple(target for target in view.targets if not self.pair or target["name"] in self.pair)
        rows = [row for row in view.rows if self._found(row)]
        if self.pair:
            rows = [Row(row.scenario, row.attempt, self._columns(row)) for row in rows]
        rows = [row for row in rows if SHOWN[self.show](row)]
        return Matrix(targets, len({row.scenario["name"] for row in rows}), tuple(rows))

    def some_of(self, view: Matrix) -> Matrix:
        """Return the same, for a report.

        Raises:
            LabError: no row is left, or the matrix has no such target.
        """
        found = self.of(view)
        if not found.rows:
            count = len(view.rows)
            raise LabError(f"There is nothing to report: none of {count} attempts is like that. Ask for all of them.")
        return found

    def _columns(self, row: Row) -> tuple[Cell, ...]:
        return tuple(cell for cell in row.cells if cell["target"] in self.pair)

    def _found(self, row: Row) -> bool:
        if self.level and row.scenario["level"] != self.level:
            return False
        text = _text(row) if self.q else ""
        return all(word in text for word in self.q.casefold().split())


def selection(wishes: Mapping[str, str]) -> Selection:
    """Return the selection behind the parts of an address; unknown parts are somebody else's.

    Raises:
        LabError: a value that is none of those that there are.
    """
    show = wishes.get("show") or "all"
    level, run = wishes.get("level", ""), wishes.get("run", "")
    a, b = wishes.get("a", ""), wishes.get("b", "")
    _known("show", show, get_args(Show))
    _known("level", level, ("", *LEVELS))
    _known("run", run, ("", "recorded"))
    if bool(a) != bool(b) or (a and a == b):
        raise LabError(f"Two columns are compared, and a={a!r} and b={b!r} are not two. Such as a=postgresql&b=mysql")
    query = " ".join(wishes.get("q", "").split())[:_LONGEST]
    return Selection(show, level, a, b, query, run)  # type: ignore[arg-type]


def _known(what: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        near = difflib.get_close_matches(value, known, n=1) or [word for word in known if word]
        raise LabError(f"{what}={value!r} is no choice. Type {' or '.join(near)}.")


def _text(row: Row) -> str:
    """Return everything of a row that a person might look for, in lower case."""
    said = [row.scenario["name"], row.scenario["title"], *row.scenario["lesson"], row.attempt["title"]]
    for cell in row.cells:
        error = cell["error"]
        said += [cell["outcome"], cell["reason"]]
        said += [error["class"], error["code"] or "", error["message"]] if error else []
    return " ".join(said).casefold()
