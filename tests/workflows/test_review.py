"""The review on the real engine: it opens with the close, keeps what people write, and chases what is owed."""

import asyncio
from datetime import timedelta

import pytest

from bot.composition.installation import utc_now
from playbooks.domain.case import Effect
from playbooks.domain.command import Outcome
from playbooks.domain.ids import EntryId, IncidentKey
from playbooks.domain.kinds import Kind
from tests.workflows.house import House, until
from workflows.rebuilding import rebuild

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def closed(house: House) -> IncidentKey:
    key = await house.declared(joined=("WFP",))
    await house.do("unhcr-duty", "close", key)
    await house.runs(f"review/{key}")
    return key


async def effect(
    house: House, key: IncidentKey, action: str, organization: str, occasion: str = ""
) -> Effect:
    """Wait for an effect to have been done."""

    async def look() -> Effect | None:
        effects = (await house.case(key)).effects.values()
        found = [each for each in effects if (each.action, each.state) == (action, "done")]
        theirs = [each for each in found if each.connection.startswith(organization) and occasion in each.id]
        return theirs[0] if theirs else None

    return await until(look, f"{action} of {organization}")


async def test_of_two_who_save_at_once_one_is_kept_and_the_other_is_told(house: House) -> None:
    key = await closed(house)
    given = [
        house.command(who, "review.save", key, base=0, sha256=who, texts={"summary": f"by {who}"})
        for who in ("unhcr-ciso", "wfp-duty")
    ]
    verdicts = await asyncio.gather(*(house.gateway.submit(each) for each in given))
    assert sorted(verdict.outcome for verdict in verdicts) == [Outcome.DONE, Outcome.REFUSED]
    assert next(each for each in verdicts if each.outcome is Outcome.REFUSED).code == "version_conflict"
    case = await house.case(key)
    (version,) = case.review.versions
    (written,) = await house.muster.record.entries_by_id([EntryId(version.entry)])
    assert written.texts == {"summary": f"by {version.by}"}


async def test_an_action_becomes_a_ticket_and_is_chased_until_it_is_done(house: House) -> None:
    key = await closed(house)
    long_ago = utc_now() - timedelta(days=20)
    texts = {"text": "Test the restore every quarter."}
    await house.do("wfp-duty", "review.action", key, at=long_ago, due_minutes=60, texts=texts)
    await effect(house, key, "ticket.create", "wfp", "item-A-1")
    await effect(house, key, "ticket.comment", "wfp")
    reminders = [
        entry async for _at, entry in house.muster.record.entries(key) if entry.kind == Kind.ITEM_REMIND
    ]
    assert [entry.data["owner"] for entry in reminders] == ["wfp-duty"]
    await house.do("wfp-responder", "review.done", key, item="A-1")
    await effect(house, key, "ticket.transition", "wfp")


async def test_it_is_signed_published_and_over(house: House) -> None:
    key = await closed(house)
    await house.do("unhcr-ciso", "review.save", key, base=0, sha256="9f2c", texts={"summary": "All is said."})
    await house.refused("unhcr-ciso", "review.publish", key, marking="TLP:AMBER", version=1)
    await house.do("unhcr-duty", "review.sign", key, role="command", version=1)
    await house.do("unhcr-ciso", "review.sign", key, role="lead", version=1)
    await house.do("unhcr-ciso", "review.publish", key, marking="TLP:AMBER", version=1)
    await house.ended(f"review/{key}")
    kinds = [entry.kind async for _at, entry in house.muster.record.entries(key)]
    assert [kind for kind in kinds if kind.startswith("review:version")] == [
        Kind.REVIEW_SAVE,
        Kind.REVIEW_SIGN,
        Kind.REVIEW_SIGN,
        Kind.REVIEW_PUBLISH,
    ]


