"""Times (CACAO 2.0 §3.1, §10.15)."""

from collections.abc import Iterator

from playbooks.cacao.finding import Finding, Path, refuse, warn
from playbooks.cacao.identifiers import has_milliseconds, moment
from playbooks.cacao.model import Playbook
from playbooks.cacao.model.step import PlaybookActionStep

RULE = "CACAO 2.0 §10.15"
_ORDERED = (("created", "modified"), ("valid_from", "valid_until"))


def rules(playbook: Playbook) -> Iterator[Finding]:
    """Their form, and that the later is not before the earlier."""
    named: dict[Path, str | None] = {(name,): getattr(playbook, name) for pair in _ORDERED for name in pair}
    for identifier, marking in playbook.data_marking_definitions.items():
        for name in ("created", "valid_from", "valid_until"):
            named["data_marking_definitions", identifier, name] = getattr(marking, name)
    for identifier, step in playbook.workflow.items():
        if isinstance(step, PlaybookActionStep):
            named["workflow", identifier, "playbook_version"] = step.playbook_version
    for path, text in named.items():
        yield from _time(path, text)
    yield from _order(playbook)


def _time(path: Path, text: str | None) -> Iterator[Finding]:
    if text is None:
        return
    if moment(text) is None:
        yield refuse(path, RULE, "no_moment", typed=text[:60])
    elif path[-1] in ("created", "modified") and not has_milliseconds(text):
        yield warn(path, RULE, "milliseconds", typed=text[:60])


def _order(playbook: Playbook) -> Iterator[Finding]:
    for earlier, later in _ORDERED:
        if later == "valid_until" and playbook.revoked:
            continue
        first, second = (moment(getattr(playbook, name) or "") for name in (earlier, later))
        if (
            first is not None
            and second is not None
            and (second < first or (second == first and later == "valid_until"))
        ):
            code = "before" if second < first else "same_moment"
            yield refuse((later,), "CACAO 2.0 §3.1", code, remedy="wrong_one", later=later, earlier=earlier)
