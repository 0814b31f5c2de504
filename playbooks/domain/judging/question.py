"""Drafting a question: what every consultation begins with, whoever asks, and about whatever."""

from datetime import datetime, timedelta
from typing import Any

from playbooks.domain.actor import ActorKind
from playbooks.domain.command import Command
from playbooks.domain.consultation import Purpose
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.draft import Drafting
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking

_REMIND, _ESCALATE, _REFER = 0.5, 0.75, 0.9
"""The parts of its time after which the missing are reminded, their alternates woken, and the co-Chairs told."""


def next_consultation(state: IncidentState) -> str:
    """The name of the next consultation of an incident."""
    return f"C-{len(state.consultations) + 1}"


def draft_question(  # noqa: PLR0913  what a question is made of, each named where it is asked
    state: IncidentState,
    command: Command,
    drafting: Drafting,
    *,
    consultation: str,
    purpose: Purpose,
    asked: tuple[OrganizationCode, ...],
    audience: tuple[str, ...],
    patience: timedelta,
    began_at: datetime | None = None,
    marked: Marking | None = None,
    asked_by: str | None = None,
    is_chased: bool = True,
    **said: Any,  # noqa: ANN401  any JSON value
) -> None:
    """Open a consultation; of a restricted incident the named alone hear of it.

    One that is not chased is reminded of and no more: nobody is woken for it, and no co-Chair told.
    """
    chased = {"remind_at": _REMIND, **({"escalate_at": _ESCALATE, "refer_at": _REFER} if is_chased else {})}
    began_at = began_at or drafting.at
    drafting.draft(
        Kind.QUESTION_OPEN,
        f"consultation/{consultation}",
        audience=state.audience if state.restricted else audience,
        marked=marked,
        consultation=consultation,
        purpose=purpose.value,
        asked=list(asked),
        asked_by=asked_by or asker(command),
        deadline_at=(began_at + patience).isoformat(),
        **{name: (began_at + patience * part).isoformat() for name, part in chased.items()},
        **{"needed": 0, "origin": "", **said},
    )


def asker(command: Command) -> str:
    """A machine may ask for somebody; a person asks for herself, or she could approve her own request."""
    actor = command.actor
    return actor.id if actor.kind is ActorKind.PERSON else str(command.args.get("asked_by", actor.id))
