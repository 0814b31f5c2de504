"""Joint rooms: who sits where, what is carried to whom and under whose name, and what is never carried."""

from datetime import timedelta
from typing import Any

import pytest

from playbooks.actions.effect import EffectRequest
from playbooks.actions.follow_ups import follow_ups
from playbooks.actions.joint import joint_of
from playbooks.cacao.extension import ROOM_NAME
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Conflict, NotFound, Refused
from playbooks.domain.ids import ConnectionId
from playbooks.domain.release import release, show
from playbooks.domain.telling import tell
from playbooks.texts import load_texts
from tests.casts import KEY, Scene, actor, command, declared, reader

TEXTS = load_texts()


def opened(*joined: str, **how: Any) -> Scene:
    scene = declared("unhcr-duty", joined=joined or ("WFP", "UN"))
    scene.do("unhcr-duty", "joint.open", **{"name": "all", **how})
    return scene


def said(scene: Scene, who: str, over: str, message: str, verb: str = "say", **args: Any) -> Entry:
    """Said by a person in her organization's room; what it is about as the gateway looks it up."""
    about: Entry | None = args.pop("about", None)
    if about is not None:
        args |= {
            "about": about.id,
            "about_at": about.at.isoformat(),
            "about_author": about.actor.id,
            "about_organization": about.actor.organization,
            "about_said": {"connection": about.data["connection"], **about.data.get("said_in", {})},
        }
    scene.at += timedelta(minutes=1)
    given = command(f"slack:{message}", verb, who, at=scene.at, joint="all", message=message, **args)
    speaker = actor(who).model_copy(update={"via": ConnectionId(over)})
    entries = scene.judged(given.model_copy(update={"actor": speaker, "texts": {"words": "They are in."}}))
    scene.entries.extend(entries)
    return entries[0]


def asked(scene: Scene, *entries: Entry) -> list[EffectRequest]:
    return [request for entry in entries for request in follow_ups(entry, scene.state)]


def test_each_party_gets_a_room_of_its_own_beside_the_one_that_is_its_own() -> None:
    scene = opened()
    requests = asked(scene, scene.entries[-1])
    assert [(each.connection, each.args["name"]) for each in requests if each.action == "room.open"] == [
        ("unhcr/chat", f"{KEY.lower()}-all"),
        ("wfp/chat", f"{KEY.lower()}-all"),
        ("un/chat", f"{KEY.lower()}-all"),
    ]
    occasions = {each.effect_id.rpartition("/")[2] for each in requests if each.action == "room.open"}
    assert {joint_of(occasion) for occasion in occasions} == {"all"}
    assert joint_of("room") == joint_of("room.war-room") == ""


def test_what_is_said_in_one_room_goes_once_to_each_of_the_others_and_never_back() -> None:
    scene = opened()
    posts = asked(scene, said(scene, "wfp-duty", "wfp/chat", "1.1"))
    assert [(each.action, each.connection) for each in posts] == [
        ("message.post", "unhcr/chat"),
        ("message.post", "un/chat"),
    ]
    assert len({each.effect_id for each in posts}) == 2
    spoken = scene.do("unhcr-duty", "say", joint="all", texts={"words": "From the web"})
    assert len(asked(scene, *spoken)) == 3, "said in no room, it goes to all"


def test_a_reply_stands_below_the_message_itself_where_that_was_said_and_below_its_copy_elsewhere() -> None:
    scene = opened()
    first = said(scene, "wfp-duty", "wfp/chat", "1.1")
    threads = {
        each.connection: each.args["thread"]
        for each in asked(scene, said(scene, "unhcr-ciso", "unhcr/chat", "2.2", about=first))
    }
    assert threads == {"wfp/chat": "1.1", "un/chat": f"ref:un/chat/{KEY}/message.post/{first.id}"}


@pytest.mark.parametrize("verb", ["say.change", "say.withdraw"])
def test_what_people_change_or_take_back_is_changed_in_every_copy(verb: str) -> None:
    scene = opened()
    first = said(scene, "wfp-duty", "wfp/chat", "1.1")
    updates = asked(scene, said(scene, "wfp-duty", "wfp/chat", "1.1:e", verb, about=first))
    assert [(each.action, each.args["message"]) for each in updates] == [
        ("message.update", f"ref:{code}/chat/{KEY}/message.post/{first.id}") for code in ("unhcr", "un")
    ]
    with pytest.raises(Refused):
        said(scene, "wfp-ciso", "wfp/chat", "1.1:f", verb, about=first)


