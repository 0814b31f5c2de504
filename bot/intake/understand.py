"""The loop behind the 202: deliveries become alerts, alerts groups, groups errands. One at a time, lease `intake`."""

import asyncio
import hashlib
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.intake.own_formats import shipped_formats
from bot.intake.sources import Source, Sources
from bot.intake.under_way import Expected, nothing_expected
from integrations.siem.format import Format
from integrations.siem.normalize import unknown
from integrations.siem.reading import ReadResult, read_body
from playbooks.alerts.assess import Courses, assess, errands_of, followed, placed
from playbooks.alerts.flapping import held_back, resolutions
from playbooks.alerts.under_way import expecting
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.alert import NormalizedAlert
from playbooks.domain.entry import Entry, in_milliseconds
from playbooks.domain.errors import IncidentError
from playbooks.domain.grouping import delivery_key, fingerprint, group_key
from playbooks.domain.ids import EntryId, IncidentKey, OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.routing import Routing
from playbooks.ports.intake import (
    QUIET,
    Batch,
    Change,
    Delivery,
    GroupStatus,
    Known,
    Sighting,
    Understanding,
    Unreadable,
)

LEASE = "intake"
"""The name of the single runner."""

MOST = 1_000
MOST_BYTES = 4 * 1024 * 1024
"""How much is understood together: one transaction, and one entry of the record for each source in it."""

KEEP = timedelta(days=90)
"""How long bodies are kept as they came; alerts and groups stay."""

_EVERY = timedelta(seconds=1)
_FORGET_EVERY = timedelta(hours=1)
_log = logging.getLogger(__name__)

_GoesOnIn = Callable[[IncidentKey], Awaitable[IncidentKey | None]]


class Understand:
    """Understands what was received. `now` gives aware UTC.

    `goes_on_in` tells where work on an incident goes on: there, in the one it was merged into, or nowhere.
    """

    def __init__(
        self,
        store: Understanding,
        sources: Sources,
        routing: Callable[[], Routing],
        goes_on_in: _GoesOnIn,
        now: Callable[[], datetime],
        formats: Callable[[], tuple[Format, ...]] = shipped_formats,
        expected: Expected = nothing_expected,
    ) -> None:
        self._store = store
        self._sources = sources
        self._routing = routing
        self._goes_on_in = goes_on_in
        self._now = now
        self._formats = formats
        self._expected = expected
        self._forgot_at = now()

    def wakes(self) -> AsyncIterator[None]:
        """When to look."""
        return self._store.arrivals(_EVERY)

    async def step(self) -> int:
        """Understand what waits, up to a batch. Returns how many deliveries; raises Unavailable."""
        deliveries = await self._store.waiting(most=MOST, most_bytes=MOST_BYTES)
        if not deliveries:
            await self._let_go()
            await self._forget()
            return 0
        try:
            await self._understand(deliveries)
        except IncidentError:
            raise
        except Exception:  # noqa: BLE001  a fault of ours must not hold up the others
            _log.exception("A batch could not be understood; its deliveries are taken one by one")
            for delivery in deliveries:
                await self._alone(delivery)
        return len(deliveries)

    async def _let_go(self) -> None:
        """What was held back and has kept still is looked at anew, so that nothing stays unseen."""
        for latest in await self._store.held_until(in_milliseconds(self._now())):
            await self._assessed((), latest, (), {}, await self._in_force())

    async def _forget(self) -> None:
        """Once in a while, when there is nothing else to do."""
        now = self._now()
        if now - self._forgot_at >= _FORGET_EVERY:
            self._forgot_at = now
            await self._store.forget(before=now - KEEP, quiet_since=now - QUIET)

    async def _alone(self, delivery: Delivery) -> None:
        """A delivery that even alone cannot be understood is set aside for a person: a fault holds nobody up."""
        try:
            await self._understand([delivery])
        except IncidentError:
            raise
        except Exception as fault:  # noqa: BLE001  a fault of ours is set aside with what it failed on
            _log.exception("A delivery is set aside: %s", delivery.id)
            reason = f"Muster itself failed to understand this ({type(fault).__name__}); please report it."
            aside = ((delivery, Unreadable(delivery.body, reason)),)
            batch = _batch([delivery], (), aside, (), in_milliseconds(self._now()), "")
            await self._store.understand((), lambda _known: batch)

    async def _understand(self, deliveries: Sequence[Delivery]) -> None:
        routing = await self._in_force()
        sightings, unreadable = await asyncio.to_thread(self._read, deliveries, routing)
        courses = await self._courses({each.group_key for each in sightings})
        await self._assessed(deliveries, sightings, unreadable, courses, routing)

    async def _in_force(self) -> Routing:
        return expecting(self._routing(), await self._expected())

    async def _assessed(
        self,
        deliveries: Sequence[Delivery],
        sightings: Sequence[Sighting],
        unreadable: tuple[tuple[Delivery, Unreadable], ...],
        courses: Courses,
        routing: Routing,
    ) -> None:
        """What was held back stands in its group already, wherever people send what comes from now on."""
        at = in_milliseconds(self._now())
        closed = frozenset(key for key, course in courses.items() if course is None)

        def batch(before: Known) -> Batch:
            known = followed(before, courses)
            own = placed(sightings, known, closed) if deliveries else tuple(sightings)
            held = held_back(resolutions(own, known), at)
            changes = assess(own, known, routing, closed, held)
            return _batch(deliveries, own, unreadable, changes, at, routing.identity)

        await self._store.understand(sightings, batch)

    def _read(
        self, deliveries: Sequence[Delivery], routing: Routing
    ) -> tuple[tuple[Sighting, ...], tuple[tuple[Delivery, Unreadable], ...]]:
        """Every different alert of these deliveries, and what is none. The same body is read once."""
        times = Counter((each.source, each.body) for each in deliveries)
        last = {(each.source, each.body): each.received_at for each in deliveries}
        first: dict[tuple[str, bytes], Delivery] = {}
        for each in deliveries:
            first.setdefault((each.source, each.body), each)
        sightings: dict[tuple[str, str], Sighting] = {}
        unreadable: list[tuple[Delivery, Unreadable]] = []
        for body, delivery in first.items():
            source = self._source(delivery)
            result = _read(source, delivery, self._formats())
            for alert in result.alerts:
                new = self._sighting(alert, source, delivery, times[body], routing)
                _add(sightings, replace(new, again_at=last[body]))
            unreadable += [(delivery, Unreadable(part.raw, part.reason)) for part in result.set_aside]
        return tuple(sightings.values()), tuple(unreadable)

    def _source(self, delivery: Delivery) -> Source | None:
        known = self._sources.find(delivery.source)
        return known.source if known else None

    def _sighting(
        self,
        alert: NormalizedAlert,
        source: Source | None,
        delivery: Delivery,
        times: int,
        routing: Routing,
    ) -> Sighting:
        own = alert.model_copy(update={"organization": organization_of(alert, source, delivery.organization)})
        return Sighting(
            alert=own,
            source=delivery.source,
            delivery=delivery.id,
            delivery_key=delivery_key(own),
            fingerprint=fingerprint(own),
            group_key=group_key(own, routing.grouping),
            times=times,
        )

    async def _courses(self, keys: Iterable[str]) -> Courses:
        groups = (await self._store.groups(list(keys))).values()
        attached = {each.incident for each in groups if each.incident and each.status is GroupStatus.ATTACHED}
        return {key: await self._goes_on_in(key) for key in attached}


