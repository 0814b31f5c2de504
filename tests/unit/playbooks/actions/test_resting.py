"""When the rooms of an incident are archived, which, and where it goes on when something does."""

from typing import Any

from playbooks.actions.effect import EffectRequest
from playbooks.actions.follow_ups import follow_ups
from playbooks.domain.clocks import Clock
from playbooks.domain.entry import Entry
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.judging.resting import settled_or_not
from tests.casts import Scene, declared

UNHCR = OrganizationCode("UNHCR")


def asked(scene: Scene, entries: tuple[Entry, ...]) -> list[EffectRequest]:
    """Of chat systems."""
    requests = [request for entry in entries for request in follow_ups(entry, scene.state)]
    return [each for each in requests if each.action.startswith(("room.", "message."))]


def reviewed(scene: Scene, *, is_over: bool = True) -> tuple[Entry, ...]:
    entries = scene.judged(settled_or_not(scene.state, 1, scene.at, is_over=is_over))
    scene.entries.extend(entries)
    return entries


def closed() -> Scene:
    scene = declared("unhcr-duty", joined=("WFP",))
    scene.do("unhcr-duty", "close")
    return scene


def test_a_closed_incident_keeps_its_rooms_until_its_review_is_done() -> None:
    scene = declared("unhcr-duty", joined=("WFP",))
    end = scene.do("unhcr-duty", "close")
    assert {each.action for each in asked(scene, end)} == {"message.post"}
    last = asked(scene, reviewed(scene))
    assert [(each.connection, each.action) for each in last] == [
        ("unhcr/chat", "room.archive"),
        ("wfp/chat", "room.archive"),
    ]
    assert last[0].args["room"] == f"ref:unhcr/chat/{scene.key}/room.open/room"


def test_a_duty_that_is_owed_keeps_the_rooms_and_is_told_there_before_they_end() -> None:
    scene = declared("unhcr-duty", joined=("WFP",))
    told = {"receiver": "Audit committee", "approves": "ciso", "policy": "Statute 12"}
    clock = Clock.model_validate({"id": "board-1m", "length": {"months": 1}, **told})
    started = clock.start(scene.at).model_dump(mode="json")
    scene.do("wfp-ciso", "awareness", aware_at=scene.at.isoformat(), clocks=[started])
    scene.do("unhcr-duty", "close")
    assert scene.state.owed_duties
    assert not asked(scene, reviewed(scene))
    met = [
        entry
        for duty in scene.state.owed_duties
        for entry in scene.do("wfp-ciso", "duty.waive", duty=duty.id, texts={"reason": "It is no breach."})
    ]
    by_room = [each.action for each in asked(scene, tuple(met[-1:])) if each.connection == "wfp/chat"]
    assert by_room == ["message.post", "room.archive"]


def test_nothing_is_said_in_rooms_that_are_archived() -> None:
    scene = closed()
    reviewed(scene)
    assert not asked(scene, scene.do("wfp-duty", "note", texts={"note": "One more thing."}))
    assert not asked(scene, scene.do("unhcr-duty", "hold", texts={"reason": "A court asks."}))


def test_what_is_reopened_after_the_end_goes_on_in_new_rooms_that_are_briefed_and_filled() -> None:
    scene = closed()
    reviewed(scene)
    again = asked(scene, scene.do("unhcr-duty", "reopen", texts={"reason": "It is back."}))
    own = [each for each in again if each.connection == "unhcr/chat"]
    assert [each.action for each in own] == ["room.open", "room.invite", "message.post", "message.post"]
    assert own[0].effect_id.endswith("/room.open/room-1")
    assert "unhcr-duty" in own[1].args["people"], "who commands is there"
    assert own[2].text == "room.briefing"
    assert own[3].args["room"] == f"ref:{own[0].effect_id}"
    end = asked(scene, scene.do("unhcr-duty", "close"))
    assert [each.action for each in end if each.connection == "unhcr/chat"] == [
        "message.post",
        "room.archive",
    ]
    assert end[-1].args["room"].endswith("room-1")


def test_what_is_reopened_before_the_end_stays_where_it_is() -> None:
    scene = closed()
    again = asked(scene, scene.do("unhcr-duty", "reopen", texts={"reason": "It is back."}))
    assert {each.action for each in again} == {"message.post"}
    assert scene.state.room(UNHCR).occasion == "room"


def test_a_review_that_goes_on_has_rooms_again() -> None:
    scene = closed()
    reviewed(scene)
    again = asked(scene, reviewed(scene, is_over=False))
    assert [each.action for each in again if each.connection == "wfp/chat"][:1] == ["room.open"]


def test_rooms_on_a_platform_that_is_not_trusted_are_left_alone_and_joint_ones_end_too() -> None:
    scene = declared("unhcr-duty", joined=("WFP",))
    scene.do("unhcr-duty", "joint.open", name="all")
    scene.do("unhcr-ciso", "move", connection="unhcr/matrix", because="compromised", people=[])
    scene.do("unhcr-duty", "close")
    last = asked(scene, reviewed(scene))
    rooms = {each.args["room"].removeprefix("ref:") for each in last}
    assert not any(room.startswith("unhcr/chat/") for room in rooms)
    assert f"wfp/chat/{scene.key}/room.open/room.joint-all" in rooms
    assert f"unhcr/matrix/{scene.key}/room.open/room" in rooms


def test_a_room_that_a_playbook_named_ends_with_the_others_wherever_its_organization_went_since() -> None:
    scene = declared("unhcr-duty", joined=("WFP",))
    named: dict[str, Any] = {
        "organization": "WFP",
        "connection": "wfp/chat",
        "room": "room",
        "name": "war-room",
    }
    scene.do("playbook of UNHCR", "room.open", **named)
    scene.do("wfp-ciso", "move", connection="wfp/matrix", because="down", people=[])
    scene.do("unhcr-duty", "close")
    last = asked(scene, reviewed(scene))
    assert f"ref:wfp/chat/{scene.key}/room.open/room.war-room" in [each.args["room"] for each in last]
    scene.do("unhcr-duty", "reopen", texts={"reason": "It is back."})
    again = asked(scene, scene.do("unhcr-duty", "close"))
    assert again[-1].action == "room.archive"
    assert not any("war-room" in each.args["room"] for each in again), "it was archived already"


def test_no_room_is_opened_for_an_organization_on_a_system_of_another() -> None:
    scene = declared("unhcr-duty", joined=("WFP",))
    named: dict[str, Any] = {
        "organization": "WFP",
        "connection": "unhcr/chat",
        "room": "room",
        "name": "war-room",
    }
    assert scene.refused("playbook of UNHCR", "room.open", **named).code == "malformed_command"
    away = {**named, "organization": "UNICC", "connection": "unicc/chat"}
    assert scene.refused("playbook of UNHCR", "room.open", **away).code == "not_a_party"
