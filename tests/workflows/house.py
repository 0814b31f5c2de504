"""Gateway and workers on the real Temporal and the real PostgreSQL, the vendors simulated: people give commands."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from bot.commands.desk import Reply, Speaker
from bot.composition.installation import Installation, installation, utc_now
from bot.composition.worker import working
from bot.first_start import prepared
from bot.settings import Settings
from playbooks.cacao.course import KeptPlaybook
from playbooks.domain.case import Case
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.ids import CommandId, ConsultationId, IncidentKey, OrganizationCode, TaskId
from playbooks.domain.incident import IncidentState
from playbooks.domain.kinds import Kind
from playbooks.domain.task import Task
from tests.casts import command
from tests.contract.fakes.machine import FakeMachine
from workflows import names
from workflows.gateway import CommandGateway

Found = TypeVar("Found")
LOOK = 0.02
PATIENCE = timedelta(seconds=150)
_DAY = Duration(seconds=86_400)


async def until(look: Callable[[], Awaitable[Found | None]], what: str) -> Found:
    """Look until there is something; fails after a while and says what was waited for."""
    deadline = time.monotonic() + PATIENCE.total_seconds()
    while time.monotonic() < deadline:
        if found := await look():
            return found
        await asyncio.sleep(LOOK)
    raise AssertionError(f"{what}: not within {PATIENCE.total_seconds():.0f} s")


class House:
    """One installation at work. Each test declares incidents of its own."""

    lead = OrganizationCode("UNHCR")

    def __init__(self, muster: Installation) -> None:
        self.muster = muster
        self.library = muster.library
        self.playbooks: dict[str, bytes] = {}
        """Playbooks of a test by name, beside those that ship."""
        self.machine = FakeMachine()
        """What playbooks may call here; whoever serves one puts it in this place."""
        self._ids = count(1)
        self.gateway = CommandGateway(
            muster.ledger,
            muster.record,
            muster.inbox,
            muster.judges,
            self._content,
            muster.cases.case,
            muster.groups,
            utc_now,
            muster.retainers,
            muster.trust,
            muster.rotas,
            muster.communities,
        )

    def command(
        self, who: str, verb: str, key: IncidentKey | None, *, at: datetime | None = None, **said: Any
    ) -> Command:
        """A command with an id of its own."""
        id = f"test:{next(self._ids)}"
        return command(id, verb, who, at=at or utc_now(), incident=key, **said)

    async def do(self, who: str, verb: str, key: IncidentKey | None, **said: Any) -> Verdict:
        """Have a command judged; fails when it is refused."""
        verdict = await self.gateway.submit(self.command(who, verb, key, **said))
        assert verdict.outcome is Outcome.DONE, verdict
        return verdict

    async def say(self, who: str, line: str) -> Reply:
        """Say a line at the desk, as in a terminal."""
        said = CommandId(f"test:{next(self._ids)}")
        person = self.muster.directory.person(who)
        return await self.muster.desk.hear(
            line, Speaker(person=person, command_id=said, received_at=utc_now())
        )

    async def refused(self, who: str, verb: str, key: IncidentKey | None, **said: Any) -> Verdict:
        """Have a command judged; fails when it is let through."""
        verdict = await self.gateway.submit(self.command(who, verb, key, **said))
        assert verdict.outcome is Outcome.REFUSED, verdict
        return verdict

    async def declared(self, *, joined: Iterable[str] = (), **said: Any) -> IncidentKey:
        """An incident that UNHCR leads, with these organizations invited and joined."""
        said = {"severity": "high", "texts": {"title": "Ransomware on file servers"}, **said}
        verdict = await self.do("unhcr-duty", "declare", None, **said)
        key = verdict.incident
        assert key is not None
        for organization in joined:
            await self.do("unhcr-duty", "invite", key, organizations=[organization])
            await self.do(f"{organization.casefold()}-duty", "join", key)
            await self.runs(f"part/{organization}/{key}")
        return key

    async def case(self, key: IncidentKey) -> Case:
        """The whole case as the record tells it."""
        return await self.muster.cases.case(key)

    async def live(self, key: IncidentKey) -> IncidentState:
        """The incident as its workflow tells it."""
        return await self.muster.judges.incident_state(key)

    async def agrees(self, key: IncidentKey) -> None:
        """Wait for workflow and record to tell the same of the incident, while entries are still being written."""

        async def look() -> bool:
            return await self.live(key) == (await self.case(key)).state

        await until(look, f"workflow and record agree on {key}")

    async def task(self, key: IncidentKey, id: str, status: str) -> Task:
        """Wait for a task to stand so."""

        async def look() -> Task | None:
            task = (await self.case(key)).tasks.get(TaskId(id))
            return task if task is not None and task.status == status else None

        return await until(look, f"{id} is {status}")

    async def waiting_task(self, key: IncidentKey, text: str) -> Task:
        """Wait for an open or requested task whose words hold this."""

        async def look() -> Task | None:
            for entry in [entry async for _position, entry in self.muster.record.entries(key)]:
                if entry.kind in (Kind.TASK_ADD, Kind.TASK_REQUEST) and text in "\n".join(
                    entry.texts.values()
                ):
                    task = (await self.case(key)).tasks.get(TaskId(entry.data["task"]))
                    if task is not None and not task.is_settled:
                        return task
            return None

        return await until(look, f"a task that says “{text}”")

    async def other_task(self, key: IncidentKey, text: str, *, than: Task) -> Task:
        """Wait for another open task with these words, to be done, not to choose."""

        async def look() -> Task | None:
            words = {
                entry.data["task"]: "\n".join(entry.texts.values())
                async for _position, entry in self.muster.record.entries(key)
                if entry.kind in (Kind.TASK_ADD, Kind.TASK_REQUEST)
            }
            tasks = (await self.case(key)).open_tasks
            found = (each for each in tasks if each.id != than.id and not each.answers)
            return next((each for each in found if text in words.get(each.id, "")), None)

        return await until(look, f"another task that says “{text}”")

    async def consultation_is(self, key: IncidentKey, id: str, outcome: str) -> None:
        """Wait for a question to have ended so, in the record and in the incident."""

        async def look() -> bool:
            found = (await self.case(key)).consultations.get(ConsultationId(id))
            live = (await self.live(key)).consultations.get(id)
            return found is not None and found.outcome == outcome == live

        await until(look, f"{id} is {outcome}")

    async def runs(self, workflow_id: str, query: str = "state") -> None:
        """Wait for a workflow to have been started and to answer."""

        async def look() -> bool:
            try:
                await self.handle(workflow_id).query(query)
            except RPCError:
                return False
            return True

        await until(look, f"{workflow_id} runs")

    def handle(self, workflow_id: str) -> Any:
        """A workflow by its id."""
        return self.muster.client.get_workflow_handle(workflow_id)

    async def lose(self, key: IncidentKey) -> None:
        """Temporal loses the incident and its parts."""
        state = (await self.case(key)).state
        ids = [names.incident_id(key), *(names.part_id(key, code) for code in state.active_parties)]
        for id in ids:
            await self.handle(id).terminate("lost")

    async def ended(self, workflow_id: str) -> None:
        """Wait for a workflow to have completed."""
        handle = self.handle(workflow_id)
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                await handle.result()
        except TimeoutError:
            raise AssertionError(f"{workflow_id} goes on, with {await _pending(handle)}") from None

    async def _content(self, name: str) -> KeptPlaybook:
        if name in self.playbooks:
            return await self.library.put_content(self.playbooks[name], self.playbooks.values())
        return await self.library.put(name)


async def _pending(handle: Any) -> str:
    """What a workflow waits for, as Temporal tells it."""
    raw = (await handle.describe()).raw_description
    return "\n".join(map(str, raw.pending_activities)) or "nothing pending"


@asynccontextmanager
async def house(
    data: Path,
    database: str,
    temporal_address: str,
    namespace: str,
    connections: Path | None = None,
    directory: Path | None = None,
) -> AsyncIterator[House]:
    """A house at work, in a namespace of its own on a Temporal that others use too."""
    await registered(temporal_address, namespace)
    settings = Settings(
        data=data,
        database_url=database,
        temporal_address=temporal_address,
        temporal_namespace=namespace,
        directory=directory or Path(str(files("playbooks.directory") / "demo_people.yaml")),
        connections=connections,
        retainers=Path(str(files("playbooks.directory") / "demo_retainers.yaml")),
    )
    async with installation(prepared(settings)) as muster, working(muster):
        yield House(muster)


async def registered(address: str, namespace: str) -> None:
    """Have a namespace of its own served."""
    client = await Client.connect(address)
    await client.workflow_service.register_namespace(
        RegisterNamespaceRequest(namespace=namespace, workflow_execution_retention_period=_DAY)
    )
    there = await Client.connect(address, namespace=namespace)

    async def served() -> bool:
        try:
            await there.count_workflows()
        except RPCError:
            return False
        return True

    await until(served, f"the namespace {namespace} is served")
