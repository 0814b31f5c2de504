"""Giving something of the incident to organizations that do not have it: the source's decision, and nobody else's.

What is given is an entry of its own, marked and addressed as it was allowed, so that `release` is still the one rule by
which anybody reads it. The entry it was taken from stays as it was.
"""

from collections.abc import Sequence

from playbooks.domain.actor import ActorKind
from playbooks.domain.circle.guest import vendors
from playbooks.domain.command import Command
from playbooks.domain.errors import Conflict, Malformed, Refused
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.incident import IncidentState, Standing
from playbooks.domain.judging.agreement import ask_first, is_agreed
from playbooks.domain.judging.draft import Drafting, Judge, listed
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.release import PARTIES
from playbooks.domain.saying import says

_TLP = "TLP 2.0"


def _share(state: IncidentState, command: Command, drafting: Drafting) -> None:
    args = command.args
    to = tuple(OrganizationCode(code) for code in listed(args["to"]))
    was = Marking(args.get("entry_marking", state.marking))
    marked = Marking(args.get("marking", was))
    _check_shareable(state, command, was, marked, to)
    sources = _sources(state, command)
    wider = _wider(state, command, to) or not was.within(marked)
    if not wider and "entry" in args:
        raise Conflict(
            says("shared_already", to=list(to), number=args["number"], was=was.value),
        )
    asked = _to_be_asked(command, sources)
    if wider and asked and not is_agreed(state, command):
        ask_first(
            state, command, drafting, asked, to=list(to), number=args.get("number"), as_marked=marked.value
        )
        return
    drafting.draft(
        Kind.MATERIAL_SHARE,
        "incident",
        audience=tuple(dict.fromkeys((*to, command.actor.organization, *sources))),
        marked=marked,
        to=list(to),
        entry=args.get("entry"),
        number=args.get("number"),
        source=list(sources),
        agreed=args.get("agreed"),
        run=args.get("run"),
        steps=args.get("steps"),
        as_marked=marked.value,
        pap=args.get("entry_pap"),
    )


def _check_shareable(
    state: IncidentState, command: Command, was: Marking, marked: Marking, to: Sequence[str]
) -> None:
    if not to:
        raise Malformed(says("nobody_named.sharing"))
    if state.restricted:
        raise Refused(
            says("restricted.sharing", incident=state.key),
            source="policy",
        )
    if Marking.RED in (was, marked):
        raise Refused(
            says("red_stays.sharing"),
            source=_TLP,
        )
    if not command.args.get("entry_has_words", True):
        raise Refused(
            says("nothing_to_share", number=command.args.get("number")),
            source="policy",
        )
    for organization in map(OrganizationCode, to):
        is_guest = organization in vendors(state.guests)
        if not is_guest and state.parties.get(organization, Standing.LEFT) is Standing.LEFT:
            raise Refused(
                says("not_a_party.sharing", organization=organization, incident=state.key),
                source="004 §5",
            )


def _sources(state: IncidentState, command: Command) -> tuple[OrganizationCode, ...]:
    """Whose it is: the author's organization of an entry, whoever answered for a playbook; else the lead."""
    args = command.args
    named = (args["entry_organization"],) if "entry" in args else listed(args.get("sources", ()))
    known = (OrganizationCode(code) for code in named)
    return tuple(dict.fromkeys(code for code in known if code in state.parties)) or (state.lead,)


def _to_be_asked(command: Command, sources: Sequence[OrganizationCode]) -> tuple[OrganizationCode, ...]:
    """The sources but that of the person who gives; a machine decides for nobody, its own organization included."""
    is_person = command.actor.kind is ActorKind.PERSON
    return tuple(code for code in sources if not (is_person and code == command.actor.organization))


def _wider(state: IncidentState, command: Command, to: Sequence[OrganizationCode]) -> bool:
    """Whether one of these does not have it yet."""
    args = command.args
    meant = listed(args.get("entry_audience", state.audience))
    have = {*meant, *_sources(state, command)}
    have |= set(state.active_parties) if PARTIES in meant else set()
    return not set(to) <= have


SHARING: dict[str, Judge] = {"share": _share}
