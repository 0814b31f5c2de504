"""Which playbooks a run has to carry, and whether they fit together: asked before it starts, so it starts whole."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from playbooks.cacao import limits
from playbooks.cacao.model import Identifier, Playbook, PlaybookActionStep
from playbooks.domain.errors import Malformed
from playbooks.domain.saying import saying
from playbooks.domain.task import Question


class KeptPlaybook(NamedTuple):
    """A playbook with those that its steps run, each kept under the hash of its content."""

    content: str
    carried: Mapping[str, str]
    """From how a step names one to its hash."""
    signed_by: str | None = None
    """The trusted signer of an installation's own playbook, empty for nobody; None for what came with a release."""
    takes: tuple[Question, ...] = ()
    """What may be given along to whoever runs it."""


def reference(playbook_id: Identifier, version: str | None) -> str:
    """How a step names a playbook: its id, and the version where it wants one (CACAO 2.0 §4.6)."""
    return f"{playbook_id}@{version}" if version else playbook_id


def references(playbook: Playbook) -> tuple[tuple[Identifier, str | None], ...]:
    """Every playbook that the steps of this one run, each once, in their order."""
    found = ((step.playbook_id, step.playbook_version) for step in _runs(playbook))
    return tuple(dict.fromkeys(found))


def check_carried(main: str, playbooks: Mapping[str, Playbook], carried: Mapping[str, str]) -> None:
    """Raise Malformed when playbooks run one another in a circle or too deep, or what is handed over does not fit."""
    if len(playbooks) > limits.CARRIED:
        raise Malformed(
            saying("course.many", count=len(playbooks) - 1, size=limits.CARRIED - 1),
            code="playbook_too_many",
        )
    _check_descent((main,), playbooks, carried, {})
    for playbook in playbooks.values():
        for step in _runs(playbook):
            content = carried.get(reference(step.playbook_id, step.playbook_version), "")
            if content in playbooks:
                _check_fit(playbook, step, playbooks[content])


def _check_descent(
    path: tuple[str, ...],
    playbooks: Mapping[str, Playbook],
    carried: Mapping[str, str],
    seen_at: dict[str, int],
) -> None:
    """Walk down from the first, each playbook again only where it is reached deeper than before."""
    playbook = playbooks[path[-1]]
    if len(path) > limits.NESTING:
        raise Malformed(
            saying("course.deep", size=limits.NESTING, named=playbook.name),
            code="playbook_too_deep",
        )
    if seen_at.get(path[-1], 0) >= len(path):
        return
    seen_at[path[-1]] = len(path)
    for content in (carried.get(reference(*named), "") for named in references(playbook)):
        if content in path:
            raise Malformed(
                saying("course.circle", named=playbook.name, other=playbooks[content].name),
                code="playbook_circle",
                source="CACAO 2.0 §4.6",
            )
        if content in playbooks:
            _check_descent((*path, content), playbooks, carried, seen_at)


def _check_fit(playbook: Playbook, step: PlaybookActionStep, other: Playbook) -> None:
    inputs = {name for name, each in other.playbook_variables.items() if each.external and not each.constant}
    strange = [name for name in step.in_args if name not in inputs]
    strange += [name for name in step.out_args if name not in other.playbook_variables]
    if strange:
        raise Malformed(
            saying("course.unfit", named=playbook.name, names=strange, other=other.name),
            code="playbook_unfit",
            source="CACAO 2.0 §4.6",
        )


def _runs(playbook: Playbook) -> Iterator[PlaybookActionStep]:
    return (step for step in playbook.workflow.values() if isinstance(step, PlaybookActionStep))
