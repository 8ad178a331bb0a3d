"""What the columns of a matrix are called: one by its name, several in words, and how many there are."""

import re
from collections import Counter
from collections.abc import Collection, Sequence

from lab_app.document.types import TargetRecord
from lab_app.engines import BY_NAME

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def release(target: TargetRecord) -> str:
    """Return as much of a target's version as names a release: 15 of PostgreSQL 15.18, 8.4 of MySQL 8.4.6."""
    engine = BY_NAME.get(target["engine"])
    numbers = (target["version"] or "").split(".")
    return ".".join(numbers[: engine.release_numbers] if engine else numbers)


def labels(targets: Collection[TargetRecord]) -> dict[str, str]:
    """Return what each target is called in a sentence, by its name: PostgreSQL, or PostgreSQL 15 beside another one."""
    titles = Counter(target["title"] for target in targets)
    return {target["name"]: _label(target, alone=titles[target["title"]] == 1) for target in targets}


def _label(target: TargetRecord, *, alone: bool) -> str:
    told = target["name"].removeprefix(target["engine"]).strip()
    return " ".join(filter(None, [target["title"], told or ("" if alone else target["version"])]))


def in_words(names: Collection[str], targets: Collection[TargetRecord]) -> tuple[str, ...]:
    """List some of the targets in their order: an engine by its title where all its versions are among them."""
    left_out = {target["engine"] for target in targets if target["name"] not in names}
    said = labels(targets)
    words = (
        said[target["name"]] if target["engine"] in left_out else target["title"]
        for target in targets
        if target["name"] in names
    )
    return tuple(dict.fromkeys(words))


def head(target: TargetRecord) -> str:
    """Tell what stands below a target's title: its version, or that it is not up."""
    return " ".join(filter(None, [target["version"], None if target["up"] else "not up"]))


def kind(targets: Sequence[TargetRecord]) -> str:
    """Return the word for what these are: engines, or databases where an engine is there in several versions."""
    engines = {target["engine"] for target in targets}
    word = "engine" if len(engines) == len(targets) else "database"
    return word if len(targets) == 1 else f"{word}s"


def how_many(targets: Sequence[TargetRecord]) -> str:
    """Tell how many there are, in words: four engines, five databases."""
    return f"{spelt(len(targets))} {kind(targets)}"


def spelt(count: int) -> str:
    """Write a small number as a word."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def slug(name: str) -> str:
    """Return a target's name as it stands in an id: postgresql-15."""
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
