"""Putting somebody in for another: whose turn it is for a while, whatever the rota says. Judged without an incident."""

from datetime import datetime, timedelta
from typing import Final

from playbooks.domain.actor import ActorKind
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.entry import Entry, entry_id
from playbooks.domain.errors import Conflict, Malformed, Refused
from playbooks.domain.function import Function, Office, check_function
from playbooks.domain.kinds import Kind
from playbooks.domain.policy import represents
from playbooks.domain.rota.rota import Rota, Turn
from playbooks.domain.saying import says

ROTA_VERBS: Final = ("oncall.override",)
_LONGEST: Final = timedelta(days=366)


def judge_turn(command: Command, at: datetime, rota: Rota | None) -> tuple[Entry, Verdict]:
    """The entry of a turn that was put in, and what is answered. Raises Refused, Conflict or Malformed.

    Whoever answers for an organization puts anybody of it in; anybody puts herself in. It begins now at the
    earliest: who was on call is not told otherwise afterwards. A rota is called for cyber incidents, so that nobody of
    a physical security unit is put in (document 002, §15-16).
    """
    actor = command.actor
    if actor.kind is not ActorKind.PERSON:
        raise Refused(says("not_entitled.on_call"), source="policy")
    if rota is None:
        raise Conflict(
            says("no_rota", organization=actor.organization),
        )
    turn = _turn(command, at)
    if command.args["person_organization"] != actor.organization:
        raise Refused(
            says("not_of_the_organization", person=turn.person, organization=actor.organization),
            source="004 §4",
        )
    office = command.args.get("person_office")
    check_function(Office(office) if office else None, Function.CYBER)
    if turn.person != actor.id and not represents(actor):
        raise Refused(
            says("not_entitled.rota_of_others"),
            source="policy",
        )
    if turn.level > len(rota.levels):
        raise Malformed(says("no_such_level", organization=actor.organization, count=len(rota.levels)))
    data = {**turn.model_dump(mode="json"), "organization": actor.organization}
    entry = Entry(
        id=entry_id(command.id),
        incident=None,
        kind=Kind.TURN_OVERRIDE,
        at=at,
        actor=actor,
        subject=f"rota/{actor.organization}",
        data=data,
        texts=command.texts,
        audience=(actor.organization,),
        cause=command.id,
    )
    verdict = Verdict(outcome=Outcome.DONE, code="oncall.override.done", args=data, entries=(entry.id,))
    return entry, verdict


def _turn(command: Command, at: datetime) -> Turn:
    args = command.args
    start_at = max(datetime.fromisoformat(args.get("start_at") or at.isoformat()), at)
    end_at = datetime.fromisoformat(args["end_at"])
    if not start_at < end_at <= start_at + _LONGEST:
        raise Malformed(says("bad_span.on_call"))
    return Turn(level=int(args.get("level", 1)), person=args["person"], start_at=start_at, end_at=end_at)
