"""Whether a page, a ticket or a room agrees with its incident, and what follows where it does not: pure.

The rule. An incident is closed here, by a person who may; so what stands otherwise at a vendor never changes the
incident. What is over here is brought to its end there, once for each closing. What somebody changed there
against that, or what cannot be mended from here, is told to people with both sides, and left alone.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple

from pydantic import BaseModel, ConfigDict

from playbooks.domain.case import Case, Effect
from playbooks.domain.evidence import Evidence, file_name
from playbooks.domain.ids import ConnectionId, EffectId
from playbooks.domain.incident import IncidentState, Severity
from playbooks.domain.seen import Attached, Remark, Seen, SeenAs

SETTLES_WITHIN: Final = timedelta(minutes=2)
"""Before this has passed, what was asked of a vendor may be on its way still, and no look at it counts."""


class Extent(NamedTuple):
    """How much is recorded of an incident: what was read of it holds until there is more."""

    entries: int
    last_at: datetime


class Thing(StrEnum):
    """What Muster makes at a vendor and stands by."""

    PAGE = "page"
    TICKET = "ticket"
    ROOM = "room"


class Finding(StrEnum):
    """What a comparison came to; each but the first is told to people."""

    AGREES = "agrees"
    OPEN_THERE = "open_there"
    """Over here and not there: it is brought to its end."""
    REOPENED_THERE = "reopened_there"
    """Over here, and somebody opened it again after it had been brought to its end."""
    NO_WAY = "no_way"
    """Over here, and the tracker's workflow has no way there."""
    NOT_TAKEN = "not_taken"
    """Over here, and the vendor did not take the order to end it."""
    OVER_THERE = "over_there"
    """Going on here, and ended there."""
    OTHERWISE = "otherwise"
    """It goes on on both sides, and is otherwise there: its priority, or whose it is."""
    MOVED = "moved"
    """It goes by another reference now."""
    GONE = "gone"
    HIDDEN = "hidden"


class Order(StrEnum):
    """How far the latest order to end something has come, since it was over here."""

    NONE = "none"
    UNDER_WAY = "under_way"
    DONE = "done"
    NO_WAY = "no_way"
    FAILED = "failed"


class Kept(BaseModel):
    """What the record says of one thing at a vendor."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    thing: Thing
    effect: EffectId
    """That made it."""
    connection: ConnectionId
    ref: str
    is_over: bool = False
    """The incident, or the action item that a ticket is for, is done with here."""
    order: Order = Order.NONE
    heard_as: SeenAs = SeenAs.FRESH
    """How it stood when the vendor, or we, last changed it."""
    heard_said: str = ""
    """The same in the vendor's words, where it told us."""
    heard: int = 0
    """How often the vendor told us of it."""
    severity: Severity | None = None
    assignee: str = ""
    """Of a ticket, as we set them there last."""
    remarks: tuple[str, ...] = ()
    """The comments and files of others that were told."""
    attached: tuple[str, ...] = ()
    """The files that Muster attached to a ticket, by the vendor's reference."""
    sent: tuple[tuple[str, int | None], ...] = ()
    """What those are called there that it sent, or is about to, with their sizes: a reference may be unknown."""
    topic: str = ""
    """That a room was to be given."""
    told: Finding = Finding.AGREES
    """What people were told last."""
    told_said: str = ""
    """What was said of it there then."""
    looks: int = 0
    """How often something was recorded of a comparison."""


def news(kept: Kept, seen: Seen) -> Finding | None:
    """What a look comes to that has not been told yet; None where nothing is new."""
    found = _finding(kept, seen)
    if found is None or (found is kept.told and found is not Finding.OTHERWISE):
        return None
    is_known = found is kept.told and kept.told_said == there(found, seen)
    return None if is_known else found


def there(finding: Finding, seen: Seen) -> str:
    """What is told of how it stands there, in the vendor's own words."""
    if finding is not Finding.OTHERWISE:
        return seen.said
    return f"{seen.priority or '-'}, {seen.assignee or '-'}"


def here(finding: Finding, kept: Kept) -> str:
    """What is told of how we set it; empty where the phase of the incident says it."""
    if finding is not Finding.OTHERWISE:
        return ""
    return f"{kept.severity or '-'}, {kept.assignee or '-'}"


def unheard(kept: Kept, seen: Seen) -> Iterator[Remark]:
    """Comments that no webhook told."""
    return (remark for remark in seen.remarks if remark.id not in kept.remarks)


def unheard_files(kept: Kept, seen: Seen) -> Iterator[Attached]:
    """Files that others attached and no webhook told of."""
    known = {*kept.remarks, *kept.attached}
    return (file for file in seen.files if file.ref not in known and (file.name, file.size) not in kept.sent)


def was_missed(kept: Kept, seen: Seen) -> bool:
    """Whether it changed there and nobody told us: a webhook that never came."""
    if kept.thing is Thing.ROOM or not seen.as_.is_there:
        return False
    if kept.heard_said:
        return seen.said.casefold() != kept.heard_said.casefold()
    return seen.as_ is not kept.heard_as


def is_mended_here(finding: Finding) -> bool:
    """Whether the rule lets us mend it: only what is over here is ended there."""
    return finding is Finding.OPEN_THERE


