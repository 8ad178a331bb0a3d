"""Which revisions are cut in the middle without being asked: those where only running shows what comes of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

from lab_app.check.evidence import Passage, Revision

#: So many places of one revision are tried, from its beginning.
_MOST = 12
_COPIED = re.compile(r"_alembic_tmp_", re.IGNORECASE)
_DROP = re.compile(r"\s*DROP\s+TABLE\b", re.IGNORECASE)
#: What a revision does by hand about transactions, or looks for before it acts.
_BY_HAND = re.compile(
    r"autocommit_block|\.commit\(|\bCOMMIT\b|has_table|has_column|get_table_names|get_columns|get_indexes"
    r"|checkfirst|if_exists|if_not_exists|IF\s+(?:NOT\s+)?EXISTS",
)


class WorthCutting:
    """Chooses the places of a revision after which the connection is cut; ``everywhere`` takes all of them.

    Batch mode is the same in every revision: a lane cuts it once, between the DROP of the table and the RENAME of its
    copy.
    """

    def __init__(self, *, everywhere: bool) -> None:
        self.everywhere = everywhere
        self._batch_seen: set[str] = set()
        self._lock = Lock()

    def places(self, lane: str, revision: Revision, passage: Passage) -> Sequence[int]:
        """Return the numbers of the statements after which to cut, from 1; none where it is not worth it.

        The last one is among them: the version is not yet noted then, and what was committed on the way stays.
        """
        changes = passage.up.changes if passage.up else ()
        if len(changes) < 2:
            return ()
        if self.everywhere or _BY_HAND.search(_source(revision)):
            return range(1, min(len(changes), _MOST) + 1)
        dropped = [number for number, sent in enumerate(changes, 1) if _DROP.match(sent.sql)]
        if not dropped or not any(_COPIED.search(sent.sql) for sent in changes):
            return ()
        with self._lock:
            if lane in self._batch_seen:
                return ()
            self._batch_seen.add(lane)
        return dropped[:1]


def _source(revision: Revision) -> str:
    try:
        return Path(revision.file).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
