"""Where playbooks are rehearsed: each in an incident of its own, with people who act by its script."""

import asyncio
import time
from collections.abc import Coroutine, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

from temporalio.client import Client, WorkflowFailureError
from temporalio.service import RPCError

from bot.embedded.time_skipping import SkippingClock
from bot.library import Library
from playbooks.cacao import limits
from playbooks.cacao.choices import deciding_values
from playbooks.cacao.course import KeptPlaybook
from playbooks.cacao.model import Playbook
from playbooks.domain.case import Case
from playbooks.domain.entry import Entry
from playbooks.domain.errors import NotFound
from playbooks.domain.fold import fold
from playbooks.domain.ids import CommandId, IncidentKey, OrganizationCode, RunId
from playbooks.domain.kinds import Kind
from playbooks.domain.organization import Directory
from playbooks.domain.told import plainly
from playbooks.ports.ledger import Ledger
from playbooks.ports.record import Record
from playbooks.rehearsal.acting import ASKING, Cast
from playbooks.rehearsal.manner import Does
from playbooks.rehearsal.report import Report
from playbooks.rehearsal.reporting import report_on
from playbooks.rehearsal.script import Script
from workflows import names
from workflows.rehearsal.messages import Recorded, RehearsalInput, Rehearsed
from workflows.rehearsal.worker import TASK_QUEUE
from workflows.rehearsal.workflow import RehearsalWorkflow

PATIENCE = 3 * limits.LONGEST_STEP
"""A run that still goes on after so long, by its own clock, is stuck: no step waits for longer than a third of it."""
_WITHIN = timedelta(seconds=10)
"""For what goes on after the run has ended: the last messages to the rooms."""
_GLANCE = timedelta(seconds=1)
_STANDS_STILL = timedelta(seconds=15)
"""Of real time; much longer than anything in a rehearsal takes, on a machine that has other things to do."""
_YEAR = 2026


class ClockStoppedError(Exception):
    """The clock that should run ahead does not, and nobody is at work."""


