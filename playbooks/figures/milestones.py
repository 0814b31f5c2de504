"""The moments of an incident between which times are told: one definition for its page, its papers and the figures.

ISO/IEC 27035-1 and NIST SP 800-61r3 name them; neither defines them.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final

from playbooks.domain.actor import ActorKind
from playbooks.domain.incident import Phase
from playbooks.domain.kinds import Kind
from playbooks.domain.trace import Trace


class Milestone(StrEnum):
    """A moment that an incident has once."""

    BEGAN = "began"
    """The earliest at which an entry says that something of it happened, where one was entered late."""
    ALERTED = "alerted"
    """The first alert that belongs to it."""
    DECLARED = "declared"
    ACKNOWLEDGED = "acknowledged"
    """The first act of a person."""
    AWARE = "aware"
    """The earliest awareness that a party declared."""
    CONTAINED = "contained"
    """When the phase first became recover."""
    CLOSED = "closed"
    """When it was last closed; not while it is open again."""


_ALERTS: Final = (Kind.ALERTS_RECEIVE, Kind.ALERTS_GROUP, Kind.ALERTS_ATTACH)


def milestones(story: Iterable[Trace]) -> dict[Milestone, datetime]:
    """Those that have come, as this reader's story tells them, in its order."""
    found: dict[Milestone, datetime] = {}
    for trace in story:
        if trace.kind == Kind.REOPEN:
            found.pop(Milestone.CLOSED, None)
        for milestone, at in _marked(trace):
            if milestone is Milestone.CLOSED or milestone not in found or at < found[milestone]:
                found[milestone] = at
    return found


def _marked(trace: Trace) -> Iterable[tuple[Milestone, datetime]]:
    facts, at = trace.facts, trace.at
    if happened_at := facts.get("happened_at"):
        yield Milestone.BEGAN, datetime.fromisoformat(happened_at)
    if at is None:
        return
    if trace.by_person:
        yield Milestone.ACKNOWLEDGED, at
    match trace.kind:
        case Kind.DECLARE:
            yield Milestone.DECLARED, at
            if facts.get("declared_by") == ActorKind.ALERT:
                yield Milestone.ALERTED, at
        case kind if kind in _ALERTS:
            yield Milestone.ALERTED, at
        case Kind.AWARENESS_DECLARE if aware_at := facts.get("aware_at"):
            yield Milestone.AWARE, datetime.fromisoformat(aware_at)
        case Kind.PHASE_CHANGE if facts.get("phase") == Phase.RECOVER:
            yield Milestone.CONTAINED, at
        case Kind.CLOSE:
            yield Milestone.CLOSED, at
