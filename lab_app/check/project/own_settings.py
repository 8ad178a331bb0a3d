"""What a project's pyproject.toml says of its checks, below [tool.migration-lab]."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lab_app.check.left_out import Skip
from lab_app.errors import LabError

_TABLE = "tool.migration-lab"
_SKIP = "skip"
_OF_SKIP = ("code", "revision", "because")
_WORDS = {bool: "true or false", str: "a text", float: "a number", list: "a list of texts"}


def own_settings(folder: Path, kinds: Mapping[str, type]) -> tuple[dict[str, Any], tuple[Skip, ...]]:
    """Return the options that a project sets for its checks, by their names, and the findings that it leaves out.

    ``kinds`` are the options that there are, and what each is: bool, str, float, or list of texts.

    Raises:
        LabError: the file is no TOML, or a key or a value is wrong.
    """
    try:
        found = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, ()
    except OSError as error:
        raise LabError(f"pyproject.toml cannot be read: {error.strerror}. See to its permissions.") from None
    except ValueError as error:
        raise LabError(f"pyproject.toml is no TOML: {error}. Correct it.") from None
    own = found.get("tool", {}).get("migration-lab", {}) if isinstance(found.get("tool", {}), dict) else {}
    if not isinstance(own, dict):
        raise LabError(f"pyproject.toml: {_TABLE} is {own!r}, and no table. Type [{_TABLE}]")
    for key, value in own.items():
        if key != _SKIP:
            _see_to(key, value, kinds)
    return {key: value for key, value in own.items() if key != _SKIP}, _skips(own.get(_SKIP, []))


def _see_to(key: str, value: object, kinds: Mapping[str, type]) -> None:
    """See that a key is an option's, and its value of the option's kind.

    Raises:
        LabError: it is not.
    """
    kind = kinds.get(key)
    if kind is None:
        near = difflib.get_close_matches(key, [*kinds, _SKIP], 1)
        hint = f"Did you mean {near[0]}?" if near else f"Type one of: {', '.join(sorted([*kinds, _SKIP]))}"
        raise LabError(f"pyproject.toml: [{_TABLE}] has the key {key}, and there is none of that name. {hint}")
    fits = {
        bool: isinstance(value, bool),
        str: isinstance(value, str),
        float: isinstance(value, int | float) and not isinstance(value, bool),
        list: isinstance(value, str) or (isinstance(value, list) and all(isinstance(each, str) for each in value)),
    }
    if not fits[kind]:
        raise LabError(f"pyproject.toml: {key} of [{_TABLE}] is {value!r}, and {_WORDS[kind]} is wanted.")


def _skips(found: object) -> tuple[Skip, ...]:
    """Read what is left out: a code, a revision or none, and the reason.

    Raises:
        LabError: one of them is not of that form.
    """
    example = 'Type skip = [{ code = "downgrade-loses", revision = "3f2a", because = "the column was never used" }]'
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise LabError(f"pyproject.toml: skip of [{_TABLE}] is no list of tables. {example}")
    for each in found:
        wrong = [key for key, value in each.items() if key not in _OF_SKIP or not isinstance(value, str)]
        missing = [key for key in ("code", "because") if not str(each.get(key, "")).strip()]
        if wrong or missing:
            what = f"has a wrong key or value, {wrong[0]}" if wrong else f"does not say {missing[0]}"
            raise LabError(f"pyproject.toml: a skip of [{_TABLE}] {what}. {example}")
    return tuple(Skip(each["code"], each.get("revision"), each["because"]) for each in found)
