"""The review after an incident: versions of what is said of it, what is to be done, who signed, what was published.

It opens when the incident is closed (NIST SP 800-61r3, Improvement), and ends when it is published and every
action item is done.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.circle.working_group import GROUP_KINDS, WorkingGroup, evolve_groups
from playbooks.domain.entry import Entry
from playbooks.domain.function import Function
from playbooks.domain.ids import OrganizationCode, PersonId
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking

DUE_AFTER: Final = timedelta(days=14)
"""How long after closing a review is owed, while people still remember."""
CHASED_EVERY: Final = timedelta(days=7)
"""How often is asked again for what is overdue."""
SECTIONS: Final = ("summary", "what_happened", "went_well", "went_badly", "lessons")
"""The parts of a version, people's own words; times and actions are read off the record."""


class Version(BaseModel):
    """One saved version; its words stand in the record at `entry`, and `sha256` is over them."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    number: int
    sha256: str
    by: PersonId
    at: AwareDatetime
    entry: str


class Item(BaseModel):
    """Something to be done so that it goes better; an organization's own, with an owner and a due time."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    """`A-1`."""
    organization: OrganizationCode
    owner: PersonId
    due_at: AwareDatetime
    entry: str
    function: Function = Function.CYBER
    done: bool = False
    done_at: AwareDatetime | None = None
    reminded_at: AwareDatetime | None = None


class Signature(BaseModel):
    """That a person stands by a version, in a role."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    role: str
    person: PersonId
    organization: OrganizationCode
    version: int
    at: AwareDatetime


class Publication(BaseModel):
    """What went out, and how far it may go."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: int
    marking: Marking
    at: AwareDatetime


class ReviewState(BaseModel):
    """A review as it stands; codes only."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    opened_at: AwareDatetime | None = None
    due_at: AwareDatetime | None = None
    reminded_at: AwareDatetime | None = None
    versions: tuple[Version, ...] = ()
    items: dict[str, Item] = {}
    groups: dict[str, WorkingGroup] = {}
    """What more than one organization is to do."""
    signatures: tuple[Signature, ...] = ()
    published: Publication | None = None

    @property
    def latest(self) -> int:
        """The number of the newest version; 0 before there is one."""
        return self.versions[-1].number if self.versions else 0

    @property
    def open_items(self) -> tuple[Item, ...]:
        """What is still to be done."""
        return tuple(item for item in self.items.values() if not item.done)

    @property
    def open_groups(self) -> tuple[WorkingGroup, ...]:
        """Working groups that are neither complete nor given up."""
        return tuple(group for group in self.groups.values() if not group.is_settled)

    @property
    def is_over(self) -> bool:
        """Published, and nothing is left to do."""
        return self.published is not None and not self.open_items and not self.open_groups

    @property
    def signed(self) -> tuple[Signature, ...]:
        """The signatures under the newest version; a new version is signed anew."""
        return tuple(each for each in self.signatures if each.version == self.latest)

    @property
    def chased_at(self) -> datetime | None:
        """When somebody is reminded next; None when nothing is owed."""
        moments = [_next(item.due_at, item.reminded_at) for item in self.open_items]
        moments += [group.chased_at for group in self.open_groups]
        if self.due_at and not self.published:
            moments.append(_next(self.due_at, self.reminded_at))
        return min(moments, default=None)


def is_chased(due_at: datetime, reminded_at: datetime | None, now: datetime) -> bool:
    """Whether a reminder is owed now."""
    return _next(due_at, reminded_at) <= now


def _next(due_at: datetime, reminded_at: datetime | None) -> datetime:
    return reminded_at + CHASED_EVERY if reminded_at else due_at


def evolve_review(review: ReviewState, entry: Entry) -> ReviewState:
    """The review after one more entry."""
    change = _REVIEW.get(entry.kind)
    return review if change is None else review.model_copy(update=change(review, entry))


def _opened(_review: ReviewState, entry: Entry) -> dict[str, Any]:
    return {"opened_at": entry.at, "due_at": datetime.fromisoformat(entry.data["due_at"])}


def _saved(review: ReviewState, entry: Entry) -> dict[str, Any]:
    version = Version(
        number=entry.data["version"],
        sha256=entry.data["sha256"],
        by=PersonId(entry.actor.id),
        at=entry.at,
        entry=entry.id,
    )
    return {"versions": (*review.versions, version)}


def _item(review: ReviewState, entry: Entry) -> dict[str, Any]:
    item = Item.model_validate({**entry.data, "id": entry.data["item"], "entry": entry.id})
    return {"items": {**review.items, item.id: item}}


def _item_changed(review: ReviewState, entry: Entry, **update: object) -> dict[str, Any]:
    item = review.items.get(entry.data["item"])
    return {"items": {**review.items, item.id: item.model_copy(update=update)}} if item else {}


def _signed(review: ReviewState, entry: Entry) -> dict[str, Any]:
    signature = Signature(
        role=entry.data["role"],
        person=PersonId(entry.actor.id),
        organization=entry.actor.organization,
        version=entry.data["version"],
        at=entry.at,
    )
    return {"signatures": (*review.signatures, signature)}


def _published(_review: ReviewState, entry: Entry) -> dict[str, Any]:
    marking = Marking(entry.data["marking"])
    return {"published": Publication(version=entry.data["version"], marking=marking, at=entry.at)}


_REVIEW: dict[str, Callable[[ReviewState, Entry], dict[str, Any]]] = {
    Kind.REVIEW_OPEN: _opened,
    Kind.REVIEW_SAVE: _saved,
    Kind.REVIEW_REMIND: lambda _review, e: {"reminded_at": e.at},
    Kind.REVIEW_SIGN: _signed,
    Kind.REVIEW_PUBLISH: _published,
    Kind.ITEM_ADD: _item,
    **dict.fromkeys(GROUP_KINDS, lambda review, e: {"groups": evolve_groups(review.groups, e)}),
    Kind.ITEM_DONE: lambda review, e: _item_changed(review, e, done=True, done_at=e.at),
    Kind.ITEM_REMIND: lambda review, e: _item_changed(review, e, reminded_at=e.at),
}

REVIEW_KINDS: Final = tuple(_REVIEW)
"""The kinds that change a review."""
