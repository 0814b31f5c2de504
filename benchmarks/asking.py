"""A status call: asked means that the question stands in every room, closed that the outcome stands in the record.

Each organization has its chat account, where a call takes 200 ms, and its room there from the invitation.
"""

import asyncio
import time
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from benchmarks.figure import Figure, alone, compared
from benchmarks.ground import at_rest, until
from benchmarks.standing import Decided, stand
from bot.composition.installation import Installation, utc_now
from integrations.postgres.database import connected
from integrations.simulated.chat import SimulatedChat
from integrations.simulated.faults import FaultKind, Rule
from playbooks.actions.effect import effect_id
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.case import Consultation
from playbooks.domain.command import Command
from playbooks.domain.connection import connection_id
from playbooks.domain.document import Document, paragraph
from playbooks.domain.entry import in_milliseconds
from playbooks.domain.ids import CommandId, ConsultationId, IncidentKey, OrganizationCode, PersonId
from playbooks.domain.kinds import Kind
from playbooks.domain.organization import Duty
from playbooks.domain.rooms import CHAT
from playbooks.ports.chat import Post
from workflows.names import consult_id

CALL: Final = timedelta(milliseconds=200)
QUESTION: Final = ConsultationId("C-1")
_LEAD: Final = OrganizationCode("UNHCR")
_TOGETHER: Final = 50
_PATIENCE_S: Final = 300.0
_TOLD: Final = """
SELECT count(concluded_at), max(concluded_at) FROM effect
WHERE incident = %s AND state = 'done' AND request ->> 'text' = 'consultation:question:open'
"""


async def measure(muster: Installation, organizations: Sequence[OrganizationCode]) -> list[Figure]:
    """All are asked, all answer, and the question closes."""
    key = IncidentKey("INC-2026-990001")
    await _known(muster, key, organizations)
    muster.world.switch_on(Rule(fault=FaultKind.SLOW, span=CALL))
    try:
        calls = await _bare(muster, key, organizations)
        command, asked = await _asked(muster, key, organizations)
    finally:
        muster.world.switch_off()
    answers = await _answered(muster, key, dict.fromkeys(organizations, ("not_affected",)))
    last = time.monotonic()
    await _closed(muster, key)
    closed = time.monotonic() - last
    await at_rest(muster)
    many = f"{len(organizations):,} organizations"
    return [
        compared(
            "circle",
            f"status call, {many}: all asked",
            "s",
            "the sum of the vendor calls",
            [(asked, sum(calls))],
        ),
        alone("circle", f"status call, {many}: the command is answered", "ms", [command * 1000]),
        alone("circle", f"status call, {many}: an answer is taken, {_TOGETHER} at once", "ms", answers),
        alone("circle", f"status call, {many}: from the last answer to closed", "ms", [closed * 1000]),
    ]


async def at_once(muster: Installation, organizations: Sequence[OrganizationCode]) -> list[Figure]:
    """Five are silent, ten say the same twice, ten say something else afterwards; all within the same second."""
    key = IncidentKey("INC-2026-990002")
    await _known(muster, key, organizations)
    await _asked(muster, key, organizations)
    await at_rest(muster)
    silent, speaking = organizations[:5], organizations[5:]
    said: dict[OrganizationCode, tuple[str, ...]] = dict.fromkeys(speaking, ("not_affected",))
    said |= dict.fromkeys(speaking[:10], ("not_affected", "not_affected"))
    said |= dict.fromkeys(speaking[10:20], ("unknown", "affected"))
    expected = Counter(options[-1] for options in said.values())
    began = time.monotonic()
    answers = await _answered(muster, key, said, together=len(said))

    async def counted() -> bool | None:
        standing = await muster.client.get_workflow_handle(consult_id(key, QUESTION)).query("standing")
        is_right = Counter(standing["counts"]) == expected and tuple(standing["missing"]) == tuple(silent)
        return True if is_right else None

    await until(counted, pause_s=0.02)
    taken = time.monotonic() - began
    await _answered(muster, key, dict.fromkeys(silent, ("unknown",)))
    await _closed(muster, key)
    many = f"{len(organizations)} organizations at once, {sum(map(len, said.values()))} answers"
    return [
        alone("circle", f"{many}: one is taken", "ms", answers),
        alone("circle", f"{many}: until each counts by its last word", "ms", [taken * 1000]),
    ]


