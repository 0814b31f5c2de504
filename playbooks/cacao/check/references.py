"""Whatever is named must be there (CACAO 2.0 §3.1: "everything used deeper MUST be defined").

A step that is not there leaves open where to go: refused. An agent or target that is not there leaves open only who or
what is meant, and a person can know: the work goes to one (docs/decisions/cacao-wild-documents.md).
"""

from collections.abc import Container, Iterator

from playbooks.cacao.finding import Finding, Path, refuse, warn
from playbooks.cacao.model import Playbook
from playbooks.cacao.model.step import ActionStep, PlaybookActionStep


def rules(playbook: Playbook) -> Iterator[Finding]:
    """Steps, agents, targets, authentication, and a playbook that runs itself."""
    for name in ("workflow_start", "workflow_exception"):
        named = getattr(playbook, name)
        if named is not None:
            yield from _missing((name,), named, playbook.workflow, "step", "workflow")
    for identifier, step in playbook.workflow.items():
        for link, target in step.links:
            yield from _missing(("workflow", identifier, link), target, playbook.workflow, "step", "workflow")
        if isinstance(step, ActionStep):
            yield from _people(playbook, identifier, step)
        if isinstance(step, PlaybookActionStep) and step.playbook_id == playbook.id:
            path = ("workflow", identifier, "playbook_id")
            yield refuse(path, "CACAO 2.0 §4.6", "runs_itself")
    yield from _authentication(playbook)


def _missing(path: Path, named: str, defined: Container[str], kind: str, where: str) -> Iterator[Finding]:
    if named not in defined:
        yield refuse(
            path, "CACAO 2.0 §3.1", f"undefined.{kind}", remedy="define", named=named[:80], place=where
        )


def _people(playbook: Playbook, identifier: str, step: ActionStep) -> Iterator[Finding]:
    """Without a definition a person does it; one that stands in the other section is found all the same."""
    named: list[tuple[Path, str, str, Container[str]]] = [
        (("workflow", identifier, "targets", index), target, "target", playbook.target_definitions)
        for index, target in enumerate(step.targets)
    ]
    if step.agent is not None:
        named.append((("workflow", identifier, "agent"), step.agent, "agent", playbook.agent_definitions))
    for path, name, kind, defined in named:
        if playbook.agent_or_target(name) is None:
            place = f"{kind}_definitions"
            yield warn(
                path, "CACAO 2.0 §4.5", f"unknown.{kind}", remedy="define_in", named=name[:80], place=place
            )
        elif name not in defined:
            place = f"{kind}_definitions"
            yield warn(path, "CACAO 2.0 §4.5", f"elsewhere.{kind}", remedy="define_in", place=place)


def _authentication(playbook: Playbook) -> Iterator[Finding]:
    for section in ("agent_definitions", "target_definitions"):
        for identifier, agent in getattr(playbook, section).items():
            if agent.authentication_info is not None:
                path = (section, identifier, "authentication_info")
                defined = playbook.authentication_info_definitions
                where = "authentication_info_definitions"
                yield from _missing(path, agent.authentication_info, defined, "authentication", where)
