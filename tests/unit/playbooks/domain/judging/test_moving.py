"""Moving a room out of band: whose it is to move, what is trusted afterwards, and where the world is told."""

import pytest

from playbooks.actions.effect import EffectRequest
from playbooks.actions.follow_ups import follow_ups
from playbooks.domain.connection import connection_id
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Refused
from playbooks.domain.ids import ConnectionId, OrganizationCode
from tests.casts import Scene, command, declared

UNHCR = OrganizationCode("UNHCR")
SLACK, MATRIX = ConnectionId("unhcr/chat"), ConnectionId("unhcr/matrix")


def asked(scene: Scene, entries: tuple[Entry, ...]) -> list[EffectRequest]:
    return [request for entry in entries for request in follow_ups(entry, scene.state)]


def moved(because: str = "compromised", to: str = MATRIX) -> tuple[Scene, tuple[Entry, ...]]:
    scene = declared("unhcr-duty", joined=("WFP",))
    return scene, scene.do("unhcr-ciso", "move", connection=to, because=because, people=["unhcr-legal"])


def test_from_the_move_on_nothing_is_asked_of_what_was_compromised() -> None:
    scene, entries = moved()
    assert SLACK not in {request.connection for request in asked(scene, entries)}
    later = scene.do("unhcr-duty", "phase", phase="respond")
    assert {request.connection for request in asked(scene, later)} == {MATRIX, "wfp/chat"}


def test_the_new_room_is_opened_filled_told_and_briefed_in_that_order() -> None:
    scene, entries = moved()
    of_matrix = [request for request in asked(scene, entries) if request.connection == MATRIX]
    assert [request.action for request in of_matrix] == [
        "room.open",
        "room.invite",
        "message.post",
        "message.post",
    ]
    assert "unhcr-legal" in of_matrix[1].args["people"]
    assert of_matrix[3].text == "room.briefing"


def test_people_are_written_to_and_woken_when_their_room_is_lost_and_not_when_they_come_back() -> None:
    scene, entries = moved()
    assert {"mail.send", "page.trigger"} <= {request.action for request in asked(scene, entries)}
    (page,) = (request for request in asked(scene, entries) if request.action == "page.trigger")
    assert page.text == "page.moved", "it is no second incident"
    back = scene.do("unhcr-ciso", "move", connection=SLACK)
    assert back[0].data["because"] == "back"
    assert "page.trigger" not in {request.action for request in asked(scene, back)}


def test_what_comes_from_where_it_is_not_trusted_cannot_command_whoever_it_says_it_is() -> None:
    scene, _entries = moved()
    given = command("slack:1", "severity", "unhcr-duty", severity="low", at=scene.at)
    forged = given.model_copy(update={"actor": given.actor.model_copy(update={"via": SLACK})})
    with pytest.raises(Refused) as refused:
        scene.judged(forged)
    assert refused.value.code == "untrusted"
    elsewhere = given.model_copy(update={"actor": given.actor.model_copy(update={"via": MATRIX})})
    assert scene.judged(elsewhere)


def test_what_was_down_is_trusted_still_and_its_room_is_come_back_to() -> None:
    scene, _entries = moved("down")
    assert not scene.state.distrusted
    scene.do("unhcr-ciso", "move", connection=SLACK)
    assert scene.state.room(UNHCR).occasion == "room"


@pytest.mark.parametrize("to", ["web", MATRIX])
def test_what_was_left_as_down_may_be_declared_compromised_later_and_people_are_told(to: str) -> None:
    scene, _entries = moved("down", to)
    assert scene.refused("unhcr-ciso", "move", connection=to).code == "there_already"
    room = scene.state.room(UNHCR)
    declared_so = scene.do("unhcr-ciso", "move", connection=to, because="compromised")
    assert scene.state.distrusted == (SLACK,)
    assert scene.state.room(UNHCR) == room, "the room stays where it is"
    assert "mail.send" in {request.action for request in asked(scene, declared_so)}
    assert scene.refused("unhcr-ciso", "move", connection=to, because="compromised").code == "there_already"
    scene.do("unhcr-ciso", "move", connection=SLACK)
    assert scene.state.room(UNHCR).occasion != "room", "nobody knows who is in the old one"


def test_after_a_compromise_there_is_a_new_room_beside_the_old_one_and_trust_again() -> None:
    scene, _entries = moved()
    assert SLACK in scene.state.distrusted
    back = scene.do("unhcr-ciso", "move", connection=SLACK)
    assert not scene.state.distrusted
    (opened,) = (request for request in asked(scene, back) if request.action == "room.open")
    assert opened.args["name"].endswith("-2")
    assert opened.effect_id != f"{connection_id(UNHCR, 'chat')}/{scene.key}/room.open/room"


def test_musters_own_room_needs_nothing_of_a_chat_system() -> None:
    scene, entries = moved(to="web")
    assert not {request.connection for request in asked(scene, entries)} & {SLACK, MATRIX}
    later = scene.do("unhcr-duty", "phase", phase="respond")
    assert {request.connection for request in asked(scene, later)} == {"wfp/chat"}


def test_a_room_is_moved_by_its_own_organization_and_by_whoever_answers_for_it() -> None:
    scene = declared("unhcr-duty", joined=("WFP",))
    assert scene.refused("wfp-ciso", "move", connection=MATRIX).code == "malformed_command"
    assert scene.refused("unhcr-legal", "move", connection="web").code == "not_entitled"
    assert scene.refused("unhcr-ciso", "move", connection=SLACK).code == "there_already"