def _actor(organization: OrganizationCode) -> Actor:
    name = PersonId(f"{organization.casefold()}-ciso")
    return Actor(id=name, kind=ActorKind.PERSON, organization=organization, duties=(Duty.CISO,))


async def _known(muster: Installation, key: IncidentKey, organizations: Sequence[OrganizationCode]) -> None:
    """An incident that everybody was invited to, with a room in each chat system; nobody has joined."""
    said = {"lead": _LEAD, "severity": "medium", "class": "other", "marking": "TLP:AMBER"}
    invited: list[Decided] = [
        (Kind.PARTY_INVITE, f"part/{code}", {"organization": code, "lead": _LEAD}) for code in organizations
    ]
    decided = ((Kind.DECLARE, "incident", {**said, "restricted": False}), *invited)
    await stand(muster, _actor(_LEAD), in_milliseconds(utc_now()), {key: decided})


def _chat(muster: Installation, organization: OrganizationCode) -> SimulatedChat:
    port = muster.connections.port(connection_id(organization, CHAT))
    if not isinstance(port, SimulatedChat):
        raise TypeError
    return port


async def _bare(
    muster: Installation, key: IncidentKey, organizations: Sequence[OrganizationCode]
) -> list[float]:
    """Seconds of each of the same calls to the same vendors, with nothing about them."""
    document = Document(blocks=(paragraph("Do you see the same sign-in page?"),))

    async def call(code: OrganizationCode) -> float:
        chat = connection_id(code, CHAT)
        room, id = effect_id(chat, key, "room.open", "room"), effect_id(chat, key, "message.post", "bare")
        began = time.perf_counter()
        await _chat(muster, code).post(Post(effect_id=id, room=room, document=document))
        return time.perf_counter() - began

    spans: list[float] = []
    for first in range(0, len(organizations), _TOGETHER):
        spans += await asyncio.gather(*map(call, organizations[first : first + _TOGETHER]))
    return spans


async def _asked(
    muster: Installation, key: IncidentKey, organizations: Sequence[OrganizationCode]
) -> tuple[float, float]:
    """Seconds from the command until it was answered, and until the question stands in every room."""
    began = utc_now()
    said = {"purpose": "status_call", "asked": list(organizations), "deadline_minutes": 600}
    answered = await _submitted(muster, key, "ask", _LEAD, said)

    async def told() -> datetime | None:
        async with connected(muster.pool) as connection:
            row = await (await connection.execute(_TOLD, (key,))).fetchone()
        return row[1] if row is not None and row[0] > len(organizations) else None

    return answered, (await until(told, pause_s=0.2, patience_s=_PATIENCE_S) - began).total_seconds()


async def _answered(
    muster: Installation,
    key: IncidentKey,
    said: Mapping[OrganizationCode, Sequence[str]],
    together: int = _TOGETHER,
) -> list[float]:
    """Milliseconds that each answer took; each organization gives its own one after the other."""

    async def speak(code: OrganizationCode) -> list[float]:
        answers = ({"consultation": QUESTION, "option": option} for option in said[code])
        return [1000 * await _submitted(muster, key, "answer", code, answer) for answer in answers]

    codes, spans = list(said), list[float]()
    for first in range(0, len(codes), together):
        for each in await asyncio.gather(*map(speak, codes[first : first + together])):
            spans += each
    return spans


async def _closed(muster: Installation, key: IncidentKey) -> Consultation:
    async def closed() -> Consultation | None:
        found = (await muster.cases.case(key)).consultations[QUESTION]
        return found if found.outcome == "answered" else None

    return await until(closed, pause_s=0.05, patience_s=_PATIENCE_S)


async def _submitted(
    muster: Installation, key: IncidentKey, verb: str, organization: OrganizationCode, args: Mapping[str, Any]
) -> float:
    """Seconds until the verdict. Raises RuntimeError for a refusal."""
    command = Command(
        id=CommandId(f"benchmark:{uuid.uuid4()}"),
        verb=verb,
        actor=_actor(organization),
        incident=key,
        args=dict(args),
        received_at=utc_now(),
    )
    began = time.perf_counter()
    verdict = await muster.gateway.submit(command)
    if verdict.sentence:
        raise RuntimeError(verdict.sentence)
    return time.perf_counter() - began
