"""Bytes to a playbook and what is to be said about it: the one way in."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from playbooks.cacao.check import check
from playbooks.cacao.check.services import unknown_services
from playbooks.cacao.document import Document, Unreadable, read_document
from playbooks.cacao.finding import Finding, Path, Severity, Verdict, refuse, verdict, warn
from playbooks.cacao.identifiers import moment
from playbooks.cacao.model import Playbook
from playbooks.cacao.secrets import without_secrets
from playbooks.cacao.shorthand import expand
from playbooks.cacao.shorthand.expand import Expanded
from playbooks.cacao.signatures import SignatureReport, Standing, TrustedSigner, verify
from playbooks.domain.saying import Saying, saying

_MOST_FINDINGS = 200


@dataclass(frozen=True)
class Reading:
    """What came of reading a file. `playbook` is there only if nothing refuses it."""

    playbook: Playbook | None
    findings: tuple[Finding, ...]
    signatures: tuple[SignatureReport, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """ok, ok with warnings, or refused."""
        return verdict(self.findings)


@dataclass(frozen=True)
class Terms:
    """On what terms a playbook is taken."""

    trusted: Sequence[TrustedSigner] = ()
    needs_trusted_signature: bool = False
    at: datetime | None = None
    """Aware; the time to judge validity by. None: validity is not looked at."""
    services: Collection[str] | None = None
    """The codes of the catalogue of shared services here. None: what a step asks for is not looked up."""


UNCONDITIONAL = Terms()


def read(content: bytes, terms: Terms = UNCONDITIONAL) -> Reading:
    """Read CACAO 2.0 JSON, the same as YAML, or our shorthand, and check it. Answers for any bytes; raises nothing."""
    try:
        document = read_document(content)
    except Unreadable as unreadable:
        return Reading(None, (unreadable.finding,))
    expanded = _expanded(document)
    reports = verify(expanded.playbook, terms.trusted, at=terms.at)
    clean, withheld = without_secrets(expanded.playbook)
    try:
        playbook = Playbook.model_validate(clean)
    except ValidationError as error:
        shapes = [_misshapen(detail) for detail in error.errors(include_url=False, include_context=False)]
        return Reading(
            None, _located([*expanded.findings, *_distinct(shapes)], document, expanded, None), reports
        )
    said = [*expanded.findings, *check(playbook), *withheld, *_on_terms(playbook, reports, terms)]
    findings = _located(said, document, expanded, playbook)
    is_refused = verdict(findings) is Verdict.REFUSED
    return Reading(None if is_refused else playbook, findings, reports)


def _on_terms(playbook: Playbook, reports: Sequence[SignatureReport], terms: Terms) -> Iterator[Finding]:
    """What signatures, validity and the catalogue of services come to."""
    is_trusted = any(report.standing is Standing.TRUSTED for report in reports)
    if terms.needs_trusted_signature and not is_trusted:
        yield refuse(("signatures",), "Muster terms", "not_trusted")
    for index, report in enumerate(reports):
        path = ("signatures", index)
        about: dict[str, object] = {"signee": report.signee[:80], "fault": report.said}
        if report.standing is Standing.WRONG:
            yield refuse(path, "CACAO 2.0 §10.14", "signature", remedy="again", **about)
        elif report.standing is not Standing.TRUSTED:
            yield warn(path, "CACAO 2.0 §10.14", "signature", remedy="who_signed", **about)
    if terms.at is not None and not is_in_force(playbook, terms.at):
        yield warn(("valid_until",), "CACAO 2.0 §3.1", "other_time")
    if terms.services is not None:
        yield from unknown_services(playbook, terms.services)


def is_in_force(playbook: Playbook, at: datetime) -> bool:
    """Whether the author means the playbook for this time; always, where none is said or it is revoked (§3.1)."""
    first, last = (moment(text) if text else None for text in (playbook.valid_from, playbook.valid_until))
    return playbook.revoked or ((first is None or first <= at) and (last is None or at < last))


def _expanded(document: Document) -> Expanded:
    """CACAO's own form has a `workflow`; a shorthand file has `steps` instead."""
    if document.is_json or "workflow" in document.data:
        return Expanded(document.data, [])
    return expand(document.data)


def _located(
    findings: list[Finding], document: Document, expanded: Expanded, playbook: Playbook | None
) -> tuple[Finding, ...]:
    """Add step names and line numbers; the gravest first, each kind in the order of the document, and not too many."""
    told = sorted(findings, key=lambda finding: finding.severity is not Severity.REFUSE)[:_MOST_FINDINGS]
    found = document.located(expanded.origin(finding.path) for finding in told)
    return tuple(_place(finding, found, expanded, playbook) for finding in told)


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
    section = _SECTIONS.get(path[0], "§3.1")
    if detail["type"] == "missing":
        return refuse(path, f"CACAO 2.0 {section}", "missing", named=path[-1])
    if detail["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return refuse(path, "CACAO 2.0 §4.2", "step_type")
    wanted = _WANTED.get(detail["type"].partition("_")[0], "other")
    rule = f"CACAO 2.0 {section}, §10"
    return refuse(path, rule, f"wanted.{wanted}", remedy=f"write.{wanted}", found=_kind_of(detail["input"]))


_SECTIONS: dict[str | int, str] = {
    "workflow": "§4",
    "authentication_info_definitions": "§6",
    "agent_definitions": "§7",
    "target_definitions": "§7",
    "extension_definitions": "§8",
    "data_marking_definitions": "§9",
    "external_references": "§10.9",
    "signatures": "§10.14",
    "playbook_variables": "§10.18",
}
"""Where the standard says what stands there."""
_WANTED = {
    "tuple": "list",
    "list": "list",
    "string": "text",
    "int": "number",
    "bool": "bool",
    "dict": "object",
    "model": "object",
}
"""What pydantic's errors ask for, by the beginning of their names, as the findings call it."""


def _kind_of(value: object) -> Saying:
    kinds: tuple[tuple[type, str], ...] = (
        (bool, "bool"),
        (str, "text"),
        (int, "number"),
        (float, "fraction"),
        (list, "list"),
        (dict, "object"),
    )
    found = next((said for kind, said in kinds if isinstance(value, kind)), "nothing")
    return saying(f"finding.found.{found}")


_VARIANTS = frozenset(
    (
        "start",
        "end",
        "action",
        "playbook-action",
        "parallel",
        "if-condition",
        "while-condition",
        "switch-condition",
    )
)


def _without_variants(location: tuple[str | int, ...]) -> Path:
    """The path without the names of the variants that were tried."""
    if len(location) > 2 and location[0] == "workflow" and location[2] in _VARIANTS:
        return (*location[:2], *location[3:])
    return location


def _distinct(findings: list[Finding]) -> list[Finding]:
    return list({(finding.path, finding.rule): finding for finding in findings}.values())
