"""What an agreed joint assessment leaves to be done: a task on its own side for each recommendation (002, §16)."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from playbooks.domain.circle.hybrid import RECIPIENTS, Network, function_of
from playbooks.domain.command import Command
from playbooks.domain.entry import Entry
from playbooks.domain.function import Function, Office
from playbooks.domain.ids import CommandId

_HANDED_OVER_WITHIN = 24 * 60
"""Minutes until the assessment is with those whose process it feeds."""


class FollowUp(NamedTuple):
    """A task to be put to the Secretariat's part, and the entry whose words it has."""

    command: Command
    words: str


def tasks_of(network: Network, agreed: Entry) -> Iterator[FollowUp]:
    """The tasks that follow from an assessment that both have signed: they stay when the incident is closed.

    DSS, whose process it is, hands the assessment to the Designated Official, the Security Management Team and the
    security adviser of the duty station; each side carries out what it recommended.
    """
    handing = {
        "office": Office.DSS.value,
        "function": Function.PHYSICAL_SECURITY.value,
        "due_minutes": _HANDED_OVER_WITHIN,
        "hand_to": list(RECIPIENTS),
        "station": agreed.data["station"],
    }
    newest = network.assessments[-1]
    yield _task(agreed, f"assessment/{newest.version}", newest.entry, handing)
    for each in network.recommendations:
        if each.id in agreed.data["recommendations"]:
            carrying = {
                "office": each.office.value,
                "function": function_of(each.office).value,
                "due_minutes": each.due_minutes,
            }
            yield _task(agreed, each.id, each.entry, carrying)


def _task(agreed: Entry, what: str, words: str, args: dict[str, Any]) -> FollowUp:
    origin = f"network/{what}"
    command = Command(
        id=CommandId(f"{agreed.id}/{what}"),
        verb="task.add",
        actor=agreed.actor,
        incident=agreed.incident,
        args={**args, "outlasts": True, "origin": origin},
        received_at=agreed.at,
    )
    return FollowUp(command, words)
