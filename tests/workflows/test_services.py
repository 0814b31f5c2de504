"""A shared service that is asked for: a task of UNICC's part, once, whatever is lost on the way."""

from datetime import datetime

import pytest

from playbooks.domain.ids import TaskId
from playbooks.domain.routing import RoutingRule
from tests.casts import directory
from tests.workflows.house import House
from workflows.rebuild import account_of, incident_input

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_test_under_way_is_known_to_alert_routing_by_itself_and_ends_with_the_service(
    house: House,
) -> None:
    key = await house.declared(joined=("WFP", "UNICC"))
    (asked,) = (each for each in directory().services if each.code == "penetration-testing")
    said = {"service": asked.model_dump(mode="json"), "membership": "member"}
    await house.do("wfp-ciso", "service.request", key, texts={"text": "Our web servers."}, **said)
    await house.task(key, "UNICC-1", "requested")
    await house.do("unicc-duty", "service.announce", key, request="S-1", known_by=["203.0.113.7"])

    async def expected() -> list[RoutingRule]:
        name = f"service-{key.casefold()}-s-1"
        return [rule for rule in await house.muster.under_way.rules() if rule.name == name]

    assert not await expected(), "nobody works it yet"
    await house.do("unicc-duty", "task.accept", key, task="UNICC-1")
    (rule,) = await expected()
    assert (rule.when.organizations, rule.when.comes_from) == (("WFP",), ("203.0.113.7/32",))
    await house.do("unicc-duty", "task.done", key, task="UNICC-1")
    assert not await expected()
    await house.agrees(key)


async def test_a_service_asked_for_is_accepted_done_and_costed(house: House) -> None:
    key = await house.declared(joined=("WFP", "UNICC"))
    (asked,) = (each for each in directory().services if each.code == "incident-response")
    said = {"service": asked.model_dump(mode="json"), "membership": "member"}
    words = {"text": "Forensics of two mail servers."}
    await house.do("wfp-ciso", "service.request", key, texts=words, **said)
    task = await house.task(key, "UNICC-1", "requested")
    assert (task.origin, task.requested_by) == ("service/S-1", "WFP")
    [entry] = await house.muster.record.entries_by_id([task.entry])  # type: ignore[list-item]  # an entry's id is a str
    assert entry.texts == words
    again = incident_input(await account_of(house.muster.record, key))
    assert [each.data.get("request") for each in again.due if each.kind.endswith("service:request")] == [
        "S-1"
    ]
    await house.do("unicc-duty", "task.accept", key, task="UNICC-1")
    await house.do("unicc-duty", "task.done", key, task="UNICC-1")
    await house.do("unicc-duty", "cost.log", key, hours="6", request="S-1", is_provider=True)
    await house.do("wfp-ciso", "cost.confirm", key, cost="K-1")
    case = await house.case(key)
    assert isinstance(case.state.costs["K-1"].at, datetime)
    assert [id for id in case.tasks if id.startswith("UNICC")] == [TaskId("UNICC-1")]
    await house.agrees(key)
