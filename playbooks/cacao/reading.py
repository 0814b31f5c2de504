"""Bytes to a playbook and what is to be said about it: the one way in."""

from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from playbooks.cacao.check import check
from playbooks.cacao.document import Document, Unreadable, read_document
from playbooks.cacao.finding import Finding, Path, Severity, Verdict, refuse, verdict
from playbooks.cacao.model import Playbook
from playbooks.cacao.shorthand import expand
from playbooks.cacao.shorthand.expand import Expanded

_MOST_FINDINGS = 200


@dataclass(frozen=True)
class Reading:
    """What came of reading a file. `playbook` is there only if nothing refuses it."""

    playbook: Playbook | None
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """ok, ok with warnings, or refused."""
        return verdict(self.findings)


def read(content: bytes) -> Reading:
    """Read CACAO 2.0 JSON, the same as YAML, or our shorthand, and check it. Answers for any bytes; raises nothing."""
    try:
        document = read_document(content)
    except Unreadable as unreadable:
        return Reading(None, (unreadable.finding,))
    expanded = _expanded(document)
    try:
        playbook = Playbook.model_validate(expanded.playbook)
    except ValidationError as error:
        shapes = [_misshapen(detail) for detail in error.errors(include_url=False, include_context=False)]
        return Reading(None, _located([*expanded.findings, *_distinct(shapes)], document, expanded, None))
    findings = _located([*expanded.findings, *check(playbook)], document, expanded, playbook)
    is_refused = verdict(findings) is Verdict.REFUSED
    return Reading(None if is_refused else playbook, findings)


def _expanded(document: Document) -> Expanded:
    """CACAO's own form has a `workflow`; a shorthand file has `steps` instead."""
    if document.is_json or "workflow" in document.data:
        return Expanded(document.data, [])
    return expand(document.data)


def _located(findings: list[Finding], document: Document, expanded: Expanded, playbook: Playbook | None) -> tuple[Finding, ...]:
    """Add step names and line numbers; the gravest first, each kind in the order of the document, and not too many."""
    placed = [_place(finding, document, expanded, playbook) for finding in findings]
    placed.sort(key=lambda finding: finding.severity is not Severity.REFUSE)
    return tuple(placed[:_MOST_FINDINGS])


def _place(finding: Finding, document: Document, expanded: Expanded, playbook: Playbook | None) -> Finding:
    step = _step_of(finding.path, expanded, playbook)
    origin = expanded.origin(finding.path)
    line = finding.line or document.line(origin)
    return finding.model_copy(update={"step": finding.step or step, "line": line})


def _step_of(path: Path, expanded: Expanded, playbook: Playbook | None) -> str | None:
    if len(path) < 2 or path[0] != "workflow":
        return None
    if playbook is not None:
        return playbook.label(str(path[1]))
    workflow = expanded.playbook.get("workflow")
    step = workflow.get(str(path[1])) if isinstance(workflow, dict) else None
    name = step.get("name") if isinstance(step, dict) else None
    return name if isinstance(name, str) else str(path[1])


def _misshapen(detail: ErrorDetails) -> Finding:
    """A finding for what the model would not take: missing, of the wrong type, or a step type that does not exist."""
    path = _without_variants(detail["loc"])
    if detail["type"] == "missing":
        problem = f"“{path[-1]}” is missing."
        return refuse(path, "CACAO 2.0 §3.1, §4", problem, "Add it; the standard requires it.")
    if detail["type"] in ("union_tag_invalid", "union_tag_not_found"):
        problem = "This is none of the eight types of step."
        remedy = (
            "Use start, end, action, playbook-action, parallel, if-condition, while-condition or switch-condition."
        )
        return refuse(path, "CACAO 2.0 §4.2", problem, remedy)
    return refuse(path, "CACAO 2.0 §10", f"The value does not fit: {detail['msg']}.", "Give it the type the standard names.")


_VARIANTS = frozenset(
    ("start", "end", "action", "playbook-action", "parallel", "if-condition", "while-condition", "switch-condition")
)


def _without_variants(location: tuple[str | int, ...]) -> Path:
    """The path without the names of the variants that were tried."""
    if len(location) > 2 and location[0] == "workflow" and location[2] in _VARIANTS:
        return (*location[:2], *location[3:])
    return location


def _distinct(findings: list[Finding]) -> list[Finding]:
    return list({(finding.path, finding.rule): finding for finding in findings}.values())