async def test_after_the_last_of_it_the_rooms_are_archived_and_a_reopening_has_new_ones(house: House) -> None:
    key = await closed(house)
    await house.do("wfp-duty", "review.action", key, texts={"text": "Test the restore."})
    await house.do("unhcr-ciso", "review.save", key, base=0, sha256="9f2c", texts={"summary": "All is said."})
    await house.do("unhcr-duty", "review.sign", key, role="command", version=1)
    await house.do("unhcr-ciso", "review.sign", key, role="lead", version=1)
    await house.do("unhcr-ciso", "review.publish", key, marking="TLP:AMBER", version=1)
    assert not (await house.case(key)).state.rested_by, "an action is to be done"
    await house.do("wfp-responder", "review.done", key, item="A-1")
    for organization in ("unhcr", "wfp"):
        archived = await effect(house, key, "room.archive", organization)
        room = house.muster.world.thing(archived.connection, "room", archived.vendor_ref)
        assert room is not None
        assert room.state["archived"]
    await house.do("unhcr-duty", "reopen", key, texts={"reason": "It is back."})
    opened = await effect(house, key, "room.open", "unhcr", "room-1")
    room = house.muster.world.thing(opened.connection, "room", opened.vendor_ref)
    assert room is not None
    assert not room.state["archived"]


WAR_ROOM = b"""
playbook: War room
description: A room beside the organization's own, and a word there.
types: [notification]
created: 2026-11-22T08:00:00.000Z
agents:
  lead organization: {organization: lead}
steps:
  - step: Meet
    room: {name: war-room, purpose: Decide here.}
    by: lead organization
    function: cyber
  - step: Tell
    announce: {message: We meet here., room: war-room}
    by: lead organization
    function: cyber
"""


async def test_a_room_that_a_playbook_named_is_archived_with_the_others(house: House) -> None:
    house.playbooks["war"] = WAR_ROOM
    key = await house.declared()
    await house.do("unhcr-duty", "playbook.run", key, playbook="war")

    async def run() -> bool:
        return (await house.live(key)).runs == (await house.case(key)).state.runs == {"R-1": "successful"}

    await until(run, "the run ends well")
    opened = await effect(house, key, "room.open", "unhcr", "war-room")
    world = house.muster.world
    said = [each.state for each in world.things(opened.connection, "message")]
    assert [each["room"] for each in said if "We meet here." in each["text"]] == [opened.vendor_ref]
    await house.agrees(key)
    rebuilt = await rebuild(house.muster.record, house.muster.judges, key)
    assert rebuilt.same
    assert not rebuilt.started
    await house.do("unhcr-duty", "close", key)
    await house.do("unhcr-ciso", "review.save", key, base=0, sha256="9f2c", texts={"summary": "All is said."})
    await house.do("unhcr-duty", "review.sign", key, role="command", version=1)
    await house.do("unhcr-ciso", "review.sign", key, role="lead", version=1)
    await house.do("unhcr-ciso", "review.publish", key, marking="TLP:AMBER", version=1)
    archived = await effect(house, key, "room.archive", "unhcr", "war-room")
    assert archived.vendor_ref == opened.vendor_ref
    room = world.thing(opened.connection, "room", opened.vendor_ref)
    assert room is not None
    assert room.state["archived"]


async def test_a_review_that_the_engine_lost_goes_on_from_the_record(house: House) -> None:
    key = await closed(house)
    await house.do("unhcr-ciso", "review.save", key, base=0, sha256="1", texts={"summary": "One."})
    await house.handle(f"review/{key}").terminate()
    await house.do("wfp-duty", "review.save", key, base=1, sha256="2", texts={"summary": "Two."})
    assert [version.number for version in (await house.case(key)).review.versions] == [1, 2]
    await house.handle(f"review/{key}").terminate()
    rebuilt = await rebuild(house.muster.record, house.muster.judges, key)
    assert rebuilt.started == (f"review/{key}",)
    await house.runs(f"review/{key}")


async def test_a_working_group_is_chased_until_it_is_done_and_the_committee_is_written_to(
    house: House,
) -> None:
    key = await closed(house)
    long_ago = utc_now() - timedelta(days=40)
    words = {"text": "One list of mail servers that everybody blocks."}
    await house.do("wfp-ciso", "working_group.form", key, at=long_ago, due_minutes=60, texts=words)
    await house.do("unhcr-duty", "working_group.join", key, working_group="WG-1")

    async def reminded() -> bool:
        return bool((await house.case(key)).review.groups["WG-1"].reminded_at)

    await until(reminded, "the lead of an overdue group is reminded")
    await effect(house, key, "mail.send", "unhcr")
    for stage in ("kicked_off", "complete"):
        await house.do("wfp-ciso", "working_group.report", key, working_group="WG-1", stage=stage)
    assert not (await house.case(key)).review.open_groups