def organization_of(
    alert: NormalizedAlert, source: Source | None, otherwise: OrganizationCode
) -> OrganizationCode:
    """Whose alert it is: the source's, unless the alert names one that the source speaks for."""
    if source is not None and alert.organization is not None:
        for code in source.speaks_for:
            if code.casefold() == alert.organization.casefold():
                return code
    return otherwise


def _read(source: Source | None, delivery: Delivery, formats: tuple[Format, ...]) -> ReadResult:
    named = source.format_name if source else None
    try:
        return read_body(named, delivery.body, delivery.received_at, formats)
    except Exception:  # noqa: BLE001  a fault of ours must not hold up the others
        # A fault of ours in reading one body must not hold up every other: a person gets it as it came.
        _log.exception("A delivery could not be read and goes to triage as it is: %s", delivery.id)
        return ReadResult((unknown(delivery.body, delivery.received_at, delivery.source),), ())


def _add(sightings: dict[tuple[str, str], Sighting], new: Sighting) -> None:
    place = (new.group_key, new.delivery_key)
    known = sightings.get(place)
    if known is not None:
        new = replace(known, times=known.times + new.times, again_at=max(known.last_at, new.last_at))
    sightings[place] = new


def _batch(
    deliveries: Sequence[Delivery],
    sightings: tuple[Sighting, ...],
    unreadable: tuple[tuple[Delivery, Unreadable], ...],
    changes: tuple[Change, ...],
    at: datetime,
    rules: str,
) -> Batch:
    return Batch(
        deliveries=tuple(each.id for each in deliveries),
        groups=tuple(change.group for change in changes),
        sightings=sightings,
        unreadable=tuple((delivery.id, part) for delivery, part in unreadable),
        errands=errands_of(changes),
        entries=(*_received(deliveries, sightings, unreadable, at), *_declared(changes, at, rules)),
    )


def _received(
    deliveries: Sequence[Delivery],
    sightings: Sequence[Sighting],
    unreadable: Sequence[tuple[Delivery, Unreadable]],
    at: datetime,
) -> list[Entry]:
    """One entry for each source of the batch: counts, and a hash over what was received, in order."""
    entries = []
    for source, organization in sorted({(each.source, each.organization) for each in deliveries}):
        own = [each for each in deliveries if each.source == source]
        entries.append(
            Entry(
                id=EntryId(f"alerts-received:{own[0].id}"),
                incident=None,
                kind=Kind.ALERTS_RECEIVE,
                at=at,
                actor=_machine(source, organization),
                subject=f"source/{source}",
                data={
                    "source": source,
                    "deliveries": len(own),
                    "alerts": sum(each.times for each in sightings if each.source == source),
                    "set_aside": sum(1 for delivery, _ in unreadable if delivery.source == source),
                    "sha256": _digest(own),
                },
            )
        )
    return entries


def _declared(changes: Sequence[Change], at: datetime, rules: str) -> list[Entry]:
    """Which rule, of which rules, declared stands in the record, also when its command is refused afterwards."""
    return [
        Entry(
            id=EntryId(f"alerts-grouped:{errand.id}"),
            incident=None,
            kind=Kind.ALERTS_GROUP,
            at=at,
            actor=_machine(change.group.source, change.group.organization),
            subject=f"group/{change.group.id}",
            data={
                "rule": change.group.rule,
                "rules": rules,
                "alerts": change.group.alerts,
                "severity": change.group.severity,
            },
        )
        for change in changes
        for errand in change.errands
        if change.group.status is GroupStatus.DECLARING
    ]


def _machine(source: str, organization: OrganizationCode) -> Actor:
    return Actor(id=f"source/{source}", kind=ActorKind.ALERT, organization=organization)


def _digest(deliveries: Sequence[Delivery]) -> str:
    digest = hashlib.sha256()
    for delivery in deliveries:
        digest.update(hashlib.sha256(delivery.body).digest())
    return digest.hexdigest()