class Stage:
    """Rehearses one playbook after the other."""

    def __init__(
        self, client: Client, record: Record, ledger: Ledger, library: Library, directory: Directory
    ) -> None:
        self._client = client
        self._clock = SkippingClock(client)
        self._record = record
        self._ledger = ledger
        self._library = library
        self._directory = directory
        self._recorded = 0
        self._kept: dict[str, KeptPlaybook] = {}
        self._scripts: dict[IncidentKey, Script] = {}

    async def rehearse(self, content: bytes, playbook: Playbook, script: Script) -> Report:
        """What came of it."""
        number = len(self._scripts) + 1
        first = CommandId(f"rehearsal:INC-{_YEAR}-{number:04}:1")
        key = await self._ledger.allocate(first, script.setting.lead, _YEAR)
        self._scripts[key] = script
        self._kept[playbook.id] = await self._library.put_content(content)
        input = RehearsalInput(
            key=key, playbook=playbook.id, cast=cast_of(playbook, script), patience=PATIENCE
        )
        rehearsed = await self._watched(key, self._played(input))
        entries = [entry async for _, entry in self._record.entries(key)]
        return report_on(playbook, rehearsed.outcome, entries)

    async def _played(self, input: RehearsalInput) -> Rehearsed:
        async with self._clock.running_ahead():
            rehearsed: Rehearsed = await self._client.execute_workflow(
                RehearsalWorkflow.run, input, id=_rehearsal_id(input.key), task_queue=TASK_QUEUE
            )
        await self._clear(input.key)
        await self._clock.settle()
        return rehearsed

    async def _watched(self, key: IncidentKey, playing: Coroutine[Any, Any, Rehearsed]) -> Rehearsed:
        """When for a while nothing is recorded and the clock goes no faster than ours, the server forgot a lock.

        It is taken back then; where that does not help, or somebody is still at work, raises ClockStoppedError.
        """
        play, taken_back = asyncio.create_task(playing), False
        try:
            since, seen, shown = time.monotonic(), self._recorded, await self._clock.now()
            while not (await asyncio.wait((play,), timeout=_GLANCE.total_seconds()))[0]:
                now, skipped = time.monotonic(), await self._clock.now() - shown > 2 * _STANDS_STILL
                if self._recorded != seen or skipped:
                    since, seen, shown, taken_back = now, self._recorded, await self._clock.now(), False
                elif now - since > _STANDS_STILL.total_seconds():
                    if taken_back or await self._is_anybody_at_work(key):
                        raise ClockStoppedError
                    await self._clock.take_back()
                    since, shown, taken_back = now, await self._clock.now(), True
            return await play
        finally:
            play.cancel()
            await asyncio.wait((play,))

    async def _is_anybody_at_work(self, key: IncidentKey) -> bool:
        case = fold(key, [entry async for _, entry in self._record.entries(key)])
        for id in (_rehearsal_id(key), *_workflows(case)):
            with suppress(RPCError):
                found = await self._client.get_workflow_handle(id).describe()
                if found.raw_description.pending_activities:
                    return True
        return False

    async def _clear(self, key: IncidentKey) -> None:
        """Wait for what ends by itself, and end the rest: the next rehearsal finds nobody at work.

        The clock goes at its ordinary pace meanwhile, for what comes after an incident takes weeks.
        """
        case = fold(key, [entry async for _, entry in self._record.entries(key)])
        for id in _workflows(case):
            handle = self._client.get_workflow_handle(id)
            if not case.state.is_open:
                with suppress(RPCError, WorkflowFailureError, TimeoutError):
                    await asyncio.wait_for(handle.result(), _WITHIN.total_seconds())
            with suppress(RPCError):
                await handle.terminate("the rehearsal is over")
        with suppress(RPCError):
            await self._client.get_workflow_handle(names.review_id(key)).terminate("the rehearsal is over")

    async def tell(self, entries: tuple[Entry, ...]) -> None:
        """Tell the people of a rehearsal what they must know of."""
        self._recorded += len(entries)
        told = tuple(entry.without_words() for entry in entries if entry.kind in (*ASKING, Kind.RUN_END))
        if told and told[0].incident in self._scripts:
            handle = self._client.get_workflow_handle(_rehearsal_id(told[0].incident))
            with suppress(RPCError):  # the rehearsal is over; what still comes is of no consequence
                await handle.signal(RehearsalWorkflow.recorded, Recorded(entries=told))

    async def content_of(self, name: str) -> KeptPlaybook:
        """The hashes of a playbook and of those that it runs. Raises NotFound."""
        if name not in self._kept:
            raise NotFound(f"There is no playbook “{name}” here.", code="no_such_playbook")
        return self._kept[name]

    def fails(self, effect: str) -> bool:
        """Whether the script says of the step whose effect this is that it fails."""
        organization, _account, key, _action, occasion = effect.split("/", maxsplit=4)
        script = self._scripts.get(IncidentKey(key))
        if script is None or ".undo" in occasion:
            return False
        code = OrganizationCode(organization.upper())
        return any(
            step in occasion and script.manner(step, code).does is not Does.DO for step in script.steps
        )


def _rehearsal_id(key: IncidentKey | None) -> str:
    return f"rehearsal/{key}"


def _workflows(case: Case) -> Iterator[str]:
    """Every workflow of an incident that may have been started."""
    key = case.state.key
    yield names.incident_id(key)
    yield from (names.part_id(key, code) for code in case.state.parties)
    yield from (names.consult_id(key, id) for id in case.consultations)
    yield from (names.run_id(key, RunId(run)) for run in case.state.runs)
    yield from (names.retainer_id(key, call) for call in case.state.calls)


def cast_of(playbook: Playbook, script: Script) -> Cast:
    """The script with the steps that have a time of their own, and with what conditions turn on."""
    timeouts = {
        id: timedelta(milliseconds=step.timeout) for id, step in playbook.workflow.items() if step.timeout
    }
    deciding = {plainly(name): values for name, values in deciding_values(playbook).items()}
    return Cast(script=script, timeouts=timeouts, deciding=deciding)
