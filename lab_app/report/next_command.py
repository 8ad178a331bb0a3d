"""The commands that a report tells a person to type, in the repository and outside of it."""

from typing import Literal

#: ``make`` inside the repository; ``flask lab`` where the package is only installed.
Wording = Literal["make", "flask lab"]
Verb = Literal["matrix", "scenario", "sql", "web"]

_COMMANDS: dict[Wording, dict[Verb, str]] = {
    "make": {
        "matrix": "make matrix",
        "scenario": "make scenario NAME={name}",
        "sql": "make sql NAME={name}",
        "web": "make web",
    },
    "flask lab": {
        "matrix": "flask lab run --all",
        "scenario": "flask lab run {name}",
        "sql": "flask lab sql {name}",
        "web": "flask lab web",
    },
}


def command(verb: Verb, wording: Wording, name: str = "") -> str:
    """Write one command, exactly as it is typed."""
    return _COMMANDS[wording][verb].format(name=name)
