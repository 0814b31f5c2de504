"""Escalating to the Digital and Technology Network (DTN), which is outside of the circle: who may, and with what.

A code goes at once. Words go only when every party has expressly agreed to those very words (document 004, §5).
"""

from typing import Final

from playbooks.domain.circle.escalation import Issue
from playbooks.domain.command import Command
from playbooks.domain.errors import Conflict, Refused
from playbooks.domain.incident import IncidentState, Phase
from playbooks.domain.judging.agreement import ask_first, is_agreed
from playbooks.domain.judging.draft import Drafting, Judge
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.organization import Duty
from playbooks.domain.saying import says


def _escalate(state: IncidentState, command: Command, drafting: Drafting) -> None:
    issue, in_words = Issue(command.args["issue"]), bool(command.args.get("in_words"))
    _check_may(state, command)
    if in_words and not is_agreed(state, command):
        _check_can_be_asked(state)
        ask_first(state, command, drafting, state.active_parties, issue=issue.value)
        return
    drafting.draft(
        Kind.ISSUE_ESCALATE,
        "incident",
        marked=Marking.GREEN,
        issue=issue.value,
        in_words=in_words or None,
        agreed=command.args.get("agreed"),
    )


def _check_may(state: IncidentState, command: Command) -> None:
    if Duty.SECRETARY not in command.actor.duties:
        raise Refused(
            says("not_secretary.escalation"),
            source="004 §3",
        )
    if state.restricted:
        raise Refused(
            says("restricted.escalation", incident=state.key),
            source="policy",
        )


def _check_can_be_asked(state: IncidentState) -> None:
    if state.phase is Phase.CLOSED:
        raise Conflict(
            says("incident_closed.escalation", incident=state.key),
            source="004 §5",
        )


ESCALATION: Final[dict[str, Judge]] = {"escalate": _escalate}
"""The command that escalates."""
