"""Benchmark: a room of 500 people: until all are in it, and what its size is to those who work there.

They are the people of one organization whom a declaration brings in. In the simulated chat system a call takes 200 ms,
whatever it carries; through Slack's own adapter the invitation stands beside the bare call.
"""

import time
from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

from benchmarks.chat import CONNECTION, TOKEN, Spans, front, paced, person, sent, typed
from benchmarks.declare import CALL, declared
from benchmarks.figure import Figure, alone, compared
from benchmarks.ground import at_rest
from benchmarks.slack_beside import SlackBeside, slack_beside
from bot.composition.installation import Installation
from bot.slack.app import slack_app
from integrations.simulated.faults import FaultKind, Rule
from integrations.slack.chat import SlackChat
from integrations.slack.client import slack_client
from playbooks.actions.effect import effect_id
from playbooks.domain.connection import connection_id
from playbooks.domain.ids import IncidentKey, OrganizationCode, PersonId
from playbooks.domain.rooms import CHAT
from playbooks.ports.chat import Invite

PEOPLE: Final = 500
ROUNDS: Final = 5
A_SECOND: Final = 10
_LEAD: Final = OrganizationCode("UNHCR")
_HOME: Final = connection_id(_LEAD, CHAT)


async def measure(muster: Installation) -> list[Figure]:
    """On a ground whose directory has these people."""
    muster.world.switch_on(Rule(fault=FaultKind.SLOW, span=CALL))
    try:
        rounds = [await declared(muster) for _ in range(1 + ROUNDS)][1:]
    finally:
        muster.world.switch_off()
    for each in rounds:
        there = _there(muster, each.key)
        if there < PEOPLE:
            raise RuntimeError(f"{there} people are in the room")
    await at_rest(muster)
    many = f"{PEOPLE} people"
    async with slack_beside() as slack:
        answered = await _commanded(muster, slack, rounds[-1].key)
        invited = [await _invited(slack, number) for number in range(1 + ROUNDS)][1:]
    return [
        compared(
            "crowd",
            f"{many}: declared, until all are in the room and everything is ready",
            "ms",
            "the longest chain of calls",
            [(each.ready * 1000, each.chain * 1000) for each in rounds],
        ),
        compared(
            "crowd",
            f"{many}: invited through Slack's adapter",
            "ms",
            "the bare call",
            [(ours * 1000, bare * 1000) for ours, bare in invited],
        ),
        alone(
            "crowd",
            f"{many}, {A_SECOND} commands a second in their room: answered, p99",
            "ms",
            [answered.p99],
        ),
    ]


def directory() -> str:
    """A directory file of one organization in which so many are brought into the room of an incident."""
    ids = ("unhcr-ciso", *(f"unhcr-{number:03}" for number in range(1, PEOPLE)))
    return (
        "people:\n" + "\n".join(f"  - {{id: {id}, organization: UNHCR, duties: [ciso]}}" for id in ids) + "\n"
    )


def _there(muster: Installation, key: IncidentKey) -> int:
    rooms = muster.world.things(_HOME, "room")
    return next(len(each.state["members"]) for each in rooms if each.state["name"] == key.casefold())


async def _invited(slack: SlackBeside, number: int) -> tuple[float, float]:
    """Seconds of one invitation of everybody, and of the same call by itself."""
    web = slack_client(TOKEN, slack.url)
    people = {PersonId(each.id): each.identities["slack"] for each in map(person, range(PEOPLE))}
    chat = SlackChat(CONNECTION, web, people.get)
    request = Invite(
        effect_id=effect_id(CONNECTION.id, IncidentKey("INC-2026-990003"), "room.invite", f"{number}"),
        room="C0",
        people=tuple(people),
    )
    return await _timed(chat, request), await _bare(web, list(people.values()))


async def _timed(chat: SlackChat, request: Invite) -> float:
    began = time.perf_counter()
    made = await chat.invite(request)
    if made.missing:
        raise RuntimeError(f"{len(made.missing)} people are missing")
    return time.perf_counter() - began


async def _bare(web: AsyncWebClient, accounts: list[str]) -> float:
    began = time.perf_counter()
    await web.conversations_invite(channel="C0", users=accounts, force=True)
    return time.perf_counter() - began


async def _commanded(muster: Installation, slack: SlackBeside, key: IncidentKey) -> Spans:
    app = slack_app(front(muster, [key], PEOPLE), slack_client(TOKEN, slack.url))
    acknowledged, answered = Spans(), Spans()

    async def command(number: int) -> None:
        began = time.perf_counter()
        arrived = slack.awaited(number)
        body = typed(slack, number, f"note Host {number} is isolated", "C0", PEOPLE)
        await sent(app, body, acknowledged)
        await arrived
        answered.since(began)

    await command(-1)
    answered.values.clear()
    await paced(command, A_SECOND)
    return answered
