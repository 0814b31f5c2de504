"""Introducing two incidents that show the same attack: each lead is asked, and told of the other when both agreed."""

from typing import Final

from playbooks.domain.circle.matching import QUESTIONS_A_DAY, Standing, may_ask
from playbooks.domain.command import Command
from playbooks.domain.errors import Conflict, Refused
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.agreement import ask_first, is_agreed
from playbooks.domain.judging.draft import Drafting, Judge
from playbooks.domain.kinds import Kind
from playbooks.domain.saying import says

_SOURCE: Final = "004 §7"


def _introduce(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """Ask the lead, once for each match; what is agreed to is that the other is told who it is, if it agrees too."""
    _check_matching(state)
    match = str(command.args["match"])
    if is_agreed(state, command):
        drafting.draft(Kind.MATCH_AGREE, "incident", audience=(state.lead,), match=match)
        return
    if match in state.matches:
        raise Conflict(says("asked_already.matching", incident=state.key, match=match))
    if not may_ask(state.matches, drafting.at):
        raise Conflict(
            says("too_many_matches", incident=state.key, questions_a_day=QUESTIONS_A_DAY),
        )
    ask_first(state, command, drafting, (state.lead,), match=match, alike=str(command.args["alike"]))


def _introduced(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """Tell the lead who the other is: for the lead alone, since it agreed with nobody else."""
    _check_matching(state)
    args = command.args
    match = state.matches.get(str(args["match"]))
    if match is None or match.standing is Standing.ASKED:
        raise Refused(
            says("not_agreed", lead=state.lead, match=args["match"]),
            source=_SOURCE,
        )
    if match.standing is Standing.INTRODUCED:
        raise Conflict(says("introduced_already", match=match.id))
    drafting.draft(
        Kind.MATCH_INTRODUCE,
        "incident",
        audience=(state.lead,),
        match=match.id,
        organization=str(args["organization"]),
        other=str(args["other"]),
    )


def _check_matching(state: IncidentState) -> None:
    if state.restricted:
        raise Refused(
            says("restricted.matching", incident=state.key),
            source="policy",
        )


MATCHING: dict[str, Judge] = {"introduce": _introduce, "introduced": _introduced}
"""What follows from a match that was found."""
