"""Record the histories that are replayed: one small incident on the real servers.

`python -m tests.replay.record` writes them anew. They are kept without encryption, so that no key is committed and a
change can be read; every word in them is a code, as in any history.
"""

import asyncio
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from google.protobuf.message import Message
from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowHistory
from temporalio.converter import PayloadCodec

from bot.composition.installation import utc_now
from bot.embedded import embedded_postgres, embedded_temporal
from integrations.postgres.content import PostgresContent
from integrations.postgres.migrate import migrate
from playbooks.domain.ids import IncidentKey
from tests.casts import naming
from tests.workflows.house import House, until
from tests.workflows.house import house as at_work
from tests.workflows.nested import INNER, OUTER
from tests.workflows.test_playbook import SMALL
from workflows.payloads.codec import ENCODING

HISTORIES = Path(__file__).with_name("histories")
"""A folder for each release, and one for what is not released yet: this one alone is recorded anew."""
UNRELEASED = HISTORIES / "unreleased"
MOST_EVENTS = 40
TICKETS = (
    b"playbook: Tickets\ndescription: One after another.\ntypes: [notification]\n"
    b"created: 2026-11-22T08:00:00.000Z\nagents:\n  lead organization: {organization: lead}\nsteps:\n"
    + b"".join(
        b"  - {step: Ticket %d, ticket: {summary: T}, by: lead organization, function: cyber}\n" % number
        for number in range(1, 9)
    )
)
CONTENTS = "contents"
"""Beside the histories: playbooks by the hash of their content, which a history speaks of and does not hold."""


async def play(house: House) -> IncidentKey:
    """An incident in which every workflow does what it can do, shortly."""
    house.playbooks["small"] = SMALL
    key = await house.declared(joined=("WFP",))
    await house.do("unhcr-duty", "severity", key, severity="critical")
    await house.refused("wfp-responder", "severity", key, severity="low")
    await house.do("unhcr-duty", "task.add", key, organization="UNHCR", texts={"text": "Look."})
    await house.do("unhcr-duty", "task.assign", key, task="UNHCR-1", **naming("wfp-duty"))
    await house.task(key, "WFP-1", "requested")
    await house.do("wfp-duty", "task.decline", key, task="WFP-1")
    asked: dict[str, Any] = {"purpose": "status_call", "asked": ["WFP", "UNHCR"], "deadline_minutes": 5}
    await house.do("unhcr-duty", "ask", key, **asked)
    for who in ("wfp-ciso", "unhcr-ciso"):
        await house.do(who, "answer", key, consultation="C-1", option="affected")
    await house.consultation_is(key, "C-1", "answered")
    await _run(house, key)
    await _nested(house, key)
    await _carried_on(house, key)
    await _called(house, key)
    await house.do("unhcr-duty", "close", key)
    await _review(house, key)
    for kind in ("incident", "part/UNHCR", "part/WFP", "review"):
        await house.ended(f"{kind}/{key}")
    return key


async def _called(house: House, key: IncidentKey) -> None:
    await house.do("unhcr-ciso", "retainer.activate", key)
    await house.runs(f"retainer/{key}/V-1", query="told")
    await house.do("unhcr-duty", "retainer.confirm", key, what="remote")
    await house.ended(f"retainer/{key}/V-1")
    await house.do("wfp-duty", "retainer.hours", key, hours="120.25")
    await house.do("wfp-ciso", "answer", key, consultation="C-2", option="approve")
    await until(lambda: _is_logged(house, key), "the hours were agreed to")


async def _is_logged(house: House, key: IncidentKey) -> bool:
    return bool((await house.live(key)).calls["V-1"].logged)


async def _review(house: House, key: IncidentKey) -> None:
    await house.runs(f"review/{key}")
    await house.do("unhcr-ciso", "review.save", key, base=0, sha256="9f2c", texts={"summary": "All is said."})
    await house.refused("wfp-duty", "review.save", key, base=0, sha256="0a1b", texts={"summary": "And more."})
    long_ago = utc_now() - timedelta(days=2)
    await house.do("wfp-duty", "review.action", key, at=long_ago, due_minutes=60, texts={"text": "Learn."})
    await house.do("wfp-duty", "review.done", key, item="A-1")
    await house.do("unhcr-duty", "review.sign", key, role="command", version=1)
    await house.do("unhcr-ciso", "review.sign", key, role="lead", version=1)
    await house.do("unhcr-ciso", "review.publish", key, marking="TLP:AMBER", version=1)


async def _run(house: House, key: IncidentKey) -> None:
    await house.do("unhcr-duty", "playbook.run", key, playbook="small")
    for text in ("files", "mail", "your side"):
        task = await house.waiting_task(key, text)
        who = f"{task.organization.casefold()}-responder"
        if task.status == "requested":
            await house.do(who, "task.accept", key, task=task.id)
        answer = {"answer": task.answers[0]} if task.answers else {}
        await house.do(who, "task.done", key, task=task.id, **answer)
    await house.ended(f"playbook/{key}/R-1")


async def _nested(house: House, key: IncidentKey) -> None:
    """A playbook in a playbook, steered by people: paused, resumed, a step tried again, a step skipped."""
    house.playbooks |= {"outer": OUTER, "inner": INNER}
    await house.do("unhcr-duty", "playbook.run", key, playbook="outer")
    task = await house.waiting_task(key, "inside")
    await house.do("unhcr-duty", "playbook.pause", key, run="R-2")
    await house.do("unhcr-duty", "task.decline", key, task=task.id)
    await house.do("unhcr-duty", "playbook.resume", key, run="R-2")
    await until(lambda: _is_asked(house, key), "the commander is asked")
    await house.do("unhcr-duty", "playbook.retry", key, run="R-2", step="1.1")
    again = await until(lambda: _asked_again(house, key), "the step is tried again")
    await house.do("unhcr-duty", "task.done", key, task=again, answer="true")
    await house.waiting_task(key, "Write down")
    await house.do("unhcr-duty", "playbook.skip", key, run="R-2", step="1.2", texts={"reason": "Known."})
    task = await house.waiting_task(key, "Tell everybody")
    await house.do("unhcr-duty", "task.done", key, task=task.id)
    await house.ended(f"playbook/{key}/R-2")


