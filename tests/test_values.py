"""One value of a row: when it still is what it was, and how it is written as JSON."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from lab_app.evidence.values import encode, identity, same

MOMENT = datetime(2024, 1, 2, 3, 4, 5)

SAME = [
    (None, None, ""),
    ("36", 36, "INTEGER"),
    (36, "36", "VARCHAR(10)"),
    (36, 36.0, "FLOAT"),
    ("1.50", Decimal("1.5"), "NUMERIC(10,2)"),
    ("1.50", Decimal("1.50"), "NUMERIC"),
    ("36", Decimal("36.00"), "NUMERIC(10, 2)"),
    ("36.0", 36.0, "DOUBLE"),
    ("-5", -5, "INTEGER"),
    ("0", 0, "INTEGER"),
    ("0.1", 0.1, "REAL"),
    (36.0, "36", "VARCHAR(10)"),
    (36, "36.0", "VARCHAR(10)"),
    (1e20, "1e20", "VARCHAR(30)"),
    (1e20, "1e+20", "VARCHAR(30)"),
    (1e23, Decimal("1E+23"), "NUMERIC"),
    (-0.0, 0, "INTEGER"),
    (float("inf"), Decimal("Infinity"), "NUMERIC"),
    (float("inf"), "Infinity", "TEXT"),
    ("NaN", float("nan"), "FLOAT"),
    (1.1, Decimal("1.10"), "NUMERIC(10,2)"),
    (Decimal("1.10"), "1.1", "VARCHAR(10)"),
    (2**60, float(2**60), "DOUBLE"),
    (float("nan"), float("nan"), "FLOAT"),
    (True, 1, "INTEGER"),
    ("true", True, "BOOLEAN"),
    ("yes", 1, "BOOLEAN"),
    ("no", 0, "TINYINT(1)"),
    ("2024-01-02 03:04:05", MOMENT, "TIMESTAMP"),
    (MOMENT, "2024-01-02T03:04:05.000000", "TEXT"),
    ("2024-01-02 03:04:05", "2024-01-02 03:04:05.000000", "DATETIME"),
    ("2024-01-02", date(2024, 1, 2), "DATE"),
    (date(2024, 1, 2), datetime(2024, 1, 2), "DATETIME"),
    (MOMENT, MOMENT.replace(tzinfo=UTC), "TIMESTAMP WITH TIME ZONE"),
    ("03:04:05", time(3, 4, 5), "TIME"),
    (time(3, 4, 5), timedelta(hours=3, minutes=4, seconds=5), "TIME"),
    ('{"a":1}', '{"a": 1}', "JSON"),
    ('{"a":1}', {"a": 1}, "JSONB"),
    ('{"a": 1, "b": [true, null]}', '{"b":[true,null],"a":1.0}', "JSON"),
    ('{"a": 1e2}', {"a": 100}, "JSON"),
    ("true", True, "JSON"),
    ("x", '"x"', "JSON"),
    ([1, 2], [1, 2], "INTEGER[]"),
    (UUID("6f9619ff8b86d011b42d00c04fc964ff"), "6f9619ff8b86d011b42d00c04fc964ff", "CHAR(32)"),
    (UUID("6f9619ff8b86d011b42d00c04fc964ff"), bytes.fromhex("6f9619ff8b86d011b42d00c04fc964ff"), "BINARY(16)"),
    ("-03:04:05", -timedelta(hours=3, minutes=4, seconds=5), "TIME"),
    ("6F9619FF8B86D011B42D00C04FC964FF", "6f9619ff-8b86-d011-b42d-00c04fc964ff", "UUID"),
    ("6F9619FF8B86D011B42D00C04FC964FF", UUID("6f9619ff8b86d011b42d00c04fc964ff"), "UUID"),
    ("Zoë", "Zoë".encode(), "BLOB"),
    ("", "", "VARCHAR(10)"),
]
CHANGED = [
    ("n/a", 0, "INTEGER"),
    ("12kg", 12, "INTEGER"),
    (" 36", 36, "INTEGER"),
    ("1_000", 1000, "INTEGER"),
    ("007", 7, "INTEGER"),
    ("01067", 1067, "INTEGER"),
    ("1e3", 1000, "INTEGER"),
    ("1e3", 1000.0, "DOUBLE"),
    (" 7", 7, "INTEGER"),
    ("7 ", 7, "INTEGER"),
    ("+5", 5, "INTEGER"),
    ("-0", 0, "INTEGER"),
    (".5", 0.5, "FLOAT"),
    ("5.", 5, "INTEGER"),
    ("0x10", 16, "INTEGER"),
    ("\u0663", 3, "INTEGER"),
    ("1.50", 1.5, "FLOAT"),
    ("36.0", 36, "INTEGER"),
    ("01", True, "BOOLEAN"),
    (7, "007", "VARCHAR(10)"),
    (2**60 + 1, float(2**60), "DOUBLE"),
    ("9007199254740993", 9007199254740992.0, "DOUBLE"),
    (Decimal("0.12345678901234567891"), 0.12345678901234567891, "DOUBLE"),
    (float("inf"), float("-inf"), "FLOAT"),
    (float("nan"), 0.0, "FLOAT"),
    ("nan", 0, "INTEGER"),
    (1.5, 2, "INTEGER"),
    (1.5, 1, "INTEGER"),
    (1.23456789, 1.23457, "FLOAT"),
    (Decimal("1.2345"), Decimal("1.23"), "NUMERIC(10,2)"),
    (2, 1, "BOOLEAN"),
    ("yes", 0, "BOOLEAN"),
    ("f", 0, "INTEGER"),
    ("", None, "INTEGER"),
    (None, "", "VARCHAR(10)"),
    (None, 0, "INTEGER"),
    (0, None, "INTEGER"),
    ("", 0, "INTEGER"),
    ("0", "", "VARCHAR(10)"),
    ("a", "a ", "CHAR(2)"),
    ("1.50", "1.5", "VARCHAR(10)"),
    ("36", "36.0", "VARCHAR(10)"),
    ("true", "1", "VARCHAR(10)"),
    ("Zoë", "Zo?", "VARCHAR(10)"),
    ("Ada", "ada", "VARCHAR(10)"),
    ("abcdefgh", "abcd", "VARCHAR(4)"),
    ("2024-01-02 03:04:05", 2024, "DATETIME"),
    ("2024-01-02", "2024-01-02 00:00:00", "VARCHAR(30)"),
    (MOMENT, date(2024, 1, 2), "DATE"),
    (datetime(2024, 1, 2, 23, 59, 59, 999999), datetime(2024, 1, 3), "DATETIME"),
    (MOMENT, "0000-00-00 00:00:00", "DATETIME"),
    (MOMENT.replace(tzinfo=UTC), MOMENT.replace(tzinfo=UTC) + timedelta(hours=1), "TIMESTAMP WITH TIME ZONE"),
    ("2024-02-31", None, "DATE"),
    ('{"a":1}', '{"a": 2}', "JSON"),
    ('{"a":1}', '{"a": 1}', "TEXT"),
    ('{"a": true}', '{"a": 1}', "JSON"),
    ('{"a": true}', '{"a": "true"}', "JSON"),
    ({"a": [True]}, {"a": [1]}, "JSON"),
    ('{"a": 1}', '{"a": "1"}', "JSON"),
    ('{"a": null}', "{}", "JSON"),
    ('{"a": 1.00000000000000000001}', '{"a": 1}', "JSON"),
    ('{"a": 9007199254740993}', '{"a": 9007199254740992.0}', "JSON"),
    ("[1, 2]", "[2, 1]", "JSON"),
    ("null", None, "JSON"),
    ("true", "1", "JSON"),
    ("ABC", "abc", "UUID"),
    ("6f9619ff-8b86-d011-b42d-00c04fc964ff", "6f9619ff8b86d011b42d00c04fc964ff", "CHAR(36)"),
    (UUID(int=1), UUID(int=2), "UUID"),
    ("a", b"A", "BLOB"),
    ("Zo\xeb", "Zo\xeb".encode("latin-1"), "BLOB"),
    ("\\x41", b"A", "BYTEA"),
    (b"\xff", b"\xfe", "BLOB"),
]


@pytest.mark.parametrize(("before", "after", "type_"), SAME)
def test_a_value_in_another_type_is_the_same(before: Any, after: Any, type_: str) -> None:
    """A conversion that keeps the meaning changes nothing."""
    assert same(before, after, type_)


@pytest.mark.parametrize(("before", "after", "type_"), CHANGED)
def test_a_value_that_lost_its_meaning_has_changed(before: Any, after: Any, type_: str) -> None:
    """Rounded, cut, padded, emptied or made up: the value is another."""
    assert not same(before, after, type_)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (36, 36),
        (1.5, 1.5),
        ("Zoë", "Zoë"),
        (Decimal("1.50"), {"decimal": "1.50"}),
        (MOMENT, {"datetime": "2024-01-02 03:04:05"}),
        (date(2024, 1, 2), {"date": "2024-01-02"}),
        (time(3, 4, 5), {"time": "03:04:05"}),
        (timedelta(hours=3), {"time": "3:00:00"}),
        (b"\x00\xff", {"bytes": "00ff"}),
        (float("inf"), {"other": "inf"}),
        ({"a": "é"}, '{"a": "é"}'),
        (UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        (complex(1, 2), {"other": "(1+2j)"}),
    ],
)
def test_a_value_is_written_as_json(value: Any, expected: Any) -> None:
    """What JSON has is written as it is, and the rest with the name of its type."""
    assert encode(value) == expected
    assert json.loads(json.dumps(encode(value), allow_nan=False)) == expected


def numbers(count: int = 300) -> list[int | float | Decimal]:
    """Numbers of every size and kind, the same in each run."""
    chance = random.Random(9)  # noqa: S311
    found: list[int | float | Decimal] = [0, -1, 10**18]
    for _ in range(count):
        size = chance.randint(0, 14)
        found.append(chance.randint(-(10**size), 10**size))
        found.append(chance.uniform(-(10.0**size), 10.0**size))
        found.append(Decimal(chance.randint(-(10**size), 10**size)).scaleb(-chance.randint(0, 6)))
    return found


def test_a_number_and_its_text_are_the_same_both_ways() -> None:
    """What a number is written as can be had back from it, so that neither way loses anything."""
    for number in numbers():
        written = str(number) if isinstance(number, Decimal) and "E" not in str(number) else repr(number)
        if "e" not in written and "E" not in written:
            assert same(written, number, "NUMERIC"), number
            assert same(number, written, "TEXT"), number
            assert identity(written) == identity(number) or written.endswith("0"), number


@pytest.mark.parametrize("disguise", ["0{0}", "+{0}", " {0}", "{0} ", "{0}e0", "{0}_0", "0x{0}", "--{0}", "{0}\n"])
def test_a_text_that_no_number_is_written_as_has_changed(disguise: str) -> None:
    """A zero, sign, space or exponent that a number does not keep is lost when text becomes a number."""
    for number in numbers(50):
        assert not same(disguise.format(number), number, "NUMERIC"), number


def test_equal_numbers_stay_equal_with_other_zeros() -> None:
    """1.50 and 1.5 are one number, whatever type it is in, and the next decimal is another one."""
    for number in numbers():
        if isinstance(number, Decimal):
            padded = number + Decimal("0.0000000")
            assert same(number, padded, "NUMERIC")
            assert same(padded, number, "NUMERIC")
            assert not same(number, number + Decimal("0.0000001"), "NUMERIC")


def test_sameness_has_two_sides_for_what_is_of_one_kind() -> None:
    """Of two numbers, or of two JSON documents, it does not matter which came first."""
    chance = random.Random(7)  # noqa: S311
    some = numbers(40)
    documents = [{"a": True}, {"a": 1}, {"a": 1.0}, {"a": "1"}, {"a": None}, {}, [1], [True], [1, 2], "1", 1, True]
    for _ in range(500):
        one, other = chance.choice(some), chance.choice(some)
        assert same(one, other, "NUMERIC") == same(other, one, "NUMERIC")
        left, right = chance.choice(documents), chance.choice(documents)
        written = json.dumps(right)
        assert same(json.dumps(left), written, "JSON") == same(written, json.dumps(left), "JSON")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (36, "36"),
        (36, Decimal("36.00")),
        (1.5, Decimal("1.50")),
        (True, 1),
        ("Zoë", "Zoë".encode()),
        ("2024-01-02", date(2024, 1, 2)),
        ("2024-01-02 03:04:05.000000", MOMENT),
        ("6F9619FF8B86D011B42D00C04FC964FF", UUID("6f9619ff8b86d011b42d00c04fc964ff")),
    ],
)
def test_a_key_in_another_type_has_one_identity(before: Any, after: Any) -> None:
    """A row whose key became another type is found again."""
    assert identity(before) == identity(after)


def test_an_identity_can_be_had_of_any_value() -> None:
    """Numbers that are not finite, or have a thousand digits, and half a surrogate have one, too."""
    odd = [float("inf"), Decimal("NaN"), Decimal("1E+9999"), Decimal("-0"), 10**50, "\ud800", b"\xff", [1], {}]
    assert len({identity(value) for value in odd}) == len(odd)
    assert identity(Decimal("-0.00")) == identity(0)


def test_a_document_that_is_too_deep_is_compared_as_text() -> None:
    """JSON that no parser takes is the same letter by letter, and nothing fails."""
    deep = "[" * 100_000
    assert same(deep, deep, "JSON")
    assert not same(deep, deep + "[", "JSON")
