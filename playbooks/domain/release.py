"""What a reader may have of an entry: the one rule that every outgoing byte passes.

Named recipients or parties by need to know, *and* the TLP 2.0 ceiling (TLP bounds passing on; it is no access
list), *and* Chatham House (document 004, §5), *and* the connection's ceiling. A vendor on retainer belongs to no
community and to no parties: to it, an entry is addressed by name or not at all.
"""

from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from playbooks.domain.actor import Actor
from playbooks.domain.circle.guest import is_vendor
from playbooks.domain.entry import Entry
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.marking import Marking
from playbooks.domain.proof.slots import SLOTS, slot_values
from playbooks.domain.unnamed import unnamed

ATTRIBUTION = ("actor", "organization", "subject", "who", "audience", "cause")
"""The slots that tell who said it or who took part: withheld under the Chatham House Rule."""

_ALL = frozenset(SLOTS)
_WITHOUT_ATTRIBUTION = _ALL - frozenset(ATTRIBUTION)
_NONE: frozenset[str] = frozenset()

PARTIES = "parties"
"""In an audience: whoever takes part in the incident when it is read. Joining gives what was said before, and so does
being named where it is restricted (`policy.is_party`)."""


UNATTRIBUTED = "unattributed"
"""In an audience: under the Chatham House Rule, whoever reads it. Nobody is called so."""


class Reader(BaseModel):
    """Who would read, through what: a person or an organization, by way of a channel with a ceiling."""

    model_config = ConfigDict(frozen=True)

    organization: OrganizationCode | None
    """None stands for the public."""
    person: str | None = None
    party_to: tuple[IncidentKey, ...] = ()
    """The incidents in which the organization takes part now, or to which, restricted, the person is named."""
    ceiling: Marking = Marking.RED
    """The strictest marking that the way there may carry: a pager's is often GREEN."""
    chatham_house: bool = False
    """True where neither speaker nor affiliation may be told."""

    @property
    def is_guest(self) -> bool:
        """Of a vendor: what is for the parties or for the community is not for her."""
        return is_vendor(self.organization)


class Addressed(Protocol):
    """What the rule goes by: whose it is, how it is marked and for whom. An entry, or several that are alike in it."""

    @property
    def incident(self) -> IncidentKey | None:
        """The tree it stands in."""

    @property
    def actor(self) -> Actor:
        """The author."""

    @property
    def marking(self) -> Marking:
        """The label."""

    @property
    def audience(self) -> tuple[str, ...]:
        """Who needs to know."""


class Shown(BaseModel):
    """One entry as a reader may have it: the values of the slots shown, by name; the others are withheld."""

    model_config = ConfigDict(frozen=True)

    id: str
    position: int | None
    slots: dict[str, Any]

    @property
    def is_withheld(self) -> bool:
        """Nothing of it may be shown."""
        return not self.slots


def release(entry: Addressed, reader: Reader) -> frozenset[str]:
    """The names of the slots that this reader may have; the empty set when all is withheld.

    An author's own organization always reads back what it wrote, except where the entry is for named persons.
    """
    if not entry.marking.within(reader.ceiling) or not _needs_to_know(entry, reader):
        return _NONE
    if not _within_tlp(entry, reader):
        return _NONE
    unattributed = reader.chatham_house or UNATTRIBUTED in entry.audience
    if unattributed and reader.organization != entry.actor.organization:
        return _WITHOUT_ATTRIBUTION
    return _ALL


def cut(entry: Entry, reader: Reader) -> Entry | None:
    """The entry for a reader who may fold it; None where it is withheld, or tells of nobody she may know of."""
    return narrowed(entry, release(entry, reader))


def narrowed(entry: Entry, allowed: frozenset[str]) -> Entry | None:
    """The entry as far as what was released of it can be folded."""
    if "who" in allowed:
        return entry
    return unnamed(entry) if allowed else None


def show(entry: Entry, reader: Reader, position: int | None = None) -> Shown:
    """The entry cut down to what `release` allows."""
    return shown_of(entry, release(entry, reader), position)


def shown_of(entry: Entry, allowed: frozenset[str], position: int | None = None) -> Shown:
    """The entry cut down to these slots."""
    return Shown(
        id=entry.id,
        position=position,
        slots=_read_together({name: value for name, value in slot_values(entry).items() if name in allowed}),
    )


def _read_together(slots: dict[str, Any]) -> dict[str, Any]:
    """`who` is a slot of its own so that it can be withheld; whoever may have it reads it among the data."""
    if "data" in slots:
        slots["data"] = {**slots["data"], **slots.pop("who", {})}
    return slots


def _needs_to_know(entry: Addressed, reader: Reader) -> bool:
    if "public" in entry.audience:
        return True
    if reader.organization is None:
        return False
    if _is_named(entry, reader):
        return True
    if _for_the_named_only(entry):
        return False
    return _was_given(entry, reader) or ("community" in entry.audience and not reader.is_guest)


def _within_tlp(entry: Addressed, reader: Reader) -> bool:
    """Whether the label lets it go so far.

    RED: the persons named alone. AMBER and AMBER+STRICT: the organizations it was given to; a client of one of them
    only when it is itself named (being a client is no need to know). GREEN: the community, and a vendor that it was
    given to. CLEAR: anybody.
    """
    match entry.marking:
        case Marking.RED:
            return _is_named(entry, reader)
        case Marking.AMBER | Marking.AMBER_STRICT:
            return _is_given_or_named(entry, reader)
        case Marking.GREEN:
            return reader.organization is not None and (
                not reader.is_guest or _is_given_or_named(entry, reader)
            )
        case Marking.CLEAR:
            return True


def _is_given_or_named(entry: Addressed, reader: Reader) -> bool:
    return _was_given(entry, reader) or _is_named(entry, reader)


def _was_given(entry: Addressed, reader: Reader) -> bool:
    """To the reader's organization: by name, as a party, or because it wrote it."""
    if reader.organization in (*entry.audience, entry.actor.organization):
        return True
    return PARTIES in entry.audience and entry.incident in reader.party_to and not reader.is_guest


def _is_named(entry: Addressed, reader: Reader) -> bool:
    if reader.person is None:
        return False
    return f"person:{reader.person}" in entry.audience or reader.person == entry.actor.id


def _for_the_named_only(entry: Addressed) -> bool:
    return bool(entry.audience) and all(who.startswith("person:") for who in entry.audience)
