"""Benchmark: commands from Slack as on a bad day: 50 a second, from 200 people, in 50 incidents, each a decision.

From what Slack sends until it is acknowledged, and until the answer is at Slack. Beside the first stands a Bolt handler
that acknowledges and does nothing, beside the second an update of Temporal that does nothing, each at the same pace.
"""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltRequest
from temporalio import workflow
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from benchmarks.carrying import carried
from benchmarks.figure import Figure, compared
from benchmarks.slack_beside import SlackBeside, slack_beside
from bot.commands.desk import Speaker
from bot.composition.installation import Installation, utc_now
from bot.identities import account_of
from bot.operator_log import OperatorLog
from bot.rooms import RoomIncidents
from bot.slack.app import COMMAND, slack_app
from bot.slack.front import SlackFront
from integrations.slack.client import slack_client
from integrations.slack.members import SlackMembers
from integrations.slack.render import SlackRenderer, split
from playbooks.domain.connection import Connection, Vendor
from playbooks.domain.ids import CommandId, ConnectionId, EffectId, IncidentKey, OrganizationCode, PersonId
from playbooks.domain.marking import Marking
from playbooks.domain.organization import Directory, Person

PEOPLE, INCIDENTS, A_SECOND, SECONDS = 200, 50, 50, 10
_UNHCR = OrganizationCode("UNHCR")
CONNECTION = Connection(
    id=ConnectionId("unhcr/slack"), organization=_UNHCR, vendor=Vendor.SLACK, ceiling=Marking.AMBER_STRICT
)
_TASK_QUEUE = "muster-benchmark-chat"
TOKEN = "xoxb-benchmark"  # noqa: S105  of nobody


@workflow.defn
class Listening:
    """Takes updates and does nothing with them."""

    @workflow.run
    async def run(self) -> None:
        """Until it is terminated."""
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def nothing(self) -> None:
        """Do nothing."""


@dataclass
class Spans:
    """How long each took, in milliseconds."""

    values: list[float] = field(default_factory=list)

    def since(self, began: float) -> None:
        """One that has just ended."""
        self.values.append((time.perf_counter() - began) * 1000)

    @property
    def p99(self) -> float:
        """What 99 of a hundred stay below."""
        return quantiles(self.values, n=100)[98]


async def measure(muster: Installation) -> list[Figure]:
    """A line of a joint room until it is in the other; then the empty ones, and Muster at the same pace."""
    joint = await carried(muster)
    async with slack_beside() as slack:
        empty = AsyncApp(client=slack_client(TOKEN, slack.url), signing_secret="x")  # noqa: S106  as above
        _acknowledging(empty)
        bare_ack = Spans()
        await paced(lambda number: sent(empty, typed(slack, number, "note", "C0"), bare_ack))
        async with _listening(muster) as update:
            bare_update = Spans()
            await paced(lambda number: update(number, bare_update))
        acknowledged, answered = await _commanded(muster, slack)
    return [
        compared(
            "chat",
            "acknowledged, p99",
            "ms",
            "an empty Bolt handler",
            [(acknowledged.p99, bare_ack.p99)],
        ),
        compared("chat", "answered, p99", "ms", "an empty update", [(answered.p99, bare_update.p99)]),
        joint,
    ]


async def _commanded(muster: Installation, slack: SlackBeside) -> tuple[Spans, Spans]:
    keys = [await _declared(muster, number) for number in range(INCIDENTS)]
    app = slack_app(front(muster, keys), slack_client(TOKEN, slack.url))
    acknowledged, answered = Spans(), Spans()

    async def command(number: int) -> None:
        began = time.perf_counter()
        arrived = slack.awaited(number)
        body = typed(slack, number, f"note Host {number} is isolated", f"C{number % INCIDENTS}")
        await sent(app, body, acknowledged)
        await arrived
        answered.since(began)

    for warming in range(INCIDENTS):
        await command(-1 - warming)
    acknowledged.values.clear()
    answered.values.clear()
    await paced(command)
    return acknowledged, answered


