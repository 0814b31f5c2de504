"""Whoever is asked is called on the route that its team told of, beside its room, in codes alone."""

from typing import Any

import pytest

from playbooks.actions.effect import EffectOutcome, EffectRequest, OutcomeState
from playbooks.actions.follow_ups import chased, follow_ups
from playbooks.actions.instead import instead
from playbooks.domain.ids import ConnectionId
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


@pytest.mark.parametrize(("severity", "of_un"), [("high", "page.trigger"), ("low", "mail.send_each")])
def test_who_asked_for_mail_or_a_pager_is_called_there_and_everybody_is_told_in_its_room(
    severity: str, of_un: str
) -> None:
    _, effects = asked(severity)
    assert outside(effects) == [
        ("mail.send_each", "wfp/mail"),
        (of_un, f"un/{of_un[:4].replace('page', 'pager')}"),
    ]
    assert {"wfp/chat", "un/chat", "unicc/chat"} <= {str(each.connection) for each in effects}
    called = [each for each in effects if each.action != "message.post"]
    assert all(not each.entries for each in called), "codes alone"
    assert {each.consultation for each in called} == {"C-1"}


@pytest.mark.parametrize("kind", [Kind.QUESTION_REMIND, Kind.QUESTION_ESCALATE])
def test_a_reminder_takes_the_same_way_to_those_who_are_missing_and_so_does_the_alternates(
    kind: Kind,
) -> None:
    here, _ = asked("low")
    effects = missing(here, kind)
    assert outside(effects) == [("mail.send_each", "wfp/mail")]


def test_where_the_severity_wakes_the_alternate_is_woken_and_a_mail_in_the_pagers_stead_can_be_answered() -> (
    None
):
    here, _ = asked("high")
    effects = missing(here, Kind.QUESTION_ESCALATE)
    assert outside(effects) == [("page.trigger", "wfp/pager")]
    page = effects[-1].model_copy(update={"connection": ConnectionId("wfp/rota")})
    (mail,) = instead(page, EffectOutcome(state=OutcomeState.FAILED, detail="rejected"))
    assert (mail.action, mail.connection, mail.consultation) == ("mail.send_each", "wfp/mail", "C-1")


def missing(here: Scene, kind: Kind) -> list[EffectRequest]:
    data = {"consultation": "C-1", "missing": ["WFP"], "routes": ROUTES}
    reminder = here.entries[-1].model_copy(update={"id": "reminder", "kind": kind, "data": data})
    return list(chased(reminder, here.state))


def test_nobody_is_called_of_a_restricted_incident_nor_for_the_approval_of_an_act() -> None:
    assert outside(asked(restricted=True)[1]) == []
    assert outside(asked(purpose="approval", by_person=True)[1]) == []


def test_a_question_keeps_the_routes_for_its_reminders_and_refuses_what_is_none() -> None:
    here, _ = asked()
    assert here.consultation().question.routes == ROUTES
    said = {"purpose": "status_call", "asked": ["WFP"], "deadline_minutes": 60, "routes": {"WFP": "pigeon"}}
    assert here.refused("unhcr-ciso", "ask", **said).code == "malformed_command"
