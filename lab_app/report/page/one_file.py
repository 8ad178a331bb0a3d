"""The matrix and the evidence behind it as one HTML file that opens from disk, without a network."""

import base64
import hashlib
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment
from markupsafe import Markup

from lab_app.document.merge import Shown
from lab_app.document.targets import labels
from lab_app.document.types import TargetRecord
from lab_app.report.headline import headline, proof
from lab_app.report.markdown import matrix_table, to_markdown
from lab_app.report.moments import moment
from lab_app.report.next_command import command
from lab_app.report.origin import origin_sentence, origin_sentences
from lab_app.report.page.jinja import STATIC, loader, prepare
from lab_app.report.scenario_view import ScenarioView, next_difference, scenario_views
from lab_app.report.selection import Selection


@dataclass(frozen=True)
class Chapter:
    """One scenario with all its attempts; ``following`` is the next one in which targets differ."""

    story: ScenarioView
    targets: tuple[TargetRecord, ...]
    finding: str
    proof: str
    origin: str
    commands: tuple[str, ...]
    following: ScenarioView | None
    markdown: str


def report(shown: Shown, wishes: Selection) -> str:
    """Return the HTML text: the rows that are wished for as a matrix, and their scenarios whole.

    Raises:
        LabError: no row is like that, or there is no such target.
    """
    view = wishes.some_of(shown.view)
    chosen = scenario_views(view)
    template = environment().get_template("lab/report.html")
    return template.render(
        view=view,
        stories=chosen,
        chapters=_chapters(shown, chosen),
        origins=shown.origins,
        sentences=origin_sentences(shown),
        wishes=_in_words(wishes, view.targets),
        markdown=matrix_table(view),
    )


def _chapters(shown: Shown, chosen: list[ScenarioView]) -> list[Chapter]:
    """Return the chosen scenarios with every attempt, chosen or not: the better way is often one of the others."""
    whole = {story.scenario["name"]: story for story in scenario_views(shown.view)}
    told = [whole[story.scenario["name"]] for story in chosen]
    return [_chapter(shown, story, next_difference(told, story.scenario["name"])) for story in told]


def _chapter(shown: Shown, story: ScenarioView, following: ScenarioView | None) -> Chapter:
    name = story.scenario["name"]
    origin = shown.origins[name]
    return Chapter(
        story=story,
        targets=origin.targets,
        finding=headline(story, origin.targets),
        proof=proof(story),
        origin=origin_sentence(origin),
        commands=(command("scenario", "make", name), command("scenario", "flask lab", name)),
        following=following,
        markdown=to_markdown(shown.only([name]).document),
    )


def _in_words(wishes: Selection, targets: tuple[TargetRecord, ...]) -> str:
    """Tell what was left out of the matrix, if anything: a reader of the file has no address to read it from."""
    kinds = {"differ": "rows that differ", "risk": "rows with data at risk"}
    said = [kinds.get(wishes.show, ""), wishes.level and f"level {wishes.level}"]
    said += [" and ".join(labels(targets).values()) if wishes.pair else ""]
    said += [f"found by “{wishes.q}”" if wishes.q else "", "only what was recorded" if wishes.run else ""]
    return ", ".join(filter(None, said))


@cache
def environment() -> Environment:
    """Return what the templates of files are filled in with: style and script inside, and the policy for them."""
    environment = Environment(loader=loader(), autoescape=True)
    prepare(environment)
    # A file is read later than it is written: "3 minutes ago" would be a lie by then.
    environment.filters["ago"] = moment
    style, script = (_inlined(*names) for names in (("lab.css",), ("lab.js", "report.js")))
    icon = base64.b64encode((STATIC / "lab.svg").read_bytes()).decode()
    environment.globals.update(style=style, script=script, policy=_policy(style, script))
    environment.globals["icon"] = f"data:image/svg+xml;base64,{icon}"
    return environment


def _inlined(*names: str) -> Markup:
    """Return files of the lab's own as they are, one after the other."""
    return Markup("\n".join((STATIC / name).read_text(encoding="utf-8") for name in names))  # noqa: S704 - our own


def _policy(style: str, script: str) -> str:
    """Return the Content-Security-Policy under which this style and this script run, and nothing else does."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
