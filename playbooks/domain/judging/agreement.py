"""Asking for an agreement before something is done: the one consultation, with what it is about held in it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from playbooks.domain.actor import ActorKind
from playbooks.domain.command import Command
from playbooks.domain.consultation import Purpose
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.draft import Drafting
from playbooks.domain.judging.question import draft_question, next_consultation

PATIENCE = timedelta(hours=4)
"""An agreement that nobody gave by then is none."""


def is_agreed(state: IncidentState, command: Command) -> bool:
    """Whether this very command was agreed to, in the consultation that it names."""
    consultation = str(command.args.get("agreed", ""))
    awaited = state.awaited.get(consultation)
    approved = state.consultations.get(consultation) == "approved"
    return awaited is not None and approved and awaited.agreed(state.key, consultation) == command


def ask_first(
    state: IncidentState,
    command: Command,
    drafting: Drafting,
    asked: Sequence[OrganizationCode],
    *,
    needed: int = 0,
    by_person: bool = False,
    fresh: bool = False,
    **said: Any,  # noqa: ANN401  any JSON value
) -> None:
    """Ask these organizations, each for itself unless persons are counted, and hold the command meanwhile.

    Where persons are counted, nobody agrees to what she had a playbook ask for; an organization speaks by any
    of its own.
    `said` is what of the command whoever is asked must know, in codes.
    """
    actor = command.actor
    behind = command.args.get("asked_by") if by_person else None
    draft_question(
        state,
        command,
        drafting,
        consultation=next_consultation(state),
        purpose=Purpose.APPROVAL,
        asked=tuple(asked),
        audience=tuple(dict.fromkeys((*asked, actor.organization, state.lead))),
        patience=PATIENCE,
        asked_by=actor.id if actor.kind is ActorKind.PERSON or not behind else str(behind),
        is_chased=False,
        needed=needed,
        by_person=by_person or None,
        fresh=fresh or None,
        about=command.verb,
        **said,
        awaited={
            "verb": command.verb,
            "actor": actor.model_dump(mode="json"),
            "args": command.args,
            "received_at": command.received_at.isoformat(),
        },
    )
