"""Two incidents that were introduced become one: the lead of one goes on in the other, and both records are kept.

It is judged twice, once in each: where work goes on, whether its author takes part there; where it ends, whether it is
hers to end. Each record names the other.
"""

from typing import Final

from playbooks.domain.circle.matching import Match, Standing
from playbooks.domain.command import Command
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Refused
from playbooks.domain.ids import CommandId, IncidentKey
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.closing import draft_close
from playbooks.domain.judging.draft import Drafting, Judge
from playbooks.domain.kinds import Kind
from playbooks.domain.policy import represents
from playbooks.domain.saying import says

_SOURCE: Final = "004 §7"


def _merge(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """Where work goes on: said by who leads the other incident, and takes part in this one by its own word."""
    match = _introduced(state, str(command.args["other"]))
    if command.actor.organization != match.organization or not represents(command.actor):
        raise Refused(
            says("not_representative.merging", organization=match.organization, other=match.other),
            source="004 §4",
        )
    drafting.draft(Kind.MERGE, "incident", match=match.id, merged=match.other, into=state.key)


def _merged(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """Where it ends: where to is told to the lead alone, which alone was introduced; its review is the other's."""
    match = _introduced(state, str(command.args["into"]))
    drafting.draft(
        Kind.MERGE, "incident", audience=(state.lead,), match=match.id, merged=state.key, into=match.other
    )
    draft_close(state, drafting, is_reviewed=False)


def _introduced(state: IncidentState, other: str) -> Match:
    if state.restricted:
        raise Refused(
            says("restricted.merging", incident=state.key),
            source="policy",
        )
    for match in state.matches.values():
        if match.standing is Standing.INTRODUCED and match.other == other:
            return match
    raise Refused(
        says("not_introduced", incident=state.key, other=other),
        source=_SOURCE,
    )


def ending(merge: Entry) -> Command:
    """What is asked of the incident that goes on in another."""
    return Command(
        id=CommandId(f"{merge.id}/merged"),
        verb="merged",
        actor=merge.actor,
        incident=IncidentKey(merge.data["merged"]),
        args={"into": merge.data["into"]},
        received_at=merge.at,
    )


MERGING: Final[dict[str, Judge]] = {"merge": _merge, "merged": _merged}
"""What makes one of two incidents."""
