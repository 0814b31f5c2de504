"""Whom outside of the parties an incident is told to: sister networks, authorities, the DTN, each by mail."""

from playbooks.actions.asking import CO_CHAIRS, DTN, MAIL, SECRETARY, WITHOUT_WORDS, ask, invite_to_room, told
from playbooks.actions.effect import EffectRequest
from playbooks.domain.circle.hybrid import SECRETARIAT
from playbooks.domain.circle.matters import TOLD, Matter
from playbooks.domain.circle.working_group import Stage
from playbooks.domain.connection import connection_id
from playbooks.domain.entry import Entry
from playbooks.domain.ids import EntryId
from playbooks.domain.incident import IncidentState
from playbooks.domain.kinds import Kind


def touched(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """The network that works on what is touched is told that it is; of a restricted incident nobody is."""
    networks = (
        _network_told(entry, state, Matter(matter), f"network.touched.{matter}")
        for matter in entry.data["first"]
    )
    return (*told(entry, state), *(() if state.restricted else networks))


def hybrid(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """The network for hybrid attacks begins or ends, and those who manage security are told (document 002, §16).

    Who is on duty for DSS is brought into the Secretariat's room, and written to.
    """
    text = "network.activated" if entry.kind == Kind.NETWORK_ACTIVATE else "network.deactivated"
    iasmn = _network_told(entry, state, Matter.SECURITY_MANAGEMENT, text)
    return (*(() if state.restricted else (iasmn, *_security_called(entry, state))), *told(entry, state))


def _security_called(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    people = tuple(entry.data.get("called") or ())
    if not people:
        return ()
    mail = ask(entry, state, connection_id(SECRETARIAT, MAIL), "mail.send", entry.id, to=people)
    written = mail.model_copy(update={**WITHOUT_WORDS, "text": "network.called"})
    return (*invite_to_room(entry, state, SECRETARIAT, *people), written)


def _network_told(entry: Entry, state: IncidentState, matter: Matter, text: str) -> EffectRequest:
    """Codes alone, as a page: that there is an incident, what it touches, and whom to ask."""
    mail = connection_id(state.lead, MAIL)
    told = ask(entry, state, mail, "mail.send", f"{entry.id}.{matter}", to=(TOLD[matter].value,))
    return told.model_copy(update={**WITHOUT_WORDS, "text": text})


def notified(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """The notice goes out by the provider's mail, in the words that everybody signed."""
    mail = connection_id(entry.actor.organization, MAIL)
    sent = ask(entry, state, mail, "mail.send", entry.id, to=(entry.data["receiver"],))
    return (*told(entry, state), sent.model_copy(update={"entries": (EntryId(entry.data["words"]),)}))


def committee_told(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """The Management Committee follows up working groups (document 004, §3): it hears which, and how far it is."""
    if state.restricted:
        return told(entry, state)
    owes = entry.kind == Kind.WORKING_GROUP_REMIND
    how = "owed" if owes else str(entry.data.get("stage", Stage.FORMED))
    mail = connection_id(state.lead, MAIL)
    sent = ask(entry, state, mail, "mail.send", entry.id, to=(CO_CHAIRS, SECRETARY))
    coded = {**WITHOUT_WORDS, "text": f"committee.working_group.{how}"}
    return (*told(entry, state), sent.model_copy(update=coded))


def escalated_to_dtn(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """The Secretary's mail takes it there: the words that every party agreed to, or a code that names nobody."""
    mail = connection_id(entry.actor.organization, MAIL)
    sent = ask(entry, state, mail, "mail.send", entry.id, to=(DTN,))
    coded = {**WITHOUT_WORDS, "text": f"dtn.escalated.{entry.data['issue']}"}
    return (*told(entry, state), sent if entry.data.get("in_words") else sent.model_copy(update=coded))
