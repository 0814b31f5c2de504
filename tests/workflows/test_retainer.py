"""The vendor on retainer, on the real parts: called, waited for, its hours agreed to, the call closed."""

import pytest

from playbooks.domain.errors import NotFound
from playbooks.domain.ids import ConsultationId, IncidentKey
from playbooks.domain.kinds import Kind
from tests.casts import naming, reader
from tests.workflows.house import House, until
from tests.workflows.test_adding import number_of

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def kinds(house: House, key: IncidentKey) -> list[str]:
    return [each.kind async for _at, each in house.muster.record.entries(key)]


def members(house: House, room: str) -> list[str]:
    """Who sits in a room of the lead's."""
    rooms = house.muster.world.things("unhcr/chat", "room")
    return [each for found in rooms if found.state["name"] == room for each in found.state["members"]]


async def test_a_call_pages_the_vendor_starts_its_clocks_and_ends_in_a_statement(house: House) -> None:
    key = await house.declared(joined=("WFP",))
    done = await house.do("unhcr-ciso", "retainer.activate", key, texts={"need": "No backups."})
    assert done.args["call"] == "V-1"

    async def paged() -> bool:
        effects = house.muster.world.effects()
        return any(each.connection == "unhcr/retainer" and key in str(each.effect_id) for each in effects)

    await until(paged, "the vendor is paged")
    await house.runs(f"retainer/{key}/V-1", query="told")
    await house.do("unhcr-duty", "retainer.confirm", key, what="acknowledged")
    await house.do("unhcr-duty", "retainer.confirm", key, what="remote")
    await house.ended(f"retainer/{key}/V-1")
    await house.do("unhcr-duty", "retainer.hours", key, hours="6.5", organization="WFP")
    await house.do("wfp-ciso", "retainer.confirm", key, what="H-1")
    closed = await house.do("unhcr-duty", "retainer.close", key)
    assert closed.args["statement"] == [
        {"organization": "WFP", "hours": "6.5", "cost": "2015.00", "currency": "USD"}
    ]
    await house.agrees(key)
    case = await house.muster.views.case(reader("wfp-duty", await house.case(key)), key)
    assert not case.state.calls["V-1"].is_open


async def test_hours_beyond_what_is_left_wait_for_whoever_pays_and_count_in_every_incident(
    house: House,
) -> None:
    first, second = await house.declared(joined=("UNICC",)), await house.declared(joined=("UNICC",))
    for key in (first, second):
        await house.do("unhcr-ciso", "retainer.activate", key)
    await house.do("unicc-duty", "retainer.hours", first, hours="38")
    assert Kind.HOURS_WARN in await kinds(house, first)
    await house.do("unicc-duty", "retainer.hours", second, hours="4")
    question = (await house.case(second)).consultations[ConsultationId("C-1")].question
    assert list(question.asked) == ["UNICC"]
    refused = await house.refused("unicc-duty", "answer", second, consultation="C-1", option="approve")
    assert refused.code == "own_request"
    await house.do("unicc-ciso", "answer", second, consultation="C-1", option="approve")

    async def logged() -> bool:
        return "H-1" in (await house.case(second)).state.calls["V-1"].logged

    await until(logged, "the hours are written down")
    await house.agrees(second)


async def test_what_a_vendor_did_is_agreed_to_confirmed_and_settled_after_the_incident_is_closed(
    house: House,
) -> None:
    key = await house.declared(joined=("UNICC",))
    await house.do("unhcr-ciso", "retainer.activate", key)
    await house.do("unhcr-duty", "retainer.hours", key, hours="41", organization="UNICC")
    await house.do("unhcr-duty", "close", key)
    await house.ended(f"incident/{key}")
    assert (await house.refused("unhcr-duty", "retainer.close", key)).code == "hours_asked_for"
    await house.do("unicc-ciso", "answer", key, consultation="C-1", option="approve")

    async def logged() -> bool:
        return "H-1" in (await house.case(key)).state.calls["V-1"].logged

    await until(logged, "the hours are written down")
    await house.do("unicc-duty", "retainer.confirm", key, what="H-1")
    closed = await house.do("unhcr-duty", "retainer.close", key)
    assert [each["hours"] for each in closed.args["statement"]] == ["41"]


async def test_what_is_refused_says_which_agreement(house: House) -> None:
    key = await house.declared(severity="low")
    refused = await house.refused("unhcr-ciso", "retainer.activate", key)
    assert (refused.code, refused.source) == ("not_promised", "LTA example, shared by three parties")
    assert (await house.refused("unhcr-ciso", "retainer.close", key)).code == "no_call"


async def test_a_vendors_guest_sits_in_her_room_reads_what_is_shared_with_it_and_leaves_at_the_close(
    house: House,
) -> None:
    key = await house.declared(joined=("WFP",))
    await house.do("unhcr-ciso", "retainer.activate", key)
    await house.do("unhcr-ciso", "retainer.admit", key, **naming("ir-example-lead"))

    async def seated() -> bool:
        return "ir-example-lead" in members(house, f"{key.lower()}-v-1")

    await until(seated, "the guest sits in the vendor's room")
    await house.do("unhcr-duty", "note", key, texts={"note": "For the parties."})
    said = await house.do("unhcr-duty", "note", key, texts={"note": "For the vendor."})
    number = await number_of(house, key, said.entries[0])
    await house.do("unhcr-duty", "share", key, to=["vendor:IR-EXAMPLE"], number=number)
    await house.do("ir-example-lead", "say", key, joint="v-1", texts={"words": "We read the image."})
    await house.do("ir-example-lead", "retainer.confirm", key, what="acknowledged")
    guest = reader("ir-example-lead")
    told = await house.muster.views.story(guest, key)
    words = [text for each in told for text in each.slots.get("texts", {}).values()]
    assert "For the parties." not in words
    assert {"For the vendor.", "We read the image."} <= {*words}

    await house.do("unhcr-duty", "close", key)
    with pytest.raises(NotFound):
        await house.muster.views.case(guest, key)
    refused = await house.refused("ir-example-lead", "say", key, joint="v-1")
    assert refused.code == "not_found"

    async def gone() -> bool:
        return not await seated()

    await until(gone, "the guest is taken out of the room")
    await house.agrees(key)
