"""Incidents as if they had been declared before: their entries, and every effect that follows done at its vendor."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from psycopg.types.json import Json

from bot.composition.installation import Installation
from integrations.postgres.database import connected
from playbooks.actions.effect import EffectOutcome, EffectRequest, OutcomeState
from playbooks.actions.follow_ups import follow_ups
from playbooks.domain.actor import Actor
from playbooks.domain.entry import Entry, entry_id
from playbooks.domain.folding.incident import evolve_incident
from playbooks.domain.ids import IncidentKey
from playbooks.domain.incident import IncidentState
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.ports.effects import EffectState
from workflows.activities.effect_entries import conclusion, intent

_THINGS: Final = {"room.open": "room", "page.trigger": "page", "ticket.create": "ticket"}
_TOGETHER: Final = 1_000
_REMEMBER: Final = """
INSERT INTO effect (id, incident, request, state, holder, lease_until, attempts, outcome, claimed_at, concluded_at)
VALUES (%s, %s, %s, %s, 'benchmark', %s, 1, %s, %s, %s)
"""

Decided = tuple[Kind, str, dict[str, Any]]
"""What was decided: its kind, its subject, what it says."""


async def stand(
    muster: Installation, author: Actor, at: datetime, decided: Mapping[IncidentKey, Sequence[Decided]]
) -> dict[IncidentKey, list[Entry]]:
    """The record, the vendors and the door know of these incidents; returns the entries of each."""
    stories = {key: list(_story(muster, key, author, at, said)) for key, said in decided.items()}
    entries = [entry for story in stories.values() for entry, _request in story]
    for first in range(0, len(entries), _TOGETHER):
        await muster.record.append(entries[first : first + _TOGETHER])
    done = [request for story in stories.values() for _entry, request in story if request is not None]
    with muster.world.at_once():
        for request in done:
            _stands_there(muster, request)
    async with connected(muster.pool) as connection, connection.cursor() as cursor:
        await cursor.executemany(_REMEMBER, [_row(request, at) for request in done])
    return {key: [entry for entry, _request in story] for key, story in stories.items()}


def _story(
    muster: Installation, key: IncidentKey, author: Actor, at: datetime, decided: Sequence[Decided]
) -> Iterator[tuple[Entry, EffectRequest | None]]:
    """Each decision, and each effect that follows, with what was asked beside its conclusion."""
    state = IncidentState(key=key)
    for kind, subject, data in decided:
        entry = Entry(
            id=entry_id(f"{key}/{kind}/{subject}"),
            incident=key,
            kind=kind,
            at=at,
            actor=author,
            subject=subject,
            data=data,
            texts={"title": "Files are being encrypted"} if kind is Kind.DECLARE else {},
            marking=Marking.AMBER,
            audience=("parties",),
        )
        state = evolve_incident(state, entry)
        yield entry, None
        for request in follow_ups(entry, state):
            connection = muster.connections.connection(request.connection)
            yield intent(request, connection, at), None
            yield conclusion(request, connection, _done(request), at, {}), request


def _done(request: EffectRequest) -> EffectOutcome:
    return EffectOutcome(state=OutcomeState.DONE, vendor_ref=request.effect_id)


def _stands_there(muster: Installation, request: EffectRequest) -> None:
    """At the simulated vendor, as far as it is looked at afterwards."""
    kind = _THINGS.get(request.action)
    if kind is None:
        return
    connection, ref = request.connection, request.effect_id
    state: dict[str, object] = {
        "name": request.incident.casefold(),
        "members": [],
        "archived": False,
        "severity": "high",
        "status": "triggered" if kind == "page" else "open",
        "assignee": request.args.get("assignee"),
    }
    muster.world.add(connection, kind, ref, request.effect_id, timedelta(), state)


def _row(request: EffectRequest, at: datetime) -> tuple[object, ...]:
    """What the door remembers of an effect that was done."""
    asked, brought = request.model_dump(mode="json"), _done(request).model_dump(mode="json")
    return request.effect_id, request.incident, Json(asked), EffectState.DONE, at, Json(brought), at, at
