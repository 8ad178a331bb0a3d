"""One run of the whole catalogue, which several families have figures of."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache
from typing import Any

from bench.cpu import Measured, measured
from bench.process import FLASK, run
from bench.setting import Setting, say
from bench.watch import Watch

#: 1 says that a cell is not what its scenario expects: that is for the tests.
_RAN = (0, 1)


@dataclass(frozen=True)
class Whole:
    """What ``flask lab run --all`` took, the document that it made, and its processes."""

    measured: Measured
    document: dict[str, Any]
    watch: Watch

    @property
    def cells(self) -> list[dict[str, Any]]:
        """The cells of engines that are up."""
        return [cell for cell in self.document["cells"] if cell["outcome"] != "not run"]


@cache
def whole(setting: Setting) -> Whole:
    """Run every scenario on every engine; a second call returns what the first one found."""
    watch = Watch([server.port for server in setting.servers.values() if server.engine.needs_server])
    say("round 1 of 1: every scenario")
    found = some(setting, ["--all"], watch)
    return Whole(found, json.loads(setting.results.read_text()), watch)


def some(setting: Setting, names: Sequence[str], watch: Watch | None = None) -> Measured:
    """Run these scenarios on every engine."""
    command, over = [FLASK, "lab", "run", "--quiet", *names], watch.over if watch else nullcontext
    return measured(setting, lambda: run(command, setting.environment, allowed=_RAN, watch=over))
