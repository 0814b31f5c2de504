"""Introducing two incidents that show the same attack: each lead is asked, and told of the other when both agreed."""

from typing import Final

from playbooks.domain.circle.matching import QUESTIONS_A_DAY, Standing, may_ask
from playbooks.domain.command import Command
from playbooks.domain.errors import Conflict, Refused
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.agreement import ask_first, is_agreed
from playbooks.domain.judging.draft import Drafting, Judge
from playbooks.domain.kinds import Kind

_SOURCE: Final = "004 §7"


def _introduce(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """Ask the lead, once for each match; what is agreed to is that the other is told who it is, if it agrees too."""
    _check_matching(state)
    match = str(command.args["match"])
    if is_agreed(state, command):
        drafting.draft(Kind.MATCH_AGREE, "incident", audience=(state.lead,), match=match)
        return
    if match in state.matches:
        raise Conflict(f"{state.key} was asked about {match} already.", code="asked_already")
    if not may_ask(state.matches, drafting.at):
        raise Conflict(
            f"{state.key} was asked about {QUESTIONS_A_DAY} matches within a day; the next waits.",
            code="too_many_matches",
        )
    ask_first(state, command, drafting, (state.lead,), match=match, alike=str(command.args["alike"]))


def _introduced(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """Tell the lead who the other is: for the lead alone, since it agreed with nobody else."""
    _check_matching(state)
    args = command.args
    match = state.matches.get(str(args["match"]))
    if match is None or match.standing is Standing.ASKED:
        raise Refused(
            f"{state.lead} has not agreed to be introduced ({args['match']}).",
            code="not_agreed",
            source=_SOURCE,
        )
    if match.standing is Standing.INTRODUCED:
        raise Conflict(f"{match.id} was introduced already.", code="introduced_already")
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
            f"{state.key} is restricted: it is compared with nothing and introduced to nobody.",
            code="restricted",
            source="policy",
        )


MATCHING: dict[str, Judge] = {"introduce": _introduce, "introduced": _introduced}
"""What follows from a match that was found."""
