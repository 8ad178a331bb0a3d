"""From the bytes of a file to a document: what is not of the document's own types goes no further.

msgspec decodes and validates in one go, by the very types that the reports are checked with. Of the recorded form,
in which what cells share is written once, each shared value is decoded once for the field that it is a value of.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NotRequired, TypedDict, get_type_hints

import msgspec

from lab_app.document.check import CheckDocument
from lab_app.document.consistent import inconsistent, inconsistent_check, shortened
from lab_app.document.packed import SCHEMAS, SHARED, replaced
from lab_app.document.types import SCHEMA, Cell, Document
from lab_app.evidence.types import Table

#: Columns were engines, and every document was one of a run.
_OLDER = 1


class Wrong(ValueError):  # noqa: N818 - it is what a file is
    """A file holds no document that this version reads: what it is instead, as the end of a sentence."""


class NotJSON(Wrong):
    """A file holds no JSON at all: it is another file, or was cut off."""


class _Head(TypedDict):
    """What tells a document from another, before anything else of it is looked at."""

    schema: NotRequired[Any]
    kind: NotRequired[Any]
    shared: NotRequired[msgspec.Raw]


def document_of(data: bytes) -> Document:
    """Return the document that a file holds; one of schema 1 becomes one of today.

    Raises:
        Wrong: there is none, or a part of it is of another type.
    """
    try:
        document = _of_record(data) or _of_contract(data)
    except msgspec.ValidationError as error:
        raise Wrong(f"a result document with parts missing or wrong ({_told(error)})") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NotJSON("not JSON") from None
    except RecursionError:
        raise Wrong("JSON that is nested too deep for a result document") from None
    except (LookupError, TypeError, AttributeError):  # of schema 1, or a name of the recorded form is not there
        raise Wrong("a result document with parts missing") from None
    if said := inconsistent(document):
        raise Wrong(f"a result document whose parts do not fit together ({said})")
    return document


def _of_record(data: bytes) -> Document | None:
    """Return the document behind its recorded form; None when it is not of that form, or not as it should be."""
    try:
        found = _decoder(_packed_document()).decode(data)
    except (msgspec.ValidationError, RecursionError):
        return None
    return _unpacked(found) if (found["schema"], found["kind"]) == (SCHEMA, "run") else None


def _of_contract(data: bytes) -> Document:
    """Return a document of any other form, or tell what is wrong with it.

    Raises:
        msgspec.DecodeError: it is no JSON, or a part of it is of another type.
        LookupError, TypeError, AttributeError: a part of schema 1 is missing.
        Wrong: this version reads no such document.
    """
    head = _head(data)
    if head["schema"] == _OLDER:
        data = msgspec.json.encode(_of_today(msgspec.json.decode(data)))
    if "shared" in head:
        return _unpacked(_decoder(_packed_document()).decode(data))
    document: Document = _decoder(Document).decode(data)
    return document


def check_of(data: bytes) -> CheckDocument:
    """Return the document of a check that a file holds.

    Raises:
        Wrong: there is none, a part of it is of another type, or its parts do not fit together.
    """
    try:
        document: CheckDocument = _decoder(CheckDocument).decode(data)
    except msgspec.ValidationError as error:
        raise Wrong(f"no document of a check ({_told(error)})") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NotJSON("not JSON") from None
    except RecursionError:
        raise Wrong("JSON that is nested too deep for a check") from None
    if said := inconsistent_check(document):
        raise Wrong(f"a check whose parts do not fit together ({said})")
    return document


def decoded(data: bytes, kind: Any) -> Any:
    """Return what a file holds if it is of a type.

    Raises:
        Wrong: it is not.
    """
    try:
        return _decoder(kind).decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Wrong("not what the lab wrote") from None


@cache
def _decoder(kind: Any) -> "msgspec.json.Decoder[Any]":
    return msgspec.json.Decoder(kind)


def _head(data: bytes) -> _Head:
    """Read what a document says of itself.

    Raises:
        Wrong: it says that it is another one than this version reads.
    """
    try:
        head: _Head = _decoder(_Head).decode(data)
    except msgspec.ValidationError:
        head = {}
    schema = head.get("schema")
    if schema not in (_OLDER, SCHEMA) or isinstance(schema, bool | float):
        said = "no result document" if schema is None else f"a result document of schema {shortened(schema)}"
        raise Wrong(f"{said}, and this lab reads schema {_OLDER} and {SCHEMA}")
    kind = head.get("kind", "run")
    if kind != "run":
        raise Wrong(f"a document of kind {shortened(kind)}, and results of a run are wanted")
    return head


def _told(error: Exception) -> str:
    """Return what msgspec says, in the words of JSON: expected `int`, got `str` at $.cells[0].ms."""
    what, _, where = str(error).partition(" - at `")
    what = what.replace("Object missing required field", "there is no")
    return f"{what[:1].lower()}{what[1:]}" + (f" at {where.removesuffix('`')}" if where else "")


def _of_today(found: dict[str, Any]) -> dict[str, Any]:
    """Return a document of schema 1 as one of today: each of its engines is the one target of that engine."""
    targets = [{"name": engine["name"], "engine": engine["name"], **engine} for engine in found["engines"]]
    cells = [
        {"scenario": cell["scenario"], "attempt": cell["attempt"], "target": cell["engine"], **cell}
        for cell in found["cells"]
    ]
    head = {"schema": SCHEMA, "kind": "run", **{key: found[key] for key in ("recorded_at", "versions", "ms")}}
    rest = {key: value for key, value in found.items() if key not in (*head, "engines", "cells")}
    if "shared" in rest:  # it was a list, and the names were places in it
        rest["shared"] = {str(place): value for place, value in enumerate(rest["shared"])}
        for cell in cells:
            replaced(cell, dict.fromkeys((*SHARED, *SCHEMAS), str))
    return {**head, "targets": targets, **rest, "cells": cells}


def _unpacked(found: Any) -> Document:
    """Put what has names in the recorded form in its place.

    Raises:
        LookupError: a cell has something of a name that is not there.
        msgspec.ValidationError: something is of another type.
    """
    shared: dict[str, msgspec.Raw] = found.pop("shared")
    by = {field: _named(kind, shared) for field, kind in _shared_kinds().items()}
    by |= dict.fromkeys(SCHEMAS, _named(Table, shared))
    for cell in found["cells"]:
        replaced(cell, by)
    document: Document = found
    return document


def _named(kind: Any, shared: Mapping[str, msgspec.Raw]) -> Callable[[str], Any]:
    """Return a function that has the value of a name decoded once."""
    decoder = _decoder(kind)
    return cache(lambda name: decoder.decode(shared[name]))


@cache
def _shared_kinds() -> dict[str, Any]:
    """Return the fields of a cell that are a name in the recorded form, and the type of what is behind it."""
    fields = get_type_hints(Cell)
    return {field: fields[field] for field in SHARED}


@cache
def _packed_document() -> Any:
    """Return the type of the recorded form: a document whose cells have names where values are shared."""
    names = dict.fromkeys(SHARED, str | None) | dict.fromkeys(SCHEMAS, dict[str, str] | None)
    cell = TypedDict("cell", {**get_type_hints(Cell, include_extras=True), **names})  # type: ignore[misc]
    rest = {**get_type_hints(Document), "cells": list[cell], "shared": dict[str, msgspec.Raw]}
    return TypedDict("document", rest)  # type: ignore[operator]