def test_whoever_joins_later_hears_what_is_said_from_then_on_and_who_leaves_hears_nothing_more() -> None:
    scene = opened("WFP")
    first = said(scene, "wfp-duty", "wfp/chat", "1.1")
    scene.do("unhcr-duty", "invite", organizations=["UN"])
    joined = scene.do("oict-duty", "join")
    assert ("room.open", f"{KEY.lower()}-all") in [
        (each.action, each.args.get("name")) for each in asked(scene, *joined)
    ]
    reply = asked(scene, said(scene, "unhcr-ciso", "unhcr/chat", "2.2", about=first))
    assert {each.connection: each.args.get("thread") for each in reply} == {
        "wfp/chat": "1.1",
        "un/chat": None,
    }
    assert not [
        each
        for each in asked(scene, said(scene, "wfp-duty", "wfp/chat", "1.1:e", "say.change", about=first))
        if each.connection == "un/chat"
    ]
    scene.do("wfp-duty", "leave")
    later = asked(scene, said(scene, "unhcr-ciso", "unhcr/chat", "3.3"))
    assert [each.connection for each in later] == ["un/chat"]


def test_the_seat_of_an_organization_goes_where_its_room_goes() -> None:
    scene = opened("WFP")
    moved = scene.do("unhcr-ciso", "move", connection="unhcr/matrix", because="compromised", people=[])
    fresh = [each for each in asked(scene, *moved) if each.action == "room.open"]
    assert [each.args["name"] for each in fresh] == [KEY.lower(), f"{KEY.lower()}-all"]
    assert {each.connection for each in asked(scene, said(scene, "wfp-duty", "wfp/chat", "1"))} == {
        "unhcr/matrix"
    }


def test_a_room_for_some_is_heard_by_those_alone() -> None:
    scene = opened("WFP", "UN", **{"with": ["WFP"]})
    entry = said(scene, "wfp-duty", "wfp/chat", "1.1")
    assert entry.audience == ("UNHCR", "WFP")
    assert [each.connection for each in asked(scene, entry)] == ["unhcr/chat"]
    assert not release(entry, reader("UN", scene.case))
    with pytest.raises(NotFound):
        said(scene, "oict-duty", "un/chat", "2.2")


def test_under_the_chatham_house_rule_neither_who_nor_where_is_told_to_any_other() -> None:
    scene = opened(unattributed=True)
    entry = said(scene, "wfp-duty", "wfp/chat", "1.1")
    told = tell(show(entry, reader("UNHCR", scene.case)), TEXTS).model_dump_json()
    assert "They are in." in told
    assert "wfp" not in told.casefold()
    own = tell(show(entry, reader("WFP", scene.case)), TEXTS).model_dump_json()
    assert "wfp-duty" in own


def test_nothing_of_a_restricted_incident_is_carried() -> None:
    scene = opened("WFP")
    scene.do("unhcr-duty", "restrict", named=["unhcr-duty", "wfp-duty"])
    with pytest.raises(Refused):
        said(scene, "wfp-duty", "wfp/chat", "1.1")
    assert isinstance(scene.refused("unhcr-duty", "joint.open", name="core"), Refused)


def test_a_name_is_taken_once_also_by_a_room_that_a_playbook_named() -> None:
    scene = opened("WFP")
    assert isinstance(scene.refused("unhcr-duty", "joint.open", name="all"), Conflict)
    named: dict[str, Any] = {"organization": "UNHCR", "connection": "unhcr/chat", "room": "room"}
    assert isinstance(scene.refused("playbook of UNHCR", "room.open", name="all", **named), Conflict)
    scene.do("playbook of UNHCR", "room.open", name="war-room", **named)
    assert isinstance(scene.refused("unhcr-duty", "joint.open", name="war-room"), Conflict)


@pytest.mark.parametrize("name", ["joint-all", "v-1", "v-12-x", "2"])
def test_a_playbook_does_not_call_its_room_as_rooms_with_a_circle_of_their_own_are_called(name: str) -> None:
    assert not ROOM_NAME.fullmatch(name)
    assert ROOM_NAME.fullmatch(f"room-{name}")
