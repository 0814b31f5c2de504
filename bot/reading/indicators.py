"""The indicators of an incident that a reader may have: those of the record, and those her own alerts name."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from playbooks.domain.alert import Indicator, IndicatorKind
from playbooks.domain.connection import Connection
from playbooks.domain.ids import ConnectionId, IncidentKey
from playbooks.domain.release import Reader, Shown
from playbooks.domain.trace import Trace
from playbooks.indicators.named import LISTING, Named, named_in
from playbooks.indicators.unnamed import given_unnamed
from playbooks.ports.views import GroupShown, Outline, TriageItem


class IncidentViews(Protocol):
    """What of the views this needs."""

    async def outline(self, reader: Reader, key: IncidentKey) -> Outline:
        """One incident, and a trace of each of its entries. Raises NotFound."""
        ...

    async def told(self, reader: Reader, key: IncidentKey, traces: Sequence[Trace]) -> Sequence[Shown]:
        """These entries, as far as they are released."""
        ...

    async def indicators(self, reader: Reader, key: IncidentKey) -> Sequence[Indicator]:
        """What her own organization's alerts name."""
        ...


class TriageViews(IncidentViews, Protocol):
    """And of the alerts behind it."""

    async def raised_by(self, reader: Reader, key: IncidentKey) -> Sequence[TriageItem]:
        """Its groups of the reader's own organization."""
        ...

    async def group(self, reader: Reader, id: str) -> GroupShown:
        """One of them."""
        ...


async def known_words(views: TriageViews, reader: Reader, key: IncidentKey) -> tuple[str, ...]:
    """Whom an incident tells of: its organizations, its people, and the hosts and users that alerts say are touched.

    Of hosts and mailboxes the first name alone: a domain may be the attacker's.
    """
    state = (await views.outline(reader, key)).case.state
    groups = [await views.group(reader, each.id) for each in await views.raised_by(reader, key)]
    touched = (what for group in groups for alert in group.alerts for what in alert.touched)
    first = (
        what.replace("\\", "/").rpartition("/")[2].partition("@")[0].partition(".")[0] for what in touched
    )
    return (*state.parties, *state.roles.values(), *(each for each in first if not each.isdigit()))


async def indicators_for(views: IncidentViews, reader: Reader, key: IncidentKey) -> tuple[Named, ...]:
    """Each once, in the order of coming. Alerts' are the organization's own, marked as the incident.

    Under a lower ceiling what is marked above it is left out, the alerts' too. Raises NotFound.
    """
    outline = await views.outline(reader, key)
    state = outline.case.state
    recorded = sorted(named_in(await _added(views, reader, key, outline)), key=_when)
    known = {each.indicator for each in recorded}
    alerts = await views.indicators(reader, key) if state.marking.within(reader.ceiling) else ()
    own = tuple(
        Named(indicator=each, marking=state.marking, organization=reader.organization, at=state.declared_at)
        for each in alerts
        if each not in known and state.declared_at is not None
    )
    return (*recorded, *own)


async def to_give(
    views: TriageViews, connection: Connection, key: IncidentKey, *, domains: Collection[str] | None = None
) -> tuple[Named, ...]:
    """What of an incident an organization may give to a collection, in its own name; unnamed where `domains` are said.

    What was recorded, that is, and never what its alerts alone name. The strictest label that the organization knows of
    bounds an indicator; what is for named persons it does not read at all. Whose the others are is not told there.
    """
    reader = Reader(organization=connection.organization)
    found = await indicators_for(views, reader, key)
    recorded = [each for each in found if each.entry and each.indicator.kind is not IndicatorKind.OTHER]
    if domains is not None:
        recorded = list(
            given_unnamed(recorded, reader.organization, domains, await known_words(views, reader, key))
        )
    return tuple(
        each.model_copy(update={"organization": None})
        for each in recorded
        if connection.carries(each.marking)
    )


async def taken_until(
    views: IncidentViews, reader: Reader, key: IncidentKey, connection: ConnectionId
) -> str:
    """Where an incident came to in a collection, by what it took from there; empty where it took nothing."""
    told = await _added(views, reader, key, await views.outline(reader, key))
    data = [shown.slots.get("data") or {} for shown in told]
    moments = (str(each.get("until") or "") for each in data if each.get("connection") == connection)
    return max(moments, default="")


async def _added(views: IncidentViews, reader: Reader, key: IncidentKey, outline: Outline) -> Sequence[Shown]:
    listing = [trace for trace in outline.traces if trace.kind in LISTING]
    return await views.told(reader, key, listing) if listing else ()


def _when(named: Named) -> datetime:
    return named.at
