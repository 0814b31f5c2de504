"""Many commands for one incident wait in their order before it; those for another do not wait for them."""

import asyncio
from typing import Any, cast

from pydantic import BaseModel
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.ids import IncidentKey
from playbooks.domain.incident import IncidentState
from tests.casts import command
from workflows.client import Judges
from workflows.incident.messages import IncidentInput

ONE, OTHER = IncidentKey("INC-2026-0042"), IncidentKey("INC-2026-0043")
TEMPORAL_TAKES = 10


class Temporal:
    """Takes so many updates of one workflow at once and no more, and answers when it is let."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.under_way: dict[str, int] = {}
        self.answers = asyncio.Event()

    def get_workflow_handle(self, id: str) -> "Handle":
        return Handle(self, id)


class Handle:
    """One of its workflows."""

    def __init__(self, temporal: Temporal, id: str) -> None:
        self._temporal, self._id = temporal, id

    async def execute_update(self, _name: str, given: Command, **_more: Any) -> Verdict:
        under_way = self._temporal.under_way
        under_way[self._id] = under_way.get(self._id, 0) + 1
        assert under_way[self._id] < TEMPORAL_TAKES
        self._temporal.taken.append(given.id)
        await self._temporal.answers.wait()
        under_way[self._id] -= 1
        return Verdict(outcome=Outcome.DONE, code="note.done")


class Ending(Handle):
    """One that comes to its end as a command comes, and does not run any more when that comes again."""

    errors = (RPCStatusCode.FAILED_PRECONDITION, RPCStatusCode.NOT_FOUND)

    async def execute_update(self, _name: str, given: Command, **_more: Any) -> Verdict:
        status = self.errors[len(self._temporal.taken)]
        self._temporal.taken.append(given.id)
        raise RPCError("It ends.", status, b"")


class Over(Temporal):
    """Where it is started anew."""

    def get_workflow_handle(self, id: str) -> Handle:
        return Ending(self, id)

    async def execute_update_with_start_workflow(self, _name: str, given: Command, **_more: Any) -> Verdict:
        return Verdict(outcome=Outcome.DONE, code=f"{given.verb}.done")


async def test_a_command_that_meets_an_incident_at_its_end_is_given_to_the_one_that_is_started_from_the_record() -> (
    None
):
    temporal = Over()
    reopen = command("c-1", "reopen", "unhcr-duty", incident=ONE)

    async def begin() -> BaseModel:
        return IncidentInput(state=IncidentState(key=ONE))

    verdict = await Judges(cast("Client", temporal)).incident(reopen, ONE, begin)
    assert (verdict.code, temporal.taken) == ("reopen.done", ["c-1", "c-1"])


async def _nothing() -> BaseModel:
    raise NotImplementedError


async def test_thirty_commands_for_one_incident_are_taken_in_their_order_and_never_too_many_at_once() -> None:
    temporal = Temporal()
    judges = Judges(cast("Client", temporal))
    given = [command(f"c-{number:02}", "note", "unhcr-duty", incident=ONE) for number in range(30)]
    going = [asyncio.create_task(judges.incident(each, ONE, _nothing)) for each in given]
    elsewhere = command("other", "note", "unhcr-duty", incident=OTHER)
    other = asyncio.create_task(judges.incident(elsewhere, OTHER, _nothing))
    async with asyncio.timeout(30):
        while f"incident/{OTHER}" not in temporal.under_way:
            await asyncio.sleep(0)
        temporal.answers.set()
        verdicts = await asyncio.gather(*going, other)
    assert {verdict.outcome for verdict in verdicts} == {Outcome.DONE}
    assert [id for id in temporal.taken if id.startswith("c-")] == [each.id for each in given]
