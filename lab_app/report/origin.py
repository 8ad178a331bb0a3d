"""Where results come from, in words that stay true when the report is read later and elsewhere."""

from collections.abc import Sequence

from lab_app.document.merge import Origin, Shown
from lab_app.document.types import TargetRecord
from lab_app.report.moments import moment


def origin_sentence(origin: Origin) -> str:
    """Tell where the results of one scenario come from: Run on 2026-11-22 17:32 UTC with SQLite 3.40.1."""
    return f"{'Run' if origin.own else 'Recorded'} on {moment(origin.recorded_at)} with {_servers(origin.targets)}."


def origin_sentences(shown: Shown) -> list[str]:
    """Tell where the results come from: the own runs, the record, or how many scenarios of each."""
    found = [_part(origins) for origins in (shown.own, shown.recorded) if origins]
    if len(found) < 2:
        return found
    counts = (f"{len(part)} of {len(shown.origins)} scenarios" for part in (shown.own, shown.recorded))
    return [f"{count}: {line[:1].lower()}{line[1:]}" for count, line in zip(counts, found, strict=True)]


def _part(origins: Sequence[Origin]) -> str:
    """Write a sentence for origins of one kind; of several runs it tells the first, the last, and its servers."""
    first = min(origins, key=lambda origin: origin.recorded_at)
    last = max(origins, key=lambda origin: origin.recorded_at)
    if first.recorded_at == last.recorded_at:
        return origin_sentence(last)
    between = f"{moment(first.recorded_at)} to {moment(last.recorded_at)}"
    return f"{'Run' if last.own else 'Recorded'} from {between}, the last time with {_servers(last.targets)}."


def _servers(targets: Sequence[TargetRecord]) -> str:
    return ", ".join(f"{target['title']} {target['version']}" for target in targets if target["up"]) or "no engine"
