"""The README's commands exist, and what it shows is what they print."""

from __future__ import annotations

import re

import pytest
from availability import ENGINE_NAMES, Found, available
from commands import REPOSITORY
from commands import lab as lab_command

from lab_app.cli import lab

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
MAKEFILE = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
VERSION = re.compile(r"\d+(\.\d+)+ *")


def sample(name: str) -> str:
    """The text between the marks of a sample."""
    found = re.search(rf"<!-- sample: {name} -->\n```text\n(.*?)```\n<!-- end of sample -->", README, re.DOTALL)
    assert found, name
    return found[1]


def without_versions(text: str) -> list[str]:
    """The lines of a screen with version numbers, and the room they take, levelled."""
    return [VERSION.sub("<version> ", line).rstrip() for line in text.splitlines()]


def test_the_sample_is_what_the_command_prints(servers: Found, environment: dict[str, str]) -> None:
    """The screen in the README stands in the real output, line by line, whatever the servers' versions."""
    for name in ENGINE_NAMES:
        available(servers, name)
    result = lab_command("run", "add_age", "--quiet", environment=environment)
    shown, printed = without_versions(sample("scenario add_age")), without_versions(result.stdout)

    assert shown
    start = printed.index(shown[0])
    assert printed[start : start + len(shown)] == shown


def test_the_two_commands_come_first() -> None:
    """One command runs a scenario, one passes the tests, and nothing is asked for before them."""
    commands = re.findall(r"^\$ (.*)", README, re.MULTILINE)

    assert commands[:2] == ["make scenario NAME=add_age", "make test"]


def test_every_make_verb_exists_and_is_told() -> None:
    """The README names the Makefile's verbs, all of them and no other, and each has a line of help."""
    told = set(re.findall(r"`make ([a-z-]+)", README)) | set(re.findall(r"^\$ make ([a-z-]+)", README, re.MULTILINE))
    helped = set(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE))

    assert told == helped


def test_every_flask_command_has_help_and_those_told_exist() -> None:
    """What the README tells to type is a command, and every command says what it does."""
    told = set(re.findall(r"flask lab ([a-z]+)", README))

    assert told <= set(lab.commands)
    assert [name for name, command in lab.commands.items() if not command.help] == []


@pytest.mark.parametrize("name", re.findall(r"`((?:lab_app|scenarios|migrations)/[\w/.]*\w\.py)`", README))
def test_every_file_that_is_named_exists(name: str) -> None:
    """A path in the README leads somewhere."""
    assert (REPOSITORY / name).exists()