async def paced(one: Callable[[int], Awaitable[None]], a_second: int = A_SECOND) -> None:
    """So many a second, whether or not those before have ended."""
    began = time.perf_counter()
    async with asyncio.TaskGroup() as going:
        for number in range(a_second * SECONDS):
            await asyncio.sleep(began + number / a_second - time.perf_counter())
            going.create_task(_awaited(one(number)))


async def _awaited(one: Awaitable[None]) -> None:
    await one


async def sent(app: AsyncApp, body: dict[str, Any], acknowledged: Spans) -> None:
    """Give the app what Slack sent, until it is acknowledged. Raises RuntimeError where it is not."""
    began = time.perf_counter()
    response = await app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
    if response.status != 200:
        raise RuntimeError(f"Slack was answered {response.status}")
    acknowledged.since(began)


def _acknowledging(app: AsyncApp) -> None:
    @app.command(COMMAND)
    async def typed(ack: AsyncAck) -> None:
        await ack()


@asynccontextmanager
async def _listening(muster: Installation) -> AsyncIterator[Callable[[int, Spans], Awaitable[None]]]:
    """As many workflows as there are incidents, each taking updates."""
    async with Worker(
        muster.client,
        task_queue=_TASK_QUEUE,
        workflows=[Listening],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        begun = [
            await muster.client.start_workflow(
                Listening.run, id=f"benchmark/{uuid.uuid4()}", task_queue=_TASK_QUEUE
            )
            for _ in range(INCIDENTS)
        ]

        async def update(number: int, spans: Spans) -> None:
            began = time.perf_counter()
            await begun[number % INCIDENTS].execute_update(Listening.nothing)
            spans.since(began)

        yield update
        for each in begun:
            await each.terminate()


def front(muster: Installation, keys: list[IncidentKey], people_there: int = PEOPLE) -> SlackFront:
    """What listens in a channel for each incident, in a workspace of so many people."""
    people = muster.directory.model_copy(update={"people": tuple(map(person, range(people_there)))})
    rooms = {f"C{number}": key for number, key in enumerate(keys)}

    async def opened_by(room: str) -> EffectId | None:
        return EffectId(f"{CONNECTION.id}/{rooms[room]}/room.open/room")

    return SlackFront(
        connection=CONNECTION,
        desk=muster.desk,
        directory=people,
        texts=muster.texts,
        rooms=RoomIncidents(CONNECTION, opened_by),
        render=_render(people),
        now=utc_now,
        views=muster.views,
        operator=OperatorLog(),
        members=SlackMembers(CONNECTION, slack_client("", "http://127.0.0.1:9/")),
        communities=muster.communities,
        origin=muster.settings.page_origin,
    )


def _render(people: Directory) -> Callable[[Any], Any]:
    render = SlackRenderer(account_of(people, CONNECTION))
    return lambda document: split(render, document)


def person(number: int) -> Person:
    """One of the workspace's people."""
    id = PersonId(f"unhcr-responder-{number}")
    return Person(id=id, organization=_UNHCR, identities={"slack": f"U{number}"})


async def _declared(muster: Installation, number: int) -> IncidentKey:
    speaker = Speaker(
        person=muster.directory.person(PersonId("unhcr-ciso")),
        command_id=CommandId(f"benchmark:{uuid.uuid4()}"),
        received_at=utc_now(),
    )
    reply = await muster.desk.hear(f"/incident declare Incident {number} severity=low", speaker)
    if reply.verdict is None or reply.verdict.incident is None:
        raise RuntimeError(f"the incident was not declared: {reply.document}")
    return reply.verdict.incident


def typed(
    slack: SlackBeside, number: int, text: str, room: str, people_there: int = PEOPLE
) -> dict[str, Any]:
    """A slash command as Slack sends it."""
    return {
        "team_id": slack.team,
        "channel_id": room,
        "user_id": f"U{number % people_there}",
        "command": COMMAND,
        "text": text,
        "response_url": slack.response_url(number),
        "trigger_id": uuid.uuid4().hex,
        "api_app_id": "A0MUSTER",
    }
