"""Benchmark: from the loss of a chat system until everybody is in a new room that says how things stand.

By one person's word, and by the watchdog for all incidents at once. Each call to a vendor takes 200 ms.
"""

import uuid
from datetime import datetime, timedelta

from benchmarks.figure import Figure, alone
from benchmarks.ground import until
from bot.commands.desk import Speaker
from bot.composition.installation import Installation, utc_now
from integrations.simulated.faults import FaultKind, Rule
from playbooks.domain.ids import CommandId, IncidentKey, PersonId
from playbooks.domain.rooms import CHAT

CALL = timedelta(milliseconds=200)
INCIDENTS = 20
ROUNDS = 5
_FROM, _TO, _MAIL = f"unhcr/{CHAT}", "unhcr/matrix", "unhcr/mail"
_SPEAKER = PersonId("unhcr-ciso")
_PATIENCE_S = 90.0


async def measure(muster: Installation) -> list[Figure]:
    """Move by a command, one after another; then lose the system that all the others are on."""
    slow = Rule(fault=FaultKind.SLOW, span=CALL)
    muster.world.switch_on(slow)
    try:
        asked = [await _asked(muster) for _ in range(1 + ROUNDS)][1:]
        keys = [await _declared(muster) for _ in range(INCIDENTS)]
        lost_at = utc_now()
        muster.world.switch_off()
        muster.world.switch_on(Rule(connection=_FROM, fault=FaultKind.OUTAGE), slow)
        spans = sorted([await _there(muster, key) - lost_at for key in keys])
    finally:
        muster.world.switch_off()
    return [
        alone(
            "moving", "asked for: everybody's new room", "ms", [span.total_seconds() * 1000 for span in asked]
        ),
        alone("moving", "platform lost: the first new room", "s", [spans[0].total_seconds()]),
        alone(
            "moving",
            f"platform lost: the new rooms of {INCIDENTS} incidents",
            "s",
            [spans[-1].total_seconds()],
        ),
    ]


async def _asked(muster: Installation) -> timedelta:
    key = await _declared(muster)
    began = utc_now()
    await _said(muster, f"/incident {key} move matrix because=down It does not answer")
    return await _there(muster, key) - began


async def _declared(muster: Installation) -> IncidentKey:
    """An incident whose room is open and has its people."""
    key = await _said(muster, "/incident declare Files are being encrypted severity=critical")
    await until(lambda: _filled(muster, _FROM, key), patience_s=_PATIENCE_S)
    return key


async def _said(muster: Installation, line: str) -> IncidentKey:
    speaker = Speaker(
        person=muster.directory.person(_SPEAKER),
        command_id=CommandId(f"benchmark:{uuid.uuid4()}"),
        received_at=utc_now(),
    )
    reply = await muster.desk.hear(line, speaker)
    if reply.failed or reply.verdict is None or reply.verdict.incident is None:
        raise RuntimeError(f"this was not taken: {reply.document}")
    return reply.verdict.incident


async def _there(muster: Installation, key: IncidentKey) -> datetime:
    """When its people were in the new room, it was said there how things stand, and they were written to."""
    await until(lambda: _filled(muster, _TO, key), patience_s=_PATIENCE_S)
    await until(lambda: _written(muster, key), patience_s=_PATIENCE_S)
    return max(
        each.at for each in muster.world.effects() if key in each.effect_id and _counts(each.connection)
    )


def _counts(connection: str) -> bool:
    return connection in (_TO, _MAIL)


async def _filled(muster: Installation, connection: str, key: IncidentKey) -> bool | None:
    rooms = muster.world.things(connection, "room")
    return any(key in room.effect_id and room.state["members"] for room in rooms) or None


async def _written(muster: Installation, key: IncidentKey) -> bool | None:
    return any(f"/rooms/{key}" in mail.state["text"] for mail in muster.world.things(_MAIL, "mail")) or None
