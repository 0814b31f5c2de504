"""Runs of one playbook, started as a person starts them, for whatever is measured of them."""

import uuid
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any, Self

from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from benchmarks.ground import PATIENCE_S, until
from bot.commands.desk import Speaker
from bot.composition.installation import Installation, utc_now
from playbooks.cacao.course import KeptPlaybook
from playbooks.domain.actor import Actor
from playbooks.domain.command import Command, Outcome
from playbooks.domain.entry import Entry
from playbooks.domain.ids import CommandId, IncidentKey, PersonId, RunId
from playbooks.domain.kinds import Kind
from workflows import names
from workflows.gateway import CommandGateway

_PERSON = PersonId("unhcr-ciso")
_HEAD = """playbook: Benchmark
description: Tickets.
types: [notification]
created: 2026-11-22T08:00:00.000Z
agents:
  lead organization: {organization: lead}
steps:
"""
_STREAMS = """  - step: All streams
    parallel:
"""


def tickets(steps: int, streams: int = 1) -> bytes:
    """A playbook of so many steps that open a ticket each: one after another, in as many streams side by side."""
    each = steps // streams
    if streams == 1:
        return (_HEAD + "".join(_step(number, 2) for number in range(1, steps + 1))).encode()
    branches = (
        f"      Stream {stream + 1}:\n"
        + "".join(_step(stream * each + number, 8) for number in range(1, each + 1))
        for stream in range(streams)
    )
    return (_HEAD + _STREAMS + "".join(branches)).encode()


def _step(number: int, indent: int) -> str:
    said = f"{{step: Ticket {number}, ticket: {{summary: T}}, by: lead organization, function: coordination}}"
    return f"{' ' * indent}- {said}\n"


class Runs:
    """One playbook, run as often as is asked on an incident of its own, through the installation's own gateway."""

    def __init__(self, muster: Installation, key: IncidentKey, kept: KeptPlaybook, steps: int) -> None:
        self.key = key
        self._muster = muster
        self._steps = steps

        async def put(_name: str) -> KeptPlaybook:
            return kept

        self._gateway = CommandGateway(
            muster.ledger,
            muster.record,
            muster.inbox,
            muster.judges,
            put,
            muster.cases.case,
            muster.groups,
            utc_now,
        )

    @classmethod
    async def of(cls, muster: Installation, content: bytes, steps: int) -> Self:
        """On an incident that is declared for it; the playbook is read and kept before."""
        kept = await muster.library.put_content(content)
        speaker = Speaker(
            person=muster.directory.person(_PERSON), command_id=_fresh_id(), received_at=utc_now()
        )
        reply = await muster.desk.hear("/incident declare A benchmark severity=low", speaker)
        if reply.verdict is None or reply.verdict.incident is None:
            raise RuntimeError(f"the incident was not declared: {reply.document}")
        return cls(muster, reply.verdict.incident, kept, steps)

    async def run(self, patience_s: float = PATIENCE_S) -> RunId:
        """One run, from its start to its end."""
        run = await self.start()
        handle = self.handle(run)

        async def ended() -> str | None:
            try:
                return await handle.result()
            except RPCError as error:  # the answer comes before the run has begun
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
                return None

        outcome = await until(ended, patience_s=patience_s)
        if outcome != "successful":
            raise RuntimeError(f"the run of the benchmark ended {outcome}")
        return run

    async def start(self) -> RunId:
        """One run, as a person starts it."""
        verdict = await self._gateway.submit(
            Command(
                id=_fresh_id(),
                verb="playbook.run",
                actor=Actor.of(self._muster.directory.person(_PERSON)),
                incident=self.key,
                args={"playbook": "benchmark"},
                received_at=utc_now(),
            )
        )
        if verdict.outcome is not Outcome.DONE:
            raise RuntimeError(f"the run of the benchmark was refused: {verdict.sentence}")
        return RunId(verdict.args["run"])

    def handle(self, run: RunId) -> WorkflowHandle[Any, str]:
        """The workflow of a run."""
        return self._muster.client.get_workflow_handle(names.run_id(self.key, run), result_type=str)

    async def histories(self, run: RunId) -> list[tuple[int, int]]:
        """Events and bytes of each history that a run went on in, once Temporal lists the last one."""
        asked = f"WorkflowId = '{names.run_id(self.key, run)}'"

        async def listed() -> list[tuple[int, int]] | None:
            found = [each async for each in self._muster.client.list_workflows(asked)]
            sizes = [(each.history_length, each.raw_info.history_size_bytes) for each in found]
            return sizes if any(each.status is WorkflowExecutionStatus.COMPLETED for each in found) else None

        return await until(listed)

    async def span(self, run: RunId) -> float:
        """Seconds for one step of a run, from the beginning of the first to the end of the last."""
        began = min([entry.at async for entry in self.entries(Kind.STEP_START) if entry.data["run"] == run])
        ended = max([entry.at async for entry in self.entries(Kind.STEP_SETTLE) if entry.data["run"] == run])
        return (ended - began).total_seconds() / self._steps

    async def check(self) -> None:
        """Raise RuntimeError unless every step of every run began once, ended well, and opened one ticket."""
        for kind in (Kind.STEP_START, Kind.STEP_SETTLE):
            told = Counter([(entry.data["run"], entry.data["step"]) async for entry in self.entries(kind)])
            per_run = Counter(run for run, _step in told)
            if set(told.values()) != {1} or set(per_run.values()) != {self._steps}:
                raise RuntimeError(f"the steps of the benchmark did not each have one {kind}: {per_run}")
        outcomes = Counter([entry.data["outcome"] async for entry in self.entries(Kind.STEP_SETTLE)])
        tickets = Counter(
            [
                entry.subject
                async for entry in self.entries(Kind.EFFECT_CONCLUDE)
                if entry.data["action"] == "ticket.create" and "/R-" in entry.subject
            ]
        )
        if set(outcomes) != {"success"} or len(tickets) != outcomes["success"]:
            raise RuntimeError(f"the steps ended so: {outcomes}; and opened {len(tickets)} tickets")

    async def entries(self, kind: Kind) -> AsyncIterator[Entry]:
        """What the record tells of this kind, in its order."""
        async for _, entry in self._muster.record.entries(self.key):
            if entry.kind == kind:
                yield entry


def _fresh_id() -> CommandId:
    return CommandId(f"benchmark:{uuid.uuid4()}")
