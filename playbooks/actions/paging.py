"""What pagers are asked because of an entry: to wake whom people name, to hand a page on, to call the next level."""

from collections.abc import Callable

from playbooks.actions.asking import MAIL, WITHOUT_WORDS, ask, invite_to_room, paged, told
from playbooks.actions.effect import EffectRequest
from playbooks.actions.rooms import REF
from playbooks.domain.connection import connection_id
from playbooks.domain.entry import Entry
from playbooks.domain.ids import ConnectionId, EffectId, OrganizationCode
from playbooks.domain.incident import IncidentState


def page_ordered(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """What is asked of a page goes to its pager: codes alone, but for a note, which carries words if the pager may."""
    if entry.data["state"] == "wake":
        return _woken_by_hand(entry, state)
    made, order = EffectId(entry.data["effect"]), entry.data["state"]
    connection = ConnectionId("/".join(made.split("/")[:2]))
    people = {"people": entry.data["people"]} if entry.data.get("people") else {}
    asked = ask(entry, state, connection, f"page.{order}", entry.id, page=REF + made, **people)
    bare = {} if order == "note" else {**WITHOUT_WORDS, "text": ""}
    return (*told(entry, state), asked.model_copy(update=bare))


def _woken_by_hand(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """Whoever is on call in an organization; where a person is meant, the page is handed to her."""
    organization, people = OrganizationCode(entry.data["organization"]), tuple(entry.data.get("called", ()))
    page = paged(entry, state, organization)
    if not people:
        return page, *told(entry, state)
    handed = ask(
        entry, state, page.connection, "page.reassign", entry.id, page=REF + page.effect_id, people=people
    )
    return page, handed.model_copy(update={**WITHOUT_WORDS, "text": ""}), *told(entry, state)


def called_out(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """Who is called is brought into the room, mentioned there, and written to with no more than a page says."""
    organization, people = OrganizationCode(entry.data["organization"]), tuple(entry.data["called"])
    mail = ask(entry, state, connection_id(organization, MAIL), "mail.send", entry.id, to=people)
    written = mail.model_copy(update={**WITHOUT_WORDS, "text": "page.called"})
    called = (*invite_to_room(entry, state, organization, *people), written) if people else ()
    return (*called, *told(entry, state))


def page_to(action: str) -> Callable[[Entry, IncidentState], tuple[EffectRequest, ...]]:
    """What was said here of a page is said to its pager; what the pager told us it knows."""

    def follow(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
        if not entry.data.get("here"):
            return told(entry, state)
        made = entry.data["effect"]
        connection = ConnectionId("/".join(made.split("/")[:2]))
        said = ask(entry, state, connection, action, entry.id, page=REF + made)
        return (*told(entry, state), said.model_copy(update={**WITHOUT_WORDS, "text": ""}))

    return follow
