"""A notice to a national authority: parts are given, a draft is made of them, everybody signs, the provider sends.

Every step is behind the mandate: `entrusted` is what the community has on record when the command is judged.
"""

from datetime import timedelta
from typing import Final

from playbooks.domain.circle.authorities import WANTED, AuthorityNotice, missing
from playbooks.domain.command import Command
from playbooks.domain.errors import Conflict, NotFound, Refused
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.draft import Drafting, Judge
from playbooks.domain.judging.question import draft_question
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.policy import check_party, check_represents
from playbooks.domain.saying import says

PATIENCE: Final = timedelta(days=2)
"""How long the organizations have to agree and to sign."""
_SOURCE: Final = "003 §163"


def _contribute(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """Whoever gives its part lets the others in the notice read it, and the authority once all have signed."""
    own, provider = command.actor.organization, _entrusted(state, command)
    check_represents(command.actor)
    marking = Marking(command.args.get("marking", state.marking))
    if marking is Marking.RED:
        raise Refused(
            says("red_stays"),
            source="TLP 2.0",
        )
    drafting.draft(
        Kind.AUTHORITY_CONTRIBUTE,
        f"part/{own}",
        audience=tuple(dict.fromkeys((own, provider))),
        marked=marking,
        organization=own,
        to=provider,
        as_marked=marking.value,
    )


def _draft(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """Everybody in it is asked at once to agree, and its legal office and executive head to sign."""
    provider = _provider(state, command)
    source = tuple(code for code in state.authorities.parts if code in state.active_parties)
    if not source:
        raise Conflict(says("no_parts"))
    notice, marking = f"N-{len(state.authorities.notices) + 1}", state.authorities.marking
    audience = tuple(dict.fromkeys((*source, provider)))
    first = len(state.consultations) + 1
    consultations = [f"C-{first + number}" for number in range(len(WANTED))]
    authority = str(command.args["authority"])
    drafting.draft(
        Kind.AUTHORITY_DRAFT,
        "incident",
        audience=audience,
        marked=marking,
        notice=notice,
        receiver=authority,
        source=list(source),
        consultations=consultations,
        reference=command.args["entrusted"]["reference"],
    )
    for consultation, (purpose, signs, _) in zip(consultations, WANTED, strict=True):
        draft_question(
            state,
            command,
            drafting,
            consultation=consultation,
            purpose=purpose,
            asked=source,
            audience=audience,
            marked=marking,
            patience=PATIENCE,
            signs=signs.value if signs else None,
            notice=notice,
            receiver=authority,
        )


def _send(state: IncidentState, command: Command, drafting: Drafting) -> None:
    provider, notice = _provider(state, command), _meant(state, command)
    if open_ones := missing(notice, state.consultations):
        raise Conflict(
            says("not_signed", notice=notice.id, open_ones=list(open_ones)),
            source=_SOURCE,
        )
    for organization in notice.source:
        check_party(organization, state)
    drafting.draft(
        Kind.AUTHORITY_SEND,
        "incident",
        audience=tuple(dict.fromkeys((*notice.source, provider))),
        marked=notice.marking,
        notice=notice.id,
        receiver=notice.authority,
        source=list(notice.source),
        words=notice.entry,
    )


def _meant(state: IncidentState, command: Command) -> AuthorityNotice:
    newest = state.authorities.newest
    wanted = str(command.args.get("notice", newest.id if newest else "N-1")).upper()
    if newest is None or wanted not in state.authorities.notices:
        raise NotFound(says("not_found.notice", wanted=wanted, incident=state.key))
    if newest.id != wanted:
        raise Conflict(says("notice_superseded", newest=newest.id, wanted=wanted))
    if newest.sent_at is not None:
        raise Conflict(says("notice_sent", newest=newest.id, sent_at=newest.sent_at.isoformat()))
    return newest


def _entrusted(state: IncidentState, command: Command) -> OrganizationCode:
    """Who was formally entrusted. Raises Refused while nobody is, and for what notifies nobody."""
    held = command.args.get("entrusted")
    if not isinstance(held, dict):
        raise Refused(
            says("not_entrusted"),
            source=_SOURCE,
        )
    if state.restricted:
        raise Refused(
            says("restricted.notice", incident=state.key),
            source="policy",
        )
    provider = OrganizationCode(held["organization"])
    check_party(provider, state)
    return provider


def _provider(state: IncidentState, command: Command) -> OrganizationCode:
    """The same, for who drafts and sends. Raises Refused for anybody else."""
    provider = _entrusted(state, command)
    if command.actor.organization != provider:
        raise Refused(
            says("not_entrusted.authorities", provider=provider),
            source=_SOURCE,
        )
    check_represents(command.actor)
    return provider


AUTHORITIES: dict[str, Judge] = {
    "authority.contribute": _contribute,
    "authority.draft": _draft,
    "authority.send": _send,
}
"""The commands on notices to national authorities."""
