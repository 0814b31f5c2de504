"""Whoever cannot be paged is written to, with no more than a page would have said."""

import pytest

from playbooks.actions.asking import ON_DUTY
from playbooks.actions.effect import EffectOutcome, EffectRequest, OutcomeState
from playbooks.actions.follow_ups import follow_ups
from playbooks.actions.instead import TOLD_ELSEWHERE, instead
from playbooks.domain.ids import ConnectionId
from playbooks.domain.marking import Marking
from playbooks.domain.rooms import Room
from tests.casts import UNHCR, declared
from tests.contract.virtual_time import NOON
from workflows.activities.effect_entries import conclusion

FAILED = EffectOutcome(state=OutcomeState.FAILED)


def _asked(action: str) -> EffectRequest:
    scene = declared(severity="critical")
    requests = [each for entry in scene.entries for each in follow_ups(entry, scene.state)]
    return next(each for each in requests if each.action == action)


@pytest.mark.parametrize("state", [OutcomeState.FAILED, OutcomeState.UNKNOWN, OutcomeState.WITHHELD])
def test_a_page_that_did_not_go_out_goes_to_our_own_pager_and_only_then_by_mail(state: OutcomeState) -> None:
    asked = _asked("page.trigger")
    (again,) = instead(asked, EffectOutcome(state=state))
    assert (again.action, again.connection, again.args) == ("page.trigger", "unhcr/rota", asked.args)
    assert again.text == asked.text
    (mail,) = instead(again, EffectOutcome(state=state))
    assert (mail.action, mail.connection, mail.args) == ("mail.send", "unhcr/mail", {"to": (ON_DUTY,)})
    assert (mail.entries, mail.marking) == ((), Marking.GREEN), "codes only, as a page"
    assert instead(mail, FAILED) == (), "and nothing instead of the mail"


@pytest.mark.parametrize("order", ["page.reassign", "page.respond"])
def test_whoever_her_pager_does_not_call_by_name_is_written_to(order: str) -> None:
    asked = _asked("page.trigger").model_copy(update={"action": order, "args": {"people": ("unhcr-legal",)}})
    (mail,) = instead(asked, FAILED)
    assert (mail.action, mail.connection, mail.args) == ("mail.send", "unhcr/mail", {"to": ("unhcr-legal",)})
    assert (mail.entries, mail.text) == ((), "page.called"), "codes only, as a page"
    assert instead(asked, EffectOutcome(state=OutcomeState.DONE)) == ()


def test_a_page_that_went_out_leads_to_no_mail() -> None:
    assert instead(_asked("page.trigger"), EffectOutcome(state=OutcomeState.DONE)) == ()


def test_of_a_ticket_that_its_tracker_does_not_take_the_room_is_told_by_the_entry_of_its_end() -> None:
    ticket, state = _asked("ticket.create"), declared(severity="critical").state
    failed = EffectOutcome(state=OutcomeState.FAILED, detail="rejected", about="priority")
    (post,) = instead(ticket, failed, state)
    ended = conclusion(ticket, None, failed, NOON, {})
    assert (post.action, post.connection, post.entries) == ("message.post", "unhcr/chat", (ended.id,))
    assert post.args == {"room": f"ref:unhcr/chat/{ticket.incident}/room.open/room"}
    assert (post.marking, post.audience) == (ticket.marking, ticket.audience)


def test_a_room_that_was_left_is_told_nothing_of_a_ticket() -> None:
    state = declared().state
    moved = {UNHCR: Room(connection=ConnectionId("unhcr/other"), occasion="room-2")}
    elsewhere, here = (
        state.model_copy(update={"rooms": moved}),
        state.model_copy(update={"rooms": {UNHCR: Room()}}),
    )
    (post,) = instead(_asked("ticket.create"), FAILED, elsewhere)
    assert (post.connection, post.args["room"].endswith("/room-2")) == ("unhcr/other", True)
    assert instead(_asked("ticket.create"), FAILED, here) == (), "Muster's own room shows the record"
    assert instead(_asked("ticket.create"), FAILED) == (), "nor a room of which nobody knows where it is"


@pytest.mark.parametrize("detail", sorted(TOLD_ELSEWHERE))
def test_what_is_told_elsewhere_is_not_told_again(detail: str) -> None:
    failed = FAILED.model_copy(update={"detail": detail})
    assert instead(_asked("ticket.create"), failed, declared().state) == ()


def test_a_ticket_that_may_not_be_told_there_is_no_news() -> None:
    withheld = EffectOutcome(state=OutcomeState.WITHHELD)
    assert instead(_asked("ticket.create"), withheld, declared().state) == ()


@pytest.mark.parametrize("state", OutcomeState)
def test_whatever_came_of_giving_indicators_is_told_in_the_room_of_whoever_gave_them(
    state: OutcomeState,
) -> None:
    scene = declared()
    (entry,) = scene.do("unhcr-duty", "indicators.give", collection="sharing")
    giving = next(each for each in follow_ups(entry, scene.state) if each.action == "indicators.give")
    outcome = EffectOutcome(state=state)
    (post,) = instead(giving, outcome, scene.state)
    ended = conclusion(giving, None, outcome, NOON, {})
    assert (post.action, post.connection, post.entries) == ("message.post", "unhcr/chat", (ended.id,))
