"""Benchmark: a line that somebody says in a room of a joint room, until it stands in the other organization's."""

import uuid
from datetime import datetime

from benchmarks.figure import Figure, alone
from benchmarks.ground import until
from bot.carrying import Carrying
from bot.commands.desk import Speaker
from bot.composition.installation import Installation, utc_now
from bot.rooms import RoomIncidents
from integrations.simulated.things import Thing
from playbooks.actions.effect import effect_id
from playbooks.domain.ids import CommandId, ConnectionId, EffectId, IncidentKey, PersonId
from playbooks.ports.conversation import Said

LINES = 20
_FROM, _TO = ConnectionId("wfp/chat"), ConnectionId("unhcr/chat")


async def carried(muster: Installation) -> Figure:
    """Line after line, each from when it was heard; the vendors answer at once."""
    key = await _said(muster, "unhcr-ciso", "declare Incident of two severity=low")
    await _said(muster, "unhcr-ciso", f"{key} invite WFP")
    await _said(muster, "wfp-ciso", f"{key} join")
    await _said(muster, "unhcr-ciso", f"{key} room open all")
    room = await until(lambda: _opened(muster, key))
    spans = [await _heard(muster, key, room) for _ in range(1 + LINES)]
    return alone("chat", "said in one room, seen in another", "ms", spans[1:])


async def _heard(muster: Installation, key: IncidentKey, room: Thing) -> float:
    async def opened_by(_room: str) -> EffectId:
        return EffectId(room.effect_id)

    connection = muster.connections.connection(_FROM)
    carrying = Carrying(
        connection,
        RoomIncidents(connection, opened_by),
        muster.gateway,
        muster.effects.made,
        lambda _room, message: CommandId(f"benchmark:{message}"),
        utc_now,
    )
    began = utc_now()
    line = Said(id=uuid.uuid4().hex, room=room.ref, account="", text="It is contained.", said_at=began)
    verdict = await carrying.take(line, muster.directory.person(PersonId("wfp-ciso")))
    if verdict is None or not verdict.entries:
        raise RuntimeError(f"the line was not carried: {verdict}")
    copy = effect_id(_TO, key, "message.post", verdict.entries[0])

    async def there() -> datetime | None:
        return next((each.at for each in muster.world.effects() if each.effect_id == copy), None)

    return (await until(there) - began).total_seconds() * 1000


async def _opened(muster: Installation, key: IncidentKey) -> Thing | None:
    wanted = f"{key.lower()}-all"
    return next((each for each in muster.world.things(_FROM, "room") if each.state["name"] == wanted), None)


async def _said(muster: Installation, who: str, line: str) -> IncidentKey:
    speaker = Speaker(
        person=muster.directory.person(PersonId(who)),
        command_id=CommandId(f"benchmark:{uuid.uuid4()}"),
        received_at=utc_now(),
    )
    reply = await muster.desk.hear(f"/incident {line}", speaker)
    if reply.failed or reply.verdict is None or reply.verdict.incident is None:
        raise RuntimeError(f"this was not taken: {reply.document}")
    return reply.verdict.incident
