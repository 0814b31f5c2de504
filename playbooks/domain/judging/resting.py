"""That the review of an incident has come to its end, or goes on after it had: the review itself says so."""

from datetime import datetime
from typing import Final

from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.command import Command
from playbooks.domain.ids import CommandId
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.draft import Drafting, Judge
from playbooks.domain.kinds import Kind


def _settle(_state: IncidentState, _command: Command, drafting: Drafting) -> None:
    drafting.draft(Kind.REVIEW_SETTLE, "review")


def _resume(_state: IncidentState, _command: Command, drafting: Drafting) -> None:
    drafting.draft(Kind.REVIEW_RESUME, "review")


def settled_or_not(state: IncidentState, decided: int, at: datetime, *, is_over: bool) -> Command:
    """What the review asks of its incident, after so many decisions of its own; asked again, it is the same."""
    verb = "review.settle" if is_over else "review.resume"
    return Command(
        id=CommandId(f"{state.key}/{verb}/{decided}"),
        verb=verb,
        actor=Actor(id="review", kind=ActorKind.TIMER, organization=state.lead),
        incident=state.key,
        received_at=at,
    )


REVIEWING: Final[dict[str, Judge]] = {"review.settle": _settle, "review.resume": _resume}