def _finding(kept: Kept, seen: Seen) -> Finding | None:
    if not seen.as_.is_there:
        return Finding.AGREES if kept.is_over else Finding(seen.as_.value)
    if kept.thing is not Thing.PAGE and seen.ref != kept.ref:
        return Finding.MOVED
    if kept.is_over:
        return _ended(kept, seen)
    is_agreed = seen.as_ is not SeenAs.OVER or kept.thing is Thing.PAGE
    if not is_agreed:
        return Finding.OVER_THERE
    return Finding.OTHERWISE if _is_otherwise(kept, seen) else Finding.AGREES


def _is_otherwise(kept: Kept, seen: Seen) -> bool:
    """Only what we set is compared: whom we gave it to, and how bad we said it is."""
    priority = kept.severity is not None and kept.severity not in seen.severities
    return priority or bool(kept.assignee and seen.assignee not in (None, kept.assignee))


def _ended(kept: Kept, seen: Seen) -> Finding | None:
    """Of what is over here. Rooms stay open for late notes."""
    if seen.as_ is SeenAs.OVER or kept.thing is Thing.ROOM:
        return Finding.AGREES
    return _BY_ORDER[kept.order]


_BY_ORDER: Final[dict[Order, Finding | None]] = {
    Order.NONE: Finding.OPEN_THERE,
    Order.UNDER_WAY: None,
    Order.DONE: Finding.REOPENED_THERE,
    Order.NO_WAY: Finding.NO_WAY,
    Order.FAILED: Finding.NOT_TAKEN,
}


# ---- what the record says

_MAKES: Final = {"page.trigger": Thing.PAGE, "ticket.create": Thing.TICKET, "room.open": Thing.ROOM}
_ENDS: Final = ("page.resolve", "ticket.transition")
_NOT_YET: Final = ("intended", "released")
_ITEM: Final = "/item-"
_ATTACHES: Final = "ticket.attach"


def things_of(case: Case, now: datetime) -> Iterator[Kept]:
    """What this incident stands by at vendors, of which a look now would count."""
    for effect in case.effects.values():
        thing = _MAKES.get(effect.action)
        if thing is None or effect.state != "done" or not effect.vendor_ref:
            continue
        is_over, since = _over(case, effect)
        changed_at = max(filter(None, (effect.at, since, case.state.reopened_at)))
        if now - changed_at >= SETTLES_WITHIN:
            yield Kept(
                thing=thing,
                effect=EffectId(effect.id),
                connection=ConnectionId(effect.connection),
                ref=effect.vendor_ref,
                is_over=is_over,
                order=_order(case, effect, since, now) if is_over else Order.NONE,
                heard_as=effect.heard_as,
                heard_said=effect.heard_said,
                heard=effect.heard,
                **_set_there(case, effect),
                remarks=effect.remarks,
                **(_files_there(case, effect) if thing is Thing.TICKET else {}),
                topic=effect.topic,
                told=Finding(effect.told or Finding.AGREES),
                told_said=effect.told_said,
                looks=effect.looks,
            )


def _set_there(case: Case, made: Effect) -> dict[str, Any]:
    """What we set on a ticket; nothing of it is compared while a change of it is on its way."""
    changes = (effect for effect in case.effects.values() if effect.about == made.id)
    if made.action != "ticket.create" or any(
        change.action == "ticket.update" and change.state in _NOT_YET for change in changes
    ):
        return {}
    return {"severity": Severity(made.severity) if made.severity else None, "assignee": made.assignee}


def _files_there(case: Case, ticket: Effect) -> dict[str, Any]:
    """What Muster attached to a ticket, or is about to."""
    ours = [each for each in case.effects.values() if each.about == ticket.id and each.action == _ATTACHES]
    pieces = case.evidence.values() if ours else ()
    return {
        "attached": tuple(each.vendor_ref for each in ours if each.vendor_ref),
        "sent": tuple(
            (f"{case.state.key}-{each.id} {file_name(_said(case, each))}".strip(), each.size)
            for each in pieces
        ),
    }


def _said(case: Case, piece: Evidence) -> str:
    return case.texts.get(piece.entry, {}).get("name", "")


def _over(case: Case, effect: Effect) -> tuple[bool, datetime | None]:
    """Whether it is done with here, and since when."""
    if _ITEM in effect.id:
        item = case.review.items.get(effect.id.rpartition(_ITEM)[2])
        return (item is not None and item.done), item.done_at if item else None
    archived_at = next((each.at for each in case.effects.values() if _archives(each, effect)), None)
    return (True, archived_at) if archived_at else _closed(case.state)


def _archives(effect: Effect, made: Effect) -> bool:
    """A room that was archived is not opened again: what goes on has another."""
    return effect.action == "room.archive" and effect.about == made.id


def _closed(state: IncidentState) -> tuple[bool, datetime | None]:
    return not state.is_open, state.closed_at


def _order(case: Case, made: Effect, since: datetime | None, now: datetime) -> Order:
    """The latest order to end it, among those since it is over here."""
    orders = [
        effect
        for effect in case.effects.values()
        if effect.about == made.id and effect.action in _ENDS and since is not None and effect.at >= since
    ]
    if not orders:
        return Order.NONE
    latest = max(orders, key=lambda effect: effect.at)
    if latest.state in _NOT_YET:
        return Order.UNDER_WAY
    if latest.state == "done":
        settled = latest.ended_at is not None and now - latest.ended_at >= SETTLES_WITHIN
        return Order.DONE if settled else Order.UNDER_WAY
    return Order.NO_WAY if latest.detail == "no_transition" else Order.FAILED
