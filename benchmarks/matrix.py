"""Benchmark: an encrypted room of 500 people on a real Synapse, each with a device of her own, by the Matrix adapter.

Beside it stand the bare calls: as many requests of the same size, made with nothing sealed, kept or decided.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.declare import declared
from benchmarks.figure import Figure, alone, compared
from benchmarks.ground import at_rest
from benchmarks.homeserver import Caller, homeserver, registered, side_by_side
from bot.composition.installation import Installation, utc_now
from bot.identities import account_of
from bot.matrix.front import MatrixFront
from integrations.matrix.account import MatrixAccount
from integrations.matrix.chat import MatrixChat
from integrations.matrix.conversation import MatrixConversation
from integrations.matrix.device import MatrixDevice
from integrations.postgres.device_store import PostgresDeviceStore
from playbooks.actions.effect import effect_id
from playbooks.actions.times import TIMES
from playbooks.domain.connection import Connection, PortName, Vendor
from playbooks.domain.document import Document, paragraph
from playbooks.domain.errors import Transient, Unknown
from playbooks.domain.ids import ConnectionId, EffectId, IncidentKey, OrganizationCode, PersonId
from playbooks.domain.marking import Marking
from playbooks.domain.organization import Directory, Person
from playbooks.ports.chat import Invite, OpenRoom, Post
from tests.contract.matrix_house import Person as Client

PEOPLE: Final = 500
MESSAGES: Final = 20
ROTATIONS: Final = 5
COMMANDS: Final = 10
_PART: Final = 5
_LEAD: Final = OrganizationCode("UNHCR")
_CONNECTION: Final = Connection(
    id=ConnectionId("unhcr/matrix"), organization=_LEAD, vendor=Vendor.MATRIX, ceiling=Marking.AMBER_STRICT
)
_LEASE: Final = timedelta(seconds=5)
_TICK_S: Final = 0.005
_NAME: Final = "matrix"
_MANY: Final = f"{PEOPLE} people"
_LINE: Final = "The file servers are isolated; the next word is at noon."


@dataclass(frozen=True)
class Hall:
    """The room, who speaks in it for Muster, and who is there."""

    key: IncidentKey
    room: str
    device: MatrixDevice
    chat: MatrixChat
    muster: Caller
    """Muster's own account, by bare calls."""
    typist: Client
    crowd: Sequence[Caller]
    """Everybody but the typist."""


async def measure(muster: Installation) -> list[Figure]:
    """One after the other, as a room lives: invited, joined, the first message, the next ones, new keys, commands."""
    key = (await declared(muster)).key
    await at_rest(muster)
    async with _hall(muster, key) as hall:
        invited = await _invited(hall)
        await side_by_side(each.join(hall.room) for each in hall.crowd)
        await hall.typist.until_there(hall.room, hall.typist.account)
        return [*invited, *await _said(hall), *await _commanded(hall)]


@asynccontextmanager
async def _hall(muster: Installation, key: IncidentKey) -> AsyncIterator[Hall]:
    """A room that Muster opened on a fresh homeserver; nobody is invited yet."""
    async with homeserver() as (server, web):
        crowd = await side_by_side(registered(server, web, f"person-{number}") for number in range(1, PEOPLE))
        token = await asyncio.to_thread(server.token, "muster", "MUSTER")
        account = MatrixAccount.model_validate(
            {"homeserver": server.url, "token": token, "store_key": "a key of this benchmark"}
        )
        directory = _directory(muster.directory, [server.account("person-0"), *(each.id for each in crowd)])
        device = MatrixDevice(_CONNECTION.id, account, PostgresDeviceStore(muster.pool))
        chat = MatrixChat(_CONNECTION, device, account_of(directory, _CONNECTION))
        _front(muster, device, directory)
        with TemporaryDirectory(prefix="muster-bench-", dir="/tmp") as folder:
            typist = await asyncio.to_thread(Client, server, "person-0", Path(folder) / "typist")
            await typist.sync()
            async with (
                muster.leases.hold("matrix/benchmark", muster.holder, _LEASE, enduring=True) as held,
                device.held(held),
            ):
                opened = await chat.open_room(
                    OpenRoom(effect_id=_id(key, "room.open", "room"), name=key, topic="TLP:AMBER")
                )
                caller = Caller(web, server.account("muster"), "MUSTER", token)
                yield Hall(key, opened.ref, device, chat, caller, typist, crowd)
            await typist.client.close()


def _directory(known: Directory, accounts: Sequence[str]) -> Directory:
    people = [
        Person(id=_person(number), organization=_LEAD, identities={"matrix": account})
        for number, account in enumerate(accounts)
    ]
    return known.model_copy(update={"people": tuple(people)})


def _front(muster: Installation, device: MatrixDevice, directory: Directory) -> None:
    conversation = MatrixConversation(_CONNECTION, device, account_of(directory, _CONNECTION))
    MatrixFront(
        _CONNECTION,
        conversation,
        muster.desk,
        directory,
        muster.texts,
        utc_now,
        communities=muster.communities,
    )


