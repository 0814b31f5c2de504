"""Erasing alerts that belong to no incident, and what was set aside: asked by one, approved by another.

What belongs to an incident is erased there, where a legal hold is seen.
"""

from typing import Final

from playbooks.domain.command import Command
from playbooks.domain.errors import Conflict, NotFound, Refused
from playbooks.domain.policy import represents
from playbooks.ports.intake import AtTriage, GroupStatus

_FOUR_EYES: Final = "ISO/IEC 27002:2022, 5.3"

Asked = dict[str, str | None]
"""By group or source: who asks that it be erased; None where that is settled."""


def ask(found: AtTriage, command: Command) -> Asked:
    """Ask for it. Raises Conflict for what belongs to an incident, or was asked for already."""
    for group in found.groups:
        if group.incident is not None:
            raise Conflict(
                f"{group.id} belongs to {group.incident}: have its alerts erased there, by the entry that counts them: "
                f"`/incident {group.incident} erase 12 alerts REASON`.",
                code="of_an_incident",
            )
        if group.status is GroupStatus.DECLARING:
            raise Conflict(
                f"{group.id} is being declared an incident; try again in a moment.", code="declaring"
            )
    for id in found.asked:
        raise Conflict(
            f"That {id} be erased was asked for already; somebody else approves it.", code="asked_already"
        )
    return dict.fromkeys(named(found), command.actor.id)


def approve(found: AtTriage, command: Command) -> Asked:
    """Approve what somebody else asked for. Raises NotFound or Refused."""
    if not represents(command.actor):
        raise Refused(
            "This is for the CISO or the duty officer of your organization.",
            code="not_entitled",
            source="policy",
        )
    settled = reject(found, command)
    if command.actor.id in found.asked.values():
        raise Refused(
            "You asked for it yourself; somebody else must approve it.",
            code="second_person",
            source=_FOUR_EYES,
        )
    return settled


def reject(found: AtTriage, _command: Command) -> Asked:
    """Leave it. Raises NotFound where nobody asked."""
    for id in named(found):
        if id not in found.asked:
            raise NotFound(
                f"Nobody asked that {id} be erased: `/incident triage erase {id} REASON`.", code="no_erasure"
            )
    return dict.fromkeys(named(found))


def named(found: AtTriage) -> tuple[str, ...]:
    """Groups by their ids, sources by their names."""
    return (*(group.id for group in found.groups), *(aside.source for aside in found.aside))
