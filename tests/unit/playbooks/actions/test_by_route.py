"""Whoever is asked is called on the route that its team told of, beside its room, in codes alone."""

from typing import Any

import pytest

from playbooks.actions.effect import EffectRequest
from playbooks.actions.follow_ups import chased, follow_ups
from playbooks.domain.kinds import Kind
from tests.casts import Scene, declared

ROUTES = {"WFP": "mail", "UN": "pager"}


def asked(
    severity: str = "high", *, restricted: bool = False, **more: Any
) -> tuple[Scene, list[EffectRequest]]:
    here = declared(joined=("WFP", "UN", "UNICC"), severity=severity)
    if restricted:
        here.do("unhcr-ciso", "restrict", named=["wfp-duty"])
    codes = ["WFP", "UN", "UNICC"]
    said = {"purpose": "status_call", "asked": codes, "deadline_minutes": 60, "routes": ROUTES, **more}
    (entry,) = here.do("unhcr-ciso", "ask", **said)
    return here, list(follow_ups(entry, here.state))


def outside(effects: list[EffectRequest]) -> list[tuple[str, str]]:
    return [(each.action, str(each.connection)) for each in effects if each.action != "message.post"]


@pytest.mark.parametrize(("severity", "of_un"), [("high", "page.trigger"), ("low", "mail.send")])
def test_who_asked_for_mail_or_a_pager_is_called_there_and_everybody_is_told_in_its_room(
    severity: str, of_un: str
) -> None:
    _, effects = asked(severity)
    assert outside(effects) == [
        ("mail.send", "wfp/mail"),
        (of_un, f"un/{of_un[:4].replace('page', 'pager')}"),
    ]
    assert {"wfp/chat", "un/chat", "unicc/chat"} <= {str(each.connection) for each in effects}
    assert all(not each.entries for each in effects if each.action != "message.post"), "codes alone"


def test_a_reminder_takes_the_same_way_to_those_who_are_missing() -> None:
    here, _ = asked()
    opened = here.entries[-1]
    data = {"consultation": "C-1", "missing": ["WFP"], "routes": ROUTES}
    reminder = opened.model_copy(update={"id": "reminder", "kind": Kind.QUESTION_REMIND, "data": data})
    assert outside(list(chased(reminder, here.state))) == [("mail.send", "wfp/mail")]


def test_nobody_is_called_of_a_restricted_incident_nor_for_the_approval_of_an_act() -> None:
    assert outside(asked(restricted=True)[1]) == []
    assert outside(asked(purpose="approval", by_person=True)[1]) == []


def test_a_question_keeps_the_routes_for_its_reminders_and_refuses_what_is_none() -> None:
    here, _ = asked()
    assert here.consultation().question.routes == ROUTES
    said = {"purpose": "status_call", "asked": ["WFP"], "deadline_minutes": 60, "routes": {"WFP": "pigeon"}}
    assert here.refused("unhcr-ciso", "ask", **said).code == "malformed_command"