async def _invited(hall: Hall) -> list[Figure]:
    """As the door asks, in several attempts; beside it bare invitations of a fifth of them, as many side by side."""
    request = Invite(
        effect_id=_id(hall.key, "room.invite", "everybody"),
        room=hall.room,
        people=tuple(map(_person, range(PEOPLE))),
    )
    began, attempts = time.perf_counter(), 1
    while (pause := await _attempted(hall.chat, request)) is not None:
        await asyncio.sleep(pause)
        attempts += 1
    waiting = (await hall.device.client()).store.invitations
    while waiting.all():  # into the space
        await asyncio.sleep(_TICK_S)
    ours = time.perf_counter() - began
    owner, others = hall.crowd[0], [each.id for each in hall.crowd[1 : 1 + PEOPLE // _PART]]
    rooms = [await owner.room() for _ in ("room", "space")]
    bare = _PART * await _timed(side_by_side(owner.invite(room, each) for room in rooms for each in others))
    beside = "as many bare calls, by a fifth of them"
    return [
        compared(_NAME, f"{_MANY}: invited into room and space", "s", beside, [(ours, bare)]),
        alone(_NAME, f"{_MANY}: attempts that it took", "", [attempts]),
    ]


async def _attempted(chat: MatrixChat, request: Invite) -> float | None:
    """Seconds until the door would ask again; None when nobody is left."""
    times = TIMES[PortName.CHAT]
    try:
        async with asyncio.timeout(times.client.total_seconds()):
            made = await chat.invite(request)
    except Transient as error:
        return (error.retry_after or timedelta()).total_seconds()
    except (TimeoutError, Unknown):
        return (times.lease - times.client).total_seconds()
    if made.missing:
        raise RuntimeError(f"{len(made.missing)} people are missing")
    return None


async def _said(hall: Hall) -> list[Figure]:
    """The first message, the next ones, and one after each change of the room's key."""
    bare, room, devices = hall.muster, hall.room, hall.crowd
    client = await hall.device.client()

    async def given() -> None:
        await bare.share(devices)
        await bare.say(room, _LINE)

    async def claimed() -> None:
        await bare.claim(devices)
        await given()

    async with _standstill() as at_first:
        first = await _timed(_posted(hall, "first"))
    firsts = [(first, await _timed(claimed()))]
    nexts = [
        (await _timed(_posted(hall, f"next.{number}")), await _timed(bare.say(room, _LINE)))
        for number in range(MESSAGES)
    ]
    rotated: list[tuple[float, float]] = []
    async with _standstill() as later:
        for number in range(ROTATIONS):
            client.invalidate_outbound_session(room)
            rotated.append((await _timed(_posted(hall, f"rotated.{number}")), await _timed(given())))
    return [
        _compared("the first message, one-time keys claimed", "as many bare calls", firsts),
        _alone("the longest standstill of this process meanwhile", max(at_first)),
        _compared("the next message", "a bare line", nexts),
        _compared("a message under a new key", "as many bare calls", rotated),
        _alone("the longest standstill of this process meanwhile", max(later)),
    ]


async def _commanded(hall: Hall) -> list[Figure]:
    """Typed by one of them until the answer is in her client; beside it a bare line that a bare program answers."""
    asking, answering = hall.crowd[:2]
    echo = asyncio.create_task(_echo(answering, hall.room))
    rounds: list[tuple[float, float]] = []
    try:
        await _answered(hall.typist, hall.room, "!incident note The first host is isolated")
        since, _ = await asking.heard(hall.room)
        for number in range(COMMANDS):
            began = time.perf_counter()
            since = await _echoed(asking, hall.room, since)
            bare = time.perf_counter() - began
            line = f"!incident note Host {number} is isolated"
            rounds.append((await _timed(_answered(hall.typist, hall.room, line)), bare))
    finally:
        echo.cancel()
        await asyncio.gather(echo, return_exceptions=True)
    return [
        _compared(
            "a command, until who typed it reads the answer", "a bare line, until a bare answer", rounds
        )
    ]


async def _answered(typist: Client, room: str, line: str) -> None:
    before = len(typist.read)
    said = await typist.say(room, line)
    while not any(_below(each.source, said) for each in typist.read[before:]):
        await typist.sync()


async def _echo(answering: Caller, room: str) -> None:
    """Answers each line that asks for it."""
    since, _ = await answering.heard(room)
    while True:
        since, events = await answering.heard(room, since)
        for event in events:
            if event["content"].get("body") == "asked":
                await answering.say(room, f"answer to {event['event_id']}")


async def _echoed(asking: Caller, room: str, since: str) -> str:
    said = await asking.say(room, "asked")
    while True:
        since, events = await asking.heard(room, since)
        if any(each["content"].get("body") == f"answer to {said}" for each in events):
            return since


def _below(event: dict[str, dict[str, dict[str, str]]], said: str) -> bool:
    return event["content"].get("m.relates_to", {}).get("event_id") == said


async def _posted(hall: Hall, occasion: str) -> None:
    document = Document(blocks=(paragraph(_LINE),))
    await hall.chat.post(
        Post(effect_id=_id(hall.key, "message.post", occasion), room=hall.room, document=document)
    )


async def _timed(call: Awaitable[object]) -> float:
    began = time.perf_counter()
    await call
    return time.perf_counter() - began


@asynccontextmanager
async def _standstill() -> AsyncIterator[list[float]]:
    """How late each tick of this process came, in seconds: for so long nobody else was served."""
    late: list[float] = []

    async def tick() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(_TICK_S)
            late.append(time.perf_counter() - began - _TICK_S)

    ticking = asyncio.create_task(tick())
    try:
        yield late
    finally:
        ticking.cancel()


def _compared(what: str, beside: str, rounds: list[tuple[float, float]]) -> Figure:
    in_ms = [(ours * 1000, bare * 1000) for ours, bare in rounds]
    return compared(_NAME, f"{_MANY}: {what}", "ms", beside, in_ms)


def _alone(what: str, seconds: float) -> Figure:
    return alone(_NAME, f"{_MANY}: {what}", "ms", [seconds * 1000])


def _id(key: IncidentKey, action: str, occasion: str) -> EffectId:
    return effect_id(_CONNECTION.id, key, action, occasion)


def _person(number: int) -> PersonId:
    return PersonId(f"unhcr-responder-{number}")
