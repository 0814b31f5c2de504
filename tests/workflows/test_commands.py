"""Commands on a running incident: each is judged once and answered, whatever is in it."""

import asyncio
from typing import Any

import pytest

from playbooks.domain.command import Outcome
from playbooks.domain.ids import IncidentKey
from tests.casts import naming
from tests.workflows.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_an_incident_is_declared_and_led_on(house: House) -> None:
    key = await house.declared(joined=("WFP",))
    await house.do("unhcr-duty", "severity", key, severity="critical")
    await house.do("unhcr-duty", "phase", key, phase="respond")
    await house.do("unhcr-duty", "transfer", key, **naming("unhcr-ciso"))
    refused = await house.refused("unhcr-responder", "transfer", key, **naming("unhcr-duty"))
    assert (refused.code, refused.source) == ("not_entitled", "policy")
    state = await house.live(key)
    assert (state.severity, state.phase) == ("critical", "respond")
    assert state.roles == {"incident_commander": "unhcr-ciso"}
    await house.agrees(key)


async def test_the_same_command_gets_the_same_verdict_and_is_recorded_once(house: House) -> None:
    key = await house.declared()
    given = house.command("unhcr-duty", "note", key, texts={"note": "Once."})
    verdicts = await asyncio.gather(*(house.gateway.submit(given) for _ in range(5)))
    assert len({verdict.model_dump_json() for verdict in verdicts}) == 1
    notes = [each async for _at, each in house.muster.record.entries(key) if each.kind == "incident:note:add"]
    assert [each.texts for each in notes] == [{"note": "Once."}]


async def test_the_same_declaration_declares_one_incident(house: House) -> None:
    given = house.command("unhcr-duty", "declare", None, severity="high", texts={"title": "Once"})
    verdicts = await asyncio.gather(*(house.gateway.submit(given) for _ in range(5)))
    assert len({verdict.incident for verdict in verdicts}) == 1


async def test_a_refusal_is_repeated_too_though_it_would_be_let_through_by_now(house: House) -> None:
    key = await house.declared()
    given = house.command("wfp-duty", "note", key, texts={"note": "Too early."})
    first = await house.gateway.submit(given)
    await house.do("unhcr-duty", "invite", key, organizations=["WFP"])
    await house.do("wfp-duty", "join", key)
    assert await house.gateway.submit(given) == first
    assert (first.outcome, first.code) == (Outcome.REFUSED, "not_found")


@pytest.mark.parametrize(
    ("verb", "args"),
    [
        ("severity", {}),
        ("severity", {"severity": 7}),
        ("severity", {"severity": ["high"]}),
        ("phase", {"phase": "lunch"}),
        ("role", {"role": "scribe"}),
        ("transfer", {"person": "unhcr-ciso"}),
        ("invite", {"organizations": {"code": "WFP"}}),
        ("awareness", {"aware_at": "yesterday"}),
        ("awareness", {"aware_at": 10**30}),
        ("awareness", {"aware_at": "2026-11-22T10:00:00"}),
        ("restrict", {"named": "everybody"}),
        ("restrict", {"named": [1, 2]}),
        ("update", {"every_minutes": 10**12}),
        ("update", {"every_minutes": "soon"}),
        ("ask", {"purpose": "approval", "asked": "WFP", "deadline_minutes": 5}),
        ("ask", {"purpose": "approval", "asked": ["UNHCR"], "deadline_minutes": 0}),
        ("ask", {"purpose": "vote", "asked": ["UNHCR"], "deadline_minutes": 5}),
        ("ask", {"purpose": "approval", "asked": ["UNHCR"], "deadline_minutes": 5, "needed": "most"}),
        ("playbook.run", {}),
        ("answer", {}),
        ("answer", {"consultation": "C-9", "option": "approve"}),
        ("task.add", {}),
        ("task.add", {"organization": "UNHCR", "function": "juggling"}),
        ("task.add", {"organization": "UNHCR", "due_minutes": -1}),
        ("task.add", {"organization": "UNHCR", "owner": ["unhcr-duty"]}),
        ("task.add", {"organization": "UNHCR", "answers": "yes"}),
        ("task.add", {"organization": "NOWHERE"}),
        ("task.done", {}),
        ("task.done", {"task": "UNHCR-99"}),
        ("task.done", {"task": 5}),
        ("task.assign", {"task": "UNHCR-1"}),
        ("dance", {}),
    ],
)
async def test_what_makes_no_sense_is_refused_and_nothing_hangs(
    house: House, verb: str, args: dict[str, Any]
) -> None:
    key = await _standing(house)
    async with asyncio.timeout(40):
        refused = await house.refused("unhcr-duty", verb, key, **args)
        assert refused.sentence
        await house.do("unhcr-duty", "note", key, texts={"note": f"Still here after {verb}."})
        await house.do("unhcr-duty", "task.add", key, organization="UNHCR", texts={"text": "Still here."})


async def test_a_command_on_no_incident_or_on_one_that_is_not_there_is_refused(house: House) -> None:
    nowhere = IncidentKey("INC-2026-9999")
    assert (await house.refused("unhcr-duty", "note", None)).code
    for verb, args in (("note", {}), ("task.done", {"task": "UNHCR-1"}), ("severity", {"severity": "low"})):
        assert (await house.refused("unhcr-duty", verb, nowhere, **args)).code == "not_found"
    assert (await house.case(nowhere)).state.declared_at is None


_KEPT: list[IncidentKey] = []


async def _standing(house: House) -> IncidentKey:
    """One incident for all that is refused; nothing of it may wear it down."""
    if not _KEPT:
        _KEPT.append(await house.declared())
    return _KEPT[0]
