"""What the outside is told because of a decision, and who is brought into which room."""

from typing import Any

import pytest

from playbooks.actions.asking import ON_DUTY
from playbooks.actions.effect import EffectRequest
from playbooks.actions.follow_ups import follow_ups
from playbooks.actions.rooms import REF
from playbooks.domain.entry import Entry
from playbooks.domain.judging.page_orders import ORDERS
from playbooks.domain.marking import Marking
from tests.casts import KEY, Scene, declared, naming


def _of(scene: Scene, entries: tuple[Entry, ...], action: str) -> list[EffectRequest]:
    requests = [request for entry in entries for request in follow_ups(entry, scene.state)]
    return [request for request in requests if request.action == action]


def _invited(scene: Scene, entries: tuple[Entry, ...]) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.connection, tuple(each.args["people"])) for each in _of(scene, entries, "room.invite")]


def test_who_declares_and_who_is_on_duty_are_brought_into_the_leads_room() -> None:
    scene = declared("unhcr-duty")
    assert _invited(scene, tuple(scene.entries)) == [("unhcr/chat", (ON_DUTY, "unhcr-duty"))]


def test_of_a_restricted_incident_nobody_is_told_for_being_on_duty() -> None:
    scene = declared("unhcr-duty", restricted=True)
    assert _invited(scene, tuple(scene.entries)) == [("unhcr/chat", ("unhcr-duty",))]


def test_whoever_takes_a_role_is_brought_into_her_own_organizations_room() -> None:
    scene = declared("unhcr-duty", joined=("WFP",))
    assigned = scene.do("unhcr-duty", "role", role="scribe", **naming("wfp-legal"))
    assert _invited(scene, assigned) == [("wfp/chat", ("wfp-legal",))]


def test_an_invited_organizations_room_has_its_people_on_duty_and_then_who_joins() -> None:
    scene = declared("unhcr-duty")
    invited = scene.do("unhcr-duty", "invite", organization="WFP")
    assert ("wfp/chat", (ON_DUTY,)) in _invited(scene, invited)
    joined = scene.do("wfp-ciso", "join")
    assert _invited(scene, joined) == [("wfp/chat", ("wfp-ciso",))]


def test_a_room_is_opened_before_anybody_is_brought_into_it() -> None:
    scene = declared("unhcr-duty")
    actions = [
        request.action
        for entry in scene.entries
        for request in follow_ups(entry, scene.state)
        if request.connection == "unhcr/chat"
    ]
    assert actions.index("room.open") < actions.index("room.invite")


def test_the_ticket_is_given_to_whoever_declares_and_then_goes_with_command() -> None:
    scene = declared("unhcr-duty", joined=("WFP",))
    (ticket,) = _of(scene, tuple(scene.entries), "ticket.create")
    assert ticket.args["assignee"] == "unhcr-duty"
    assert not _of(scene, tuple(scene.entries), "ticket.update"), "it is so from the beginning"
    (passed,) = _of(scene, scene.do("unhcr-duty", "transfer", **naming("unhcr-ciso")), "ticket.update")
    assert passed.args == {"ticket": f"{REF}{ticket.effect_id}", "assignee": "unhcr-ciso"}
    away = scene.do("unhcr-ciso", "transfer", **naming("wfp-ciso"))
    assert not _of(scene, away, "ticket.update"), "nobody of another organization has an account there"
    scribe = scene.do("wfp-ciso", "role", role="scribe", **naming("unhcr-legal"))
    assert not _of(scene, scribe, "ticket.update")


def test_the_ticket_follows_the_severity_and_the_updates() -> None:
    scene = declared("unhcr-duty", severity="high")
    (worse,) = _of(scene, scene.do("unhcr-duty", "severity", severity="critical"), "ticket.update")
    assert worse.args["severity"] == "critical"
    (entry,) = scene.do("unhcr-duty", "update")
    (said,) = _of(scene, (entry,), "ticket.comment")
    assert (said.connection, said.entries) == ("unhcr/tickets", (entry.id,))


PAGE = f"unhcr/pager/{KEY}/page.trigger/severity-critical"


@pytest.mark.parametrize("order", ORDERS)
def test_what_is_asked_of_a_page_goes_to_its_pager_and_only_a_note_carries_words(order: str) -> None:
    scene = declared("unhcr-duty", severity="critical", joined=("WFP",))
    people: dict[str, Any] = {"people": ["unhcr-ciso"]} if order in ("reassign", "respond") else {}
    (entry,) = scene.do("unhcr-legal", f"page.{order}", page=PAGE, **people)
    (asked,) = _of(scene, (entry,), f"page.{order}")
    assert (asked.connection, asked.args) == ("unhcr/pager", {"page": f"{REF}{PAGE}"} | people)
    is_note = order == "note"
    assert (asked.entries, asked.marking) == (
        ((entry.id,), entry.marking) if is_note else ((), Marking.GREEN)
    )
    assert entry.audience == ("UNHCR",)


@pytest.mark.parametrize(
    "page", [PAGE, f"wfp/pager/{KEY}/ticket.create/x", "wfp/pager/INC-2026-9999/page.trigger/x"]
)
def test_a_page_is_answered_by_the_organization_whose_pager_it_went_to(page: str) -> None:
    scene = declared("unhcr-duty", joined=("WFP",))
    assert scene.refused("wfp-duty", "page.note", page=page).code == "own_pager_only"