async def _carried_on(house: House, key: IncidentKey) -> None:
    """A playbook whose run goes on in a new run of its workflow."""
    house.playbooks["tickets"] = TICKETS
    await house.do("unhcr-duty", "playbook.run", key, playbook="tickets")
    await house.runs(f"playbook/{key}/R-3", "course")
    await house.ended(f"playbook/{key}/R-3")


def _short_runs(id: str) -> AbstractContextManager[object]:
    """Runs of this one workflow are told after few events that they have grown long."""
    told = workflow.Info.is_continue_as_new_suggested

    def is_suggested(info: workflow.Info) -> bool:
        is_long = info.workflow_id.endswith(id) and info.get_current_history_length() > MOST_EVENTS
        return is_long or told(info)

    return patch.object(workflow.Info, "is_continue_as_new_suggested", is_suggested)


async def _asked_again(house: House, key: IncidentKey) -> str | None:
    tasks = (await house.case(key)).open_tasks
    return next((task.id for task in tasks if task.answers == ("true", "false")), None)


async def _is_asked(house: House, key: IncidentKey) -> bool:
    return any("retry" in task.answers for task in (await house.case(key)).open_tasks)


def payloads(message: Message) -> Iterator[Payload]:
    """Every payload anywhere in a message, those of maps and of failures among them."""
    if isinstance(message, Payload):
        yield message
        return
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        if field.message_type.GetOptions().map_entry:
            inner = [each for each in value.values() if isinstance(each, Message)]
        else:
            inner = list(value) if field.is_repeated else [value]
        for each in inner:
            yield from payloads(each)


async def _opened(history: WorkflowHistory, codec: PayloadCodec) -> str:
    """The history as text: payloads decrypted, no machine named."""
    for event in history.events:
        for payload in payloads(event):
            if payload.metadata.get("encoding") == ENCODING:
                (plain,) = await codec.decode([payload])
                payload.CopyFrom(plain)
    return json.dumps(_unnamed(json.loads(history.to_json())), indent=1, ensure_ascii=False) + "\n"


def _unnamed(value: Any) -> Any:
    if isinstance(value, list):
        return [_unnamed(each) for each in value]
    if not isinstance(value, dict):
        return value
    plain = {name: _unnamed(each) for name, each in value.items()}
    if "identity" in plain:
        plain["identity"] = "worker"
    if plain.get("kind") == "TASK_QUEUE_KIND_STICKY":
        plain["name"] = "sticky"
    return plain


async def write(house: House, key: IncidentKey) -> None:
    """Write the histories of an incident's workflows."""
    codec = house.muster.client.data_converter.payload_codec
    assert codec is not None
    shutil.rmtree(UNRELEASED, ignore_errors=True)
    (UNRELEASED / CONTENTS).mkdir(parents=True)
    case = await house.case(key)
    for sha256 in sorted(
        {hash for run in case.runs.values() for hash in (run.content, *run.carried.values())}
    ):
        kept = await PostgresContent(house.muster.pool).get(sha256)
        (UNRELEASED / CONTENTS / sha256).write_bytes(kept)
    ids = (
        "incident/{}",
        "part/UNHCR/{}",
        "part/WFP/{}",
        "consult/{}/C-1",
        "playbook/{}/R-1",
        "playbook/{}/R-2",
        "review/{}",
        "retainer/{}/V-1",
    )
    for id in (id.format(key) for id in ids):
        history = await house.handle(id).fetch_history()
        name = id.replace(f"/{key}", "").replace("/", "-").lower()
        (UNRELEASED / f"{name}.json").write_text(await _opened(history, codec), "utf-8")
    for number, history in enumerate(await _runs(house, f"playbook/{key}/R-3"), start=1):
        text = await _opened(_suggested(history), codec)
        (UNRELEASED / f"playbook-r-3-{number}.json").write_text(text, "utf-8")


async def _runs(house: House, id: str) -> list[WorkflowHistory]:
    """The histories of each run of a workflow that went on as new, the first run's first."""
    client, found = house.muster.client, list[WorkflowHistory]()
    run_id: str | None = None
    while run_id != "":
        found.insert(0, await client.get_workflow_handle(id, run_id=run_id).fetch_history())
        run_id = found[0].events[0].workflow_execution_started_event_attributes.continued_execution_run_id
    return found


def _suggested(history: WorkflowHistory) -> WorkflowHistory:
    """The history as the server would have written it, had it been the one to say that the run has grown long."""
    for event in history.events:
        if event.HasField("workflow_task_started_event_attributes") and event.event_id > MOST_EVENTS:
            event.workflow_task_started_event_attributes.suggest_continue_as_new = True
    return history


async def _main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="muster-record-", dir="/tmp"))
    folder.chmod(0o711)
    (folder / "house").mkdir()
    try:
        async with (
            embedded_postgres(folder) as postgres,
            embedded_temporal(folder, ui=False, persistent=False) as temporal,
        ):
            await migrate(postgres.dsn)
            async with at_work(folder / "house", postgres.dsn, temporal.address, "recorded") as house:
                with _short_runs("/R-3"):
                    await write(house, await play(house))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    asyncio.run(_main())
