"""No free text in Temporal, and nothing that can be read there without the key."""

from collections.abc import Iterator

import pytest
from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.client import WorkflowHistory

from playbooks.domain.ids import IncidentKey
from tests.casts import naming
from tests.workflows.house import House
from tests.workflows.test_playbook import SMALL

pytestmark = pytest.mark.asyncio(loop_scope="session")

MARK = "Wolkenkuckucksheim"
"""Stands in every free text that is typed here."""

IN_THE_CLEAR = (b"unhcr-duty", b"wfp-duty", b"unhcr-ciso", b"critical", b"cyber", b"AMBER")
"""What would show that a payload, or an id, can be read."""


def _said(name: str) -> dict[str, str]:
    return {name: f"{name} of {MARK}"}


async def _lived(house: House) -> IncidentKey:
    """An incident in which everything that takes words was given some, some of it refused."""
    house.playbooks["small"] = SMALL.replace(b"task: Look at", f"task: {MARK}, look at".encode())
    key = await house.declared(joined=("WFP",), texts=_said("title"))
    await house.do("unhcr-duty", "note", key, texts=_said("note"))
    await house.do("unhcr-duty", "update", key, texts=_said("update"))
    await house.refused("wfp-responder", "severity", key, severity="low", texts=_said("reason"))
    await house.do("unhcr-duty", "severity", key, severity="critical", texts=_said("reason"))
    await house.do("unhcr-duty", "task.add", key, organization="UNHCR", texts=_said("text"))
    await house.do("unhcr-duty", "task.assign", key, task="UNHCR-1", **naming("wfp-duty"))
    await house.task(key, "WFP-1", "requested")
    await house.do("wfp-duty", "task.decline", key, task="WFP-1", texts=_said("reason"))
    await _asked(house, key)
    await _run(house, key)
    await house.do("unhcr-duty", "close", key, texts=_said("reason"))
    await house.ended(f"incident/{key}")
    return key


async def _asked(house: House, key: IncidentKey) -> None:
    asked = {"purpose": "approval", "asked": ["WFP"], "deadline_minutes": 5}
    await house.do("unhcr-duty", "ask", key, texts=_said("question"), **asked)
    answer = {"consultation": "C-1", "option": "approve"}
    await house.do("wfp-ciso", "answer", key, texts=_said("words"), **answer)
    await house.consultation_is(key, "C-1", "approved")


async def _run(house: House, key: IncidentKey) -> None:
    await house.do("unhcr-duty", "playbook.run", key, playbook="small")
    for text in ("files", "mail", "your side"):
        task = await house.waiting_task(key, text)
        answer = {"answer": task.answers[0]} if task.answers else {}
        who = f"{task.organization.casefold()}-responder"
        if task.status == "requested":
            await house.do(who, "task.accept", key, task=task.id)
        await house.do(who, "task.done", key, task=task.id, texts=_said("note"), **answer)
    await house.ended(f"playbook/{key}/R-1")


def _payloads(message: Message) -> Iterator[Payload]:
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
            yield from _payloads(each)


def _is_of_the_server(payload: Payload) -> bool:
    """What Temporal itself notes: its search attributes, and times and ids of local activities."""
    return payload.metadata["encoding"] in (b"json/plain", b"json/protobuf")


async def is_read_in(house: House, history: WorkflowHistory, word: str) -> bool:
    """Whether a word stands in a history, in the clear or for whoever has the key."""
    codec = house.muster.client.data_converter.payload_codec
    assert codec is not None
    for event in history.events:
        sealed = [each for each in _payloads(event) if not _is_of_the_server(each)]
        opened = await codec.decode(sealed) if sealed else []
        parts = (event.SerializeToString(), *(each.SerializeToString() for each in opened))
        if any(word.encode() in part for part in parts):
            return True
    return False


async def _histories(house: House, key: IncidentKey) -> list[WorkflowHistory]:
    found = [each async for each in house.muster.client.list_workflows() if str(key) in each.id]
    return [await house.handle(each.id).fetch_history() for each in found]


async def test_no_free_text_is_in_temporal_and_nothing_reads_without_the_key(house: House) -> None:
    key = await _lived(house)
    histories = await _histories(house, key)
    kinds = {history.workflow_id.partition("/")[0] for history in histories}
    assert kinds >= {"incident", "part", "consult", "playbook"}
    codec = house.muster.client.data_converter.payload_codec
    assert codec is not None
    read = 0
    for history in histories:
        for event in history.events:
            raw = event.SerializeToString()
            assert [each for each in (*IN_THE_CLEAR, MARK.encode()) if each in raw] == []
            sealed = [each for each in _payloads(event) if not _is_of_the_server(each)]
            opened = await codec.decode(sealed) if sealed else []
            read += len(opened)
            assert [each for each in opened if MARK.encode() in each.SerializeToString()] == []
    assert read > 100
    assert await _stands_in_the_record(house, key) > 15


async def _stands_in_the_record(house: House, key: IncidentKey) -> int:
    """The words are somewhere: looking for them in the wrong spelling would find nothing too."""
    entries = [entry async for _at, entry in house.muster.record.entries(key)]
    return sum(MARK in text for entry in entries for text in entry.texts.values())


async def test_what_a_person_is_called_is_in_no_id_that_temporal_shows(house: House) -> None:
    key = await house.declared()
    given = house.command("unhcr-duty", "note", key, texts=_said("note"))
    await house.gateway.submit(given.model_copy(update={"id": f"web:unhcr-duty:{key}"}))
    history = await house.handle(f"incident/{key}").fetch_history()
    assert b"unhcr-duty" not in b"".join(event.SerializeToString() for event in history.events)
