"""An entry's card in the catalogue of the record: who may have the entry, and what it changes at a glance.

Codes only, never people's words: the database filters and lists by cards without opening an entry
(docs/decisions/reading-cards.md).
"""

from collections.abc import Callable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from playbooks.domain.entry import Entry
from playbooks.domain.incident import Phase, Standing
from playbooks.domain.kinds import Kind
from playbooks.domain.roles import Role

_PERSON = "person:"
_REACH = {"community": 1, "public": 2}


class Access(BaseModel):
    """Who may have an entry: `release` in the shape in which the database asks it."""

    model_config = ConfigDict(frozen=True)

    marking: str
    """As it was recorded; a label that the database does not know counts as TLP:RED."""
    persons: tuple[str, ...]
    """The persons named, and the author."""
    organizations: tuple[str, ...]
    """The organizations it was given to and the author's, and `parties`; none where it is for named persons alone."""
    reach: int
    """0: nobody else. 1: the community. 2: the public."""
    author: str
    """The author's organization."""


class Glance(BaseModel):
    """What an entry changes of an incident's line in a list; None: nothing. The fold's rules, an entry at a time."""

    model_config = ConfigDict(frozen=True)

    opens: bool | None = None
    """True: it declares the incident. False: an invitation, which counts while the declaration is not known."""
    lead: str | None = None
    incident_class: str | None = None
    severity: str | None = None
    phase: str | None = None
    overall: str | None = None
    """The marking of the incident as a whole."""
    declared_at: datetime | None = None
    closed: bool | None = None
    party: str | None = None
    """An organization, with its `standing` from now on."""
    standing: str | None = None
    commander: str | None = None
    commander_of: str | None = None
    item: str | None = None
    """A task or a question."""
    item_new: bool | None = None
    item_open: bool | None = None


def access_of(entry: Entry) -> Access:
    """Who may have an entry."""
    named = tuple(who.removeprefix(_PERSON) for who in entry.audience if who.startswith(_PERSON))
    given = tuple(who for who in entry.audience if not who.startswith(_PERSON) and who not in _REACH)
    for_the_named_only = bool(named) and len(named) == len(entry.audience)
    author = entry.actor.organization
    return Access(
        marking=entry.marking.value,
        persons=tuple(dict.fromkeys((*named, entry.actor.id))),
        organizations=() if for_the_named_only else tuple(dict.fromkeys((*given, author))),
        reach=max((_REACH.get(who, 0) for who in entry.audience), default=0),
        author=author,
    )


def glance_of(entry: Entry) -> Glance | None:
    """What an entry changes at a glance; None for most. Raises nothing: whatever its age, an entry is recorded."""
    change = _GLANCES.get(entry.kind)
    return None if change is None else change(entry)


def _declared(entry: Entry) -> Glance:
    said = entry.data.get
    return Glance(
        opens=True,
        lead=said("lead"),
        incident_class=said("class"),
        severity=said("severity"),
        overall=said("marking"),
        declared_at=entry.at,
        party=said("lead"),
        standing=Standing.LEAD,
    )


def _invited(entry: Entry) -> Glance:
    named = {"party": entry.data.get("organization"), "standing": Standing.INVITED}
    return _first_told(entry).model_copy(update=named)


def _first_told(entry: Entry) -> Glance:
    said = entry.data.get
    return Glance(
        opens=False,
        lead=said("lead"),
        incident_class=said("class"),
        severity=said("severity"),
        overall=entry.marking,
        declared_at=said("declared_at"),
    )


def _role(entry: Entry) -> Glance | None:
    said = entry.data.get
    if said("role", Role.INCIDENT_COMMANDER) != Role.INCIDENT_COMMANDER:
        return None
    return Glance(commander=said("person"), commander_of=said("organization"))


def _party(standing: Standing) -> Callable[[Entry], Glance]:
    return lambda entry: Glance(party=entry.data.get("organization"), standing=standing)


def _item(name: str, *, is_open: bool, is_new: bool | None = None) -> Callable[[Entry], Glance]:
    return lambda entry: Glance(item=entry.data.get(name), item_open=is_open, item_new=is_new)


_GLANCES: dict[str, Callable[[Entry], Glance | None]] = {
    Kind.DECLARE: _declared,
    Kind.PARTY_INVITE: _invited,
    Kind.GUEST_ADMIT: _first_told,
    Kind.PARTY_JOIN: _party(Standing.JOINED),
    Kind.PARTY_LEAVE: _party(Standing.LEFT),
    Kind.SEVERITY_CHANGE: lambda entry: Glance(severity=entry.data.get("severity")),
    Kind.PHASE_CHANGE: lambda entry: Glance(phase=entry.data.get("phase")),
    Kind.CLOSE: lambda _entry: Glance(phase=Phase.CLOSED, closed=True),
    Kind.REOPEN: lambda _entry: Glance(phase=Phase.RESPOND, closed=False),
    Kind.ROLE_ASSIGN: _role,
    Kind.COMMAND_TRANSFER: _role,
    Kind.TASK_ADD: _item("task", is_open=True, is_new=True),
    Kind.TASK_REQUEST: _item("task", is_open=True, is_new=True),
    Kind.TASK_ACCEPT: _item("task", is_open=True),
    Kind.TASK_DECLINE: _item("task", is_open=False),
    Kind.TASK_DONE: _item("task", is_open=False),
    Kind.TASK_HAND_OVER: _item("task", is_open=False),
    Kind.QUESTION_OPEN: _item("consultation", is_open=True, is_new=True),
    Kind.QUESTION_CLOSE: _item("consultation", is_open=False),
}
