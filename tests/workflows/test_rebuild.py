"""The record alone is enough: what Temporal lost is put together from it and is the same."""

import pytest

from playbooks.domain.errors import NotFound
from playbooks.domain.ids import IncidentKey, OrganizationCode
from tests.workflows.house import House
from workflows.names import incident_id, part_id
from workflows.rebuilding import rebuild

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _lived(house: House) -> IncidentKey:
    key = await house.declared(joined=("WFP",))
    await house.do("unhcr-duty", "severity", key, severity="critical")
    await house.do("wfp-ciso", "awareness", key, aware_at="2026-11-21T22:00:00+00:00")
    await house.do("unhcr-duty", "update", key, every_minutes=60, texts={"update": "We are at it."})
    await house.do("unhcr-duty", "task.add", key, organization="WFP", due_minutes=5, texts={"text": "Look."})
    await house.refused("wfp-responder", "severity", key, severity="low")
    return key


async def test_a_rebuild_of_what_runs_finds_the_same_and_starts_nothing(house: House) -> None:
    key = await _lived(house)
    built = await rebuild(house.muster.record, house.muster.judges, key)
    assert (built.same, built.started) == (True, ())
    assert built.running == built.state


async def test_what_temporal_lost_is_started_from_the_record_in_the_same_state(house: House) -> None:
    key = await _lived(house)
    parts = [OrganizationCode(code) for code in ("UNHCR", "WFP")]
    before = [await house.live(key), *[await _part(house, key, code) for code in parts]]
    await house.lose(key)
    built = await rebuild(house.muster.record, house.muster.judges, key)
    assert built.same
    assert built.started == (*(part_id(key, code) for code in parts), incident_id(key))
    assert [await house.live(key), *[await _part(house, key, code) for code in parts]] == before
    await house.do("wfp-duty", "task.accept", key, task="WFP-1")
    await house.task(key, "WFP-1", "open")


async def test_a_command_finds_its_incident_again_without_a_rebuild(house: House) -> None:
    key = await _lived(house)
    await house.lose(key)
    await house.do("unhcr-duty", "severity", key, severity="low")
    await house.do("wfp-duty", "task.accept", key, task="WFP-1")
    await house.agrees(key)


async def test_there_is_nothing_to_rebuild_of_what_was_never_declared(house: House) -> None:
    with pytest.raises(NotFound):
        await rebuild(house.muster.record, house.muster.judges, IncidentKey("INC-2026-9998"))


async def _part(house: House, key: IncidentKey, organization: OrganizationCode) -> object:
    return await house.handle(part_id(key, organization)).query("state")
