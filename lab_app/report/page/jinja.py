"""What the templates of the pages and of the report have in common: where they are, their filters and words."""

from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from lab_app.document.matrix import expected_words
from lab_app.document.outcomes import SIGNS
from lab_app.document.targets import head, how_many, kind, labels, slug
from lab_app.report.moments import ago, day, elapsed, took
from lab_app.report.page.highlight import highlighted
from lab_app.report.page.sections import sections
from lab_app.report.prediction import CHOICES
from lab_app.text import printable

STATIC = Path(__file__).parent / "static"


def loader() -> PackageLoader:
    """Return a loader of the templates whose names begin with ``lab/``."""
    return PackageLoader("lab_app.report.page")


def prepare(environment: Environment) -> None:
    """Give an environment the filters and words that the templates below ``lab/`` use."""
    environment.filters.update(
        sql=partial(_marked, language="sql"),
        python=partial(_marked, language="python"),
        sh=partial(_marked, language="sh"),
        printable=printable,
        css=css,
        slug=slug,
        head=head,
        labels=labels,
        kind=kind,
        how_many=how_many,
        ago=ago,
        took=took,
        elapsed=elapsed,
        day=day,
    )
    environment.globals.update(SIGNS=SIGNS, CHOICES=CHOICES, sections=sections, expected_words=expected_words)
    environment.finalize = _spoken
    environment.trim_blocks = environment.lstrip_blocks = True


def _spoken(value: Any) -> Any:
    """Return what a template says: a text of others can do nothing to the page, wherever it stands in it."""
    return printable(value) if type(value) is str and not value.isprintable() else value


def css(word: str) -> str:
    """Return an outcome or an agreement as the name of a class: half-applied, rows-lost, data-at-risk."""
    return word.replace(" ", "-")


def _marked(text: Any, language: str) -> Markup:
    return highlighted(printable(str(text)), language)
