"""The clocks of a call on a clock that runs ahead: told in time, breached once, silent for a vendor that came."""

from datetime import datetime, timedelta

import pytest
from temporalio import activity
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from integrations.simulated.ledger import SimulatedLedger
from integrations.simulated.record import SimulatedRecord
from playbooks.actions.effect import EffectOutcome, EffectRequest, OutcomeState
from playbooks.domain.circle.retainer import Clock
from playbooks.domain.entry import Entry
from playbooks.domain.kinds import Kind
from playbooks.domain.situation import Situation
from tests.casts import KEY, NOON, agreement, declared
from workflows import names
from workflows.activities.recording import RecordingActivities, WordsFrom
from workflows.retainer.messages import RetainerInput
from workflows.retainer.workflow import RetainerWorkflow
from workflows.sandbox import sandboxed_runner


async def wordless(_words: WordsFrom) -> dict[str, str]:
    return {}


class Vendor:
    """What the rooms and the pagers were asked."""

    def __init__(self) -> None:
        self.asked: list[EffectRequest] = []

    @activity.defn(name="perform_effect")
    async def perform_effect(self, request: EffectRequest) -> EffectOutcome:
        self.asked.append(request)
        return EffectOutcome(state=OutcomeState.DONE)


async def played(
    environment: WorkflowEnvironment, *, met: tuple[Clock, ...] = (), told: tuple[str, ...] = ()
) -> tuple[list[Entry], list[EffectRequest]]:
    """What was recorded and asked for until the clocks had nothing more to tell; `met` at once."""
    scene = declared(joined=("WFP",))
    (called,) = scene.do("unhcr-ciso", "retainer.activate", agreement=agreement().model_dump(mode="json"))
    now = await environment.get_current_time()
    call = scene.state.calls["V-1"].model_copy(update={"called_at": now, "met": dict.fromkeys(met, now)})
    state = scene.state.model_copy(update={"calls": {"V-1": call}})
    record = SimulatedRecord(SimulatedLedger(lambda: NOON))
    recording, vendor = RecordingActivities(record, SimulatedLedger(lambda: NOON), wordless), Vendor()
    decisions = Worker(
        environment.client,
        task_queue=names.TASK_QUEUE,
        workflows=[RetainerWorkflow],
        activities=[recording.record_decision],
        workflow_runner=sandboxed_runner(),
    )
    door = Worker(environment.client, task_queue=names.DOOR_TASK_QUEUE, activities=[vendor.perform_effect])
    given = RetainerInput(call="V-1", situation=Situation(incident=state), called=called, told=told)
    async with decisions, door:
        await environment.client.execute_workflow(
            RetainerWorkflow.run, given, id=f"retainer/{KEY}/V-1", task_queue=names.TASK_QUEUE
        )
    return [entry async for _at, entry in record.entries(KEY)], vendor.asked


async def test_a_vendor_that_never_comes_is_told_of_before_and_recorded_after(
    time_skipping: WorkflowEnvironment,
) -> None:
    entries, asked = await played(time_skipping)
    assert [(entry.kind, entry.data["clock"]) for entry in entries] == [
        (Kind.RETAINER_WARN, "acknowledged"),
        (Kind.RETAINER_MISS, "acknowledged"),
        (Kind.RETAINER_WARN, "remote"),
        (Kind.RETAINER_MISS, "remote"),
    ]
    for entry in (each for each in entries if each.kind == Kind.RETAINER_MISS):
        late = entry.at - datetime.fromisoformat(entry.data["owed_at"])
        assert timedelta() <= late < timedelta(minutes=1)
    paged = [request.connection for request in asked if request.action == "page.trigger"]
    assert paged == ["unhcr/pager", "unhcr/pager"]
    assert {request.connection for request in asked if request.action == "message.post"} == {
        "unhcr/chat",
        "wfp/chat",
    }


@pytest.mark.parametrize(
    ("met", "told", "left"),
    [
        ((Clock.REMOTE,), (), []),
        ((Clock.ACKNOWLEDGED,), (), ["remote", "remote"]),
        ((), ("acknowledged/soon", "acknowledged/missed", "remote/soon"), ["remote"]),
    ],
)
async def test_what_was_met_or_told_already_is_told_no_more(
    time_skipping: WorkflowEnvironment, met: tuple[Clock, ...], told: tuple[str, ...], left: list[str]
) -> None:
    entries, _asked = await played(time_skipping, met=met, told=told)
    assert [entry.data["clock"] for entry in entries] == left
