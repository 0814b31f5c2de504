"""Indicators put into an incident's record, as entries like any other, and given to a collection from there."""

from playbooks.domain.command import Command
from playbooks.domain.connection import connection_id
from playbooks.domain.errors import Malformed, Refused
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.draft import Drafting, Judge
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.pap import DEFAULT_PAP, Pap
from playbooks.domain.saying import says


def _add(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """For the parties, unless marked TLP:RED: then for the person who put them in (TLP 2.0: for named recipients)."""
    args = command.args
    marked = Marking(args.get("marking", state.marking))
    alone = marked is Marking.RED and not state.restricted
    drafting.draft(
        Kind.INDICATORS_ADD,
        "incident",
        audience=(f"person:{command.actor.id}",) if alone else state.audience,
        marked=marked,
        count=counted(command),
        pap=Pap(args.get("pap", DEFAULT_PAP)).value,
        as_marked=marked.value,
        came=args.get("came"),
        connection=args.get("connection"),
        until=args.get("until"),
    )


def _give(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """To a collection of the organization's own, by whoever answers for it there; of a restricted incident to none."""
    if state.restricted:
        raise Refused(says("restricted.give", incident=state.key), source="policy")
    drafting.draft(
        Kind.INDICATORS_GIVE,
        "incident",
        audience=state.audience,
        connection=connection_id(command.actor.organization, str(command.args["collection"])),
        unnamed=True if command.args.get("unnamed") else None,
    )


def counted(command: Command) -> int:
    """How many they are: what they are stands among the words, which no judgement sees. Raises Malformed."""
    count = int(command.args["count"])
    if count < 1:
        raise Malformed(says("no_indicator"))
    return count


INDICATORS: dict[str, Judge] = {"indicators.add": _add, "indicators.give": _give}
"""The commands about indicators; a closed incident takes them too."""
