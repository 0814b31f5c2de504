"""Erasing alerts that belong to no incident, and what was set aside: asked by one, approved by another.

What belongs to an incident is erased there, where a legal hold is seen.
"""

from typing import Final

from playbooks.domain.command import Command
from playbooks.domain.errors import Conflict, NotFound, Refused
from playbooks.domain.policy import represents
from playbooks.domain.saying import says
from playbooks.ports.intake import AtTriage, GroupStatus

_FOUR_EYES: Final = "ISO/IEC 27002:2022, 5.3"

Asked = dict[str, str | None]
"""By group or source: who asks that it be erased; None where that is settled."""


def ask(found: AtTriage, command: Command) -> Asked:
    """Ask for it. Raises Conflict for what belongs to an incident, or was asked for already."""
    for group in found.groups:
        if group.incident is not None:
            raise Conflict(
                says("of_an_incident", group=group.id, incident=group.incident),
            )
        if group.status is GroupStatus.DECLARING:
            raise Conflict(says("declaring", group=group.id))
    for id in found.asked:
        raise Conflict(says("asked_already", id=id))
    return dict.fromkeys(named(found), command.actor.id)


def approve(found: AtTriage, command: Command) -> Asked:
    """Approve what somebody else asked for. Raises NotFound or Refused."""
    if not represents(command.actor):
        raise Refused(
            says("not_entitled.erase_alerts"),
            source="policy",
        )
    settled = reject(found, command)
    if command.actor.id in found.asked.values():
        raise Refused(
            says("second_person"),
            source=_FOUR_EYES,
        )
    return settled


def reject(found: AtTriage, _command: Command) -> Asked:
    """Leave it. Raises NotFound where nobody asked."""
    for id in named(found):
        if id not in found.asked:
            raise NotFound(says("no_erasure", id=id))
    return dict.fromkeys(named(found))


def named(found: AtTriage) -> tuple[str, ...]:
    """Groups by their ids, sources by their names."""
    return (*(group.id for group in found.groups), *(aside.source for aside in found.aside))
