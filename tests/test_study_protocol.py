"""What a page and the process of the app under study say to each other, line by line."""

from __future__ import annotations

import json

import pytest

from lab_app.study.protocol import (
    Add,
    Answer,
    Answered,
    Closed,
    Downgrade,
    Failed,
    Look,
    NotStarted,
    Ready,
    Reply,
    Reset,
    Starting,
    Upgrade,
    Wish,
    decode,
    encode,
)

_ANSWER: Answer = {
    "revision": None,
    "revisions": [{"revision": "0001", "message": "create student"}],
    "query": {"sql": "SELECT 1", "columns": ["id"], "rows": [[1], [None], ["Zoë\n"]], "error": None},
    "columns": [],
    "rows": None,
    "last": None,
}


@pytest.mark.parametrize(
    "message",
    [
        Look(),
        Reset(),
        Upgrade(),
        Downgrade(),
        Add("Zoë\nO'Neil", None, None),
        Add("Ada", "Mathematics", 36),
        Starting("downloading"),
        Ready("PostgreSQL", "18.1", "installed"),
        NotStarted("It is not up.", ""),
        Answered(_ANSWER),
        Failed("OperationalError: gone"),
        Closed("Nobody asked."),
    ],
)
def test_what_is_said_is_heard(message: Wish | Reply) -> None:
    """Each message is one line, and the same message again on the other side."""
    line = encode(message)
    assert "\n" not in line
    assert decode(line) == message
    assert decode(line.encode()) == message


@pytest.mark.parametrize(
    "line",
    [
        "",
        "garbage",
        "[]",
        "null",
        "{}",
        "[" * 100_000,
        b"\xff\xfe",
        '{"kind": "Look"',
        '{"kind": "Jump"}',
        '{"kind": ["Look"]}',
        '{"kind": "Look", "more": 1}',
        '{"kind": "Add", "name": "Ada"}',
        '{"kind": "Add", "name": null, "course": null, "age": null}',
        '{"kind": "Add", "name": "Ada", "course": null, "age": "36"}',
        '{"kind": "Add", "name": "Ada", "course": null, "age": true}',
        '{"kind": "Failed", "reason": {"of": "all"}}',
        '{"kind": "Answered", "answer": "yes"}',
        json.dumps({"kind": "Answered", "answer": {**_ANSWER, "more": 1}}),
        json.dumps({"kind": "Answered", "answer": {"revision": None}}),
    ],
)
def test_anything_else_is_refused_with_the_line(line: str | bytes) -> None:
    """No other line, no unknown kind, no part too many or too few or of another type is taken for a message."""
    with pytest.raises(ValueError, match=r"^no message: ") as refused:
        decode(line)
    assert str(refused.value) == f"no message: {line!r}"
